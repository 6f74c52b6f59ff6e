#!/usr/bin/env bash
# How fast the ledger alone applies blocks: transfers above 10^4, 10^5 and 10^6 accounts, sessions,
# settlements, attestations; signatures, app hash and the synced write included.
#
#   bench/ledger.sh [OPTIONS]     --help shows them
#
# Needs JDK and Maven. Takes five minutes, in which the machine should do nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/acceptance/jdk.sh"
. "$root/bench/classes.sh"
exec "$java" --enable-native-access=ALL-UNNAMED -Xmx6g -cp "$classes:$root/cli/target/lib/*" \
  exacta.bench.chain.LedgerSpeed "$@"
