#!/usr/bin/env bash
# How fast the engine is on a real model. That all ways to compute give the same bits is shown by
# acceptance/samebits/run.sh, that it is as fast as others by bench/run.sh.
#
#   acceptance/engine/run.sh [FILE.gguf]      without a file: the default model
#
# Needs JDK and Maven, and pip where the default model is not here yet. Takes a minute. Speeds mean
# something on a machine that has nothing else to do.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/probe.sh"

for threads in 1 2; do
  $java "$probes/EngineSpeed.java" "$model" "$threads"
done
