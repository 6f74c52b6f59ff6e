#!/usr/bin/env bash
# The engine on a real model: the same bits whatever computes them, and how fast.
#
#   acceptance/engine/run.sh [FILE.gguf]      without a file: the default model
#
# Needs JDK and Maven. Takes some minutes, most of them in the scalar kernels; ends with 1 if any bit
# differs. Speeds mean something on a machine that has nothing else to do.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/probe.sh"

failed=0
$java "$probes/SameBits.java" "$model" || failed=1
for threads in 1 2; do
  $java "$probes/EngineSpeed.java" "$model" "$threads" || failed=1
done
exit $failed
