#!/usr/bin/env bash
# kill -9 of a demo in the middle of streams and Sprints, in turn: it must always come up again with
# its blocks, its money (./exacta doctor) and every transaction that it had accepted.
#
#   acceptance/kill/run.sh [TIMES=10] [PORT_BASE=18500] [SEED=1]
#
# Needs Python 3.9+. Runs a demo of its own in a folder of its own; about a minute a kill. Ends with 1
# if anything was lost.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/kill.py" "$@"
