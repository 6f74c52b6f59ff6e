#!/usr/bin/env bash
# Bad input at every port of a running demo: each gets a clear error, nothing stops, nothing is lost.
#
#   acceptance/hostile/run.sh [demo.json]      without a file: that of the demo in its usual place
#
# Needs Python 3.9+ and a demo that runs (./exacta demo --no-chat). Takes some minutes; prints what
# was tried and what came back, and ends with 1 if anything was not as it should be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
demo=${1:-${EXACTA_HOME:-$HOME/.exacta}/demo/demo.json}
if [ ! -r "$demo" ]; then
  echo "there is no $demo; start a demo (./exacta demo --no-chat), or name its demo.json" >&2
  exit 2
fi
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/hostile.py" "$demo"
