#!/usr/bin/env bash
# Damaged messages at a ledger node's ABCI socket and at a chain's RPC, WebSocket and REST: transactions,
# queries, proposals, subscriptions, frames, JSON, addresses, the words of HTTP. The process with the
# ledger, which has 256 MiB of heap, must live, must answer without an internal error, and good
# messages as ever.
#
#   acceptance/fuzz/run.sh [COUNT=1000000] [SEED]      without a seed: one that is made up and printed
#
# Needs JDK and Maven. A million messages take some minutes. Ends with 1 if anything was not as it
# should be.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/java.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
target=(${java/-Xmx4g/-Xmx256m} -XX:+ExitOnOutOfMemoryError "$probes/FuzzTarget.java" "$folder")
$java "$probes/FuzzRun.java" "${target[@]}" "${1:-1000000}" "$seed"
