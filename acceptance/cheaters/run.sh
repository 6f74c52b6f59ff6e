#!/usr/bin/env bash
# Networks in which one host cheats: it, and nobody else, must be convicted, each time.
#
#   acceptance/cheaters/run.sh sprint|model [TIMES=10] [PORT_BASE=19500] [BLOCK_MILLIS=500]
#
# Each run is a network of its own that begins anew, in a folder of its own. The first run has the
# usual block interval, the others the one that is named. Ends with 1 if anything went wrong.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
kind=${1:?name a kind: sprint or model}
times=${2:-10}
ports=${3:-19500}
millis=${4:-500}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT

failed=0
for ((i = 1; i <= times; i++)); do
  interval=$millis
  ((i > 1)) || interval=500
  start=$SECONDS
  code=0
  "$root/exacta" demo --cheater "$kind" --once "What is the capital of France?" --json \
    --home "$home/network" --port-base "$ports" --block-interval "$interval" \
    >"$home/report.json" 2>"$home/progress.txt" || code=$?
  if [ "$code" -eq 0 ]; then
    verdict=$(grep 'is convicted' "$home/progress.txt" | tail -n 1)
  else
    verdict="FAILED with exit code $code: $(tail -n 3 "$home/progress.txt" | tr '\n' ' ')"
    failed=1
  fi
  printf '%2d/%d  %3d s  %s\n' "$i" "$times" $((SECONDS - start)) "${verdict#exacta: }"
done
exit "$failed"
