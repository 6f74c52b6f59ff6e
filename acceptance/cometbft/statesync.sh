#!/usr/bin/env bash
# State sync: nodes join a chain of many accounts with a snapshot of its state, one of whose two
# servers sends bad chunks; one that is killed in the middle begins anew; old blocks are pruned.
#
#   acceptance/cometbft/statesync.sh [ACCOUNTS=100000] [PORT_BASE=24500]
#
# Needs Python 3.9+, and Go 1.25+ the first time (for ./install-cometbft). Takes about three minutes;
# prints a line a check, and ends with 1 if one failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cometbft=$("$here/../../install-cometbft")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/state_sync.py" "$cometbft" "$@"
