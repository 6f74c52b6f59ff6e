#!/usr/bin/env bash
# A network of four validators on this machine, as `exacta network up` runs it: the same app hashes
# everywhere, a killed node catches up, and with "roles" a chat through the gateway is answered.
#
#   acceptance/cometbft/four.sh [BLOCKS=100] [PORT_BASE=22500] [roles]
#
# Needs Python 3.9+, and Go 1.25+ the first time (for ./install-cometbft). Prints a line a check, and
# ends with 1 if one failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cometbft=$("$here/../../install-cometbft")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/four_nodes.py" "$cometbft" "$@"
