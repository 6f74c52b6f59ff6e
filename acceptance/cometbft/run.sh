#!/usr/bin/env bash
# The ledger behind a real CometBFT v0.40: a network of one validator makes blocks, a transfer takes
# effect, app hashes are ours, and kill -9 of either process at any moment loses nothing.
#
#   acceptance/cometbft/run.sh [KILLS=3] [PORT_BASE=21500]
#
# Needs Python 3.9+, and Go 1.25+ the first time (for ./install-cometbft). Takes about two minutes;
# prints a line a check, and ends with 1 if one failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cometbft=$("$here/../../install-cometbft")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/one_node.py" "$cometbft" "$@"
