#!/usr/bin/env bash
# Four validators, and what may happen to them: any one killed, two killed, partitions, a cloned key.
# Without hosts, so that it fits a small machine.
#
#   acceptance/cometbft/faults.sh [PORT_BASE=23500]
#
# Needs Python 3.9+, and Go 1.25+ the first time (for ./install-cometbft). Takes about five minutes;
# prints a line a check, and ends with 1 if one failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cometbft=$("$here/../../install-cometbft")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/faults.py" "$cometbft" "$@"
