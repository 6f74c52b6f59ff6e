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
# As much heap as the genesis of a million accounts takes, touched before anything is measured; huge
# pages as in the program's own start.
exec "$java" --enable-native-access=ALL-UNNAMED -Xms6g -Xmx6g -XX:+AlwaysPreTouch \
  -XX:+UseTransparentHugePages -cp "$classes:$root/cli/target/lib/*" \
  exacta.bench.chain.LedgerSpeed "$@"
