#!/usr/bin/env bash
# How many transactions a second go through a real CometBFT to the ledger, and to CometBFT's own
# key-value store, by turns: same size, same senders, same settings.
#
#   bench/comet.sh [OPTIONS]     --help shows them
#
# Needs JDK, Maven and Go 1.25+. Takes a few minutes, in which the machine should do nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/acceptance/jdk.sh"
. "$root/bench/classes.sh"
cometbft=$("$root/install-cometbft")
store=$(dirname "$cometbft")/abci-cli
if [ ! -x "$store" ]; then
  go=$(command -v go || printf '%s' /usr/local/go/bin/go)
  GOBIN=$(dirname "$cometbft") "$go" install \
    "github.com/cometbft/cometbft/abci/cmd/abci-cli@$(basename "$(dirname "$cometbft")")" >&2
fi
exec "$java" --enable-native-access=ALL-UNNAMED -cp "$classes:$root/cli/target/lib/*" \
  exacta.bench.chain.CometSpeed --cometbft "$cometbft" --store "$store" "$@"
