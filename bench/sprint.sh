#!/usr/bin/env bash
# How many nonces of a Sprint a second gives, beside what the matrix products alone would allow.
#
#   bench/sprint.sh [DIM LAYERS LENGTH [BATCH]]     without a shape: three of them, 1 and 2 threads
#
# Needs JDK and Maven.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/acceptance/jdk.sh"
. "$root/bench/classes.sh"
export EXACTA_MAIN=exacta.bench.SprintSpeed EXACTA_CLASSES=$classes
shapes=("${*:-256 8 16}")
[[ $# -gt 0 ]] || shapes+=("512 8 32" "1024 8 64 4")
for shape in "${shapes[@]}"; do
  for threads in 1 2; do
    # shellcheck disable=SC2086
    "$root/exacta" "$threads" $shape
  done
done
