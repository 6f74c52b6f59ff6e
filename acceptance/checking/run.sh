#!/usr/bin/env bash
# Checking answers of a real model: what it costs next to a prefill of the same length, and that it finds
# a changed token, another logit bias, another seed and weaker weights.
#
#   acceptance/checking/run.sh [FILE.gguf]      without a file: the default model
#
# Needs JDK and Maven, and pip where the default model is not here yet. Takes about twelve minutes; ends with 1 if
# a check takes more than 1.4 times the prefill or misses something. Times mean something on a machine that has
# nothing else to do.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/probe.sh"

failed=0
for threads in 1 2; do
  $java "$probes/Checking.java" "$model" "$threads" || failed=1
done
exit $failed
