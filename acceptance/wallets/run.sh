#!/usr/bin/env bash
# What wallets of the Cosmos ecosystem do, with cosmjs over HTTP and over a WebSocket, and by REST as Keplr.
#
#   acceptance/wallets/run.sh [demo.json]               a demo that runs; without a file: that in its usual place
#   acceptance/wallets/run.sh cometbft [PORT_BASE]      a network of one validator behind CometBFT, which this starts
#
# Needs Node 20.19+, npm and Python 3; and a demo that runs (./exacta demo --no-chat), or Go the first time (for
# ./install-cometbft). The first run fetches cosmjs into the user's cache. Ends with 1 if anything is not as it should be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/wallets
mkdir -p "$cache"
if ! cmp -s "$here/package.json" "$cache/installed.json"; then
  cp "$here/package.json" "$cache/package.json"
  (cd "$cache" && npm install --silent --no-fund --no-audit)
  cp "$here/package.json" "$cache/installed.json"
fi
cp "$here/wallet.mjs" "$cache/wallet.mjs"

value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$demo" "$1"; }

network=
home=
finish() {
  if [ -n "$network" ]; then
    kill "$network" 2>/dev/null || true
    wait "$network" || true
  fi
  if [ -n "$home" ]; then rm -rf "$home"; fi
}
trap finish EXIT

if [ "${1:-}" = cometbft ]; then
  cometbft=$("$here/../../install-cometbft")
  home=$(mktemp -d -t exacta-wallets-XXXXXX)
  "$here/../../exacta" network init --validators 1 --home "$home/net" --port-base "${2:-21700}" >"$home/log" 2>&1 \
    || { cat "$home/log" >&2; exit 2; }
  "$here/../../exacta" network up --nodes-only --home "$home/net" --cometbft "$cometbft" >>"$home/log" 2>&1 &
  network=$!
  demo=$home/net/demo.json
  # On a busy machine this takes minutes: only a network that ended, or one that stands still, has failed.
  python3 - "$(value rpc)" "$network" <<'PYTHON' || { cat "$home/log" >&2; exit 2; }
import os, sys, time, urllib.request
limit = time.monotonic() + 900
while time.monotonic() < limit:
    try:
        if b'"result"' in urllib.request.urlopen(sys.argv[1] + "/block?height=2", timeout=20).read():
            sys.exit(0)
    except OSError:
        pass
    try:
        os.kill(int(sys.argv[2]), 0)
    except ProcessLookupError:
        sys.exit("the network ended")
    time.sleep(0.2)
sys.exit("the network made no block in 15 minutes")
PYTHON
else
  demo=${1:-${EXACTA_HOME:-$HOME/.exacta}/demo/demo.json}
  if [ ! -r "$demo" ]; then
    echo "there is no $demo; start a demo (./exacta demo --no-chat), or name its demo.json" >&2
    exit 2
  fi
fi
rpc=$(value rpc)
failed=0
for url in "$rpc" "ws${rpc#http}"; do
  echo "$url"
  node "$cache/wallet.mjs" "$url" "$(value rest)" "$(value mnemonic)" || failed=1
done
exit $failed
