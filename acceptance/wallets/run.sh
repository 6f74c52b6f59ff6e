#!/usr/bin/env bash
# What wallets of the Cosmos ecosystem do, with cosmjs and by REST, against a running demo.
#
#   acceptance/wallets/run.sh [demo.json]      without a file: that of the demo in its usual place
#
# Needs Node 20.19+, npm, Python 3 and a demo that runs (./exacta demo --no-chat). The first run fetches cosmjs
# into the user's cache. Ends with 1 if anything is not as it should be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/wallets
demo=${1:-${EXACTA_HOME:-$HOME/.exacta}/demo/demo.json}
if [ ! -r "$demo" ]; then
  echo "there is no $demo; start a demo (./exacta demo --no-chat), or name its demo.json" >&2
  exit 2
fi
mkdir -p "$cache"
if ! cmp -s "$here/package.json" "$cache/installed.json"; then
  cp "$here/package.json" "$cache/package.json"
  (cd "$cache" && npm install --silent --no-fund --no-audit)
  cp "$here/package.json" "$cache/installed.json"
fi
cp "$here/wallet.mjs" "$cache/wallet.mjs"
value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2]) or "")' "$demo" "$1"; }
exec node "$cache/wallet.mjs" "$(value rpc)" "$(value rest)" "$(value mnemonic)"
