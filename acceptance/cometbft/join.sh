#!/usr/bin/env bash
# A host from an empty machine to a validator, as docs/validator.md has it: it joins a network of one
# validator by state sync, proves its power in a Sprint, and signs blocks, without anybody's permission.
#
#   acceptance/cometbft/join.sh [PORT_BASE=25500]
#
# Needs Python 3.9+, and Go 1.25+ the first time (for ./install-cometbft). Takes about six minutes;
# prints a line a check, and ends with 1 if one failed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cometbft=$("$here/../../install-cometbft")
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/join_walk.py" "$cometbft" "$@"
