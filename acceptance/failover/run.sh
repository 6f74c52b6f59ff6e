#!/usr/bin/env bash
# kill -9 of a host process in the middle of its streams: the client must see one unbroken answer, equal
# to the one that is given when nobody is killed.
#
#   acceptance/failover/run.sh [TIMES=3] [PORT_BASE=19700]
#
# Needs Python 3.9+. Runs a demo of its own, and a cheaper host that joins it, in a folder of its own.
# Ends with 1 if an answer was broken.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/failover.py" "$@"
