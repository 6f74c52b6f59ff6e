#!/usr/bin/env bash
# The engine under a mixed load: 32 clients with long and short prompts, some of which leave early.
#
#   acceptance/load/run.sh [FILE.gguf [MINUTES]]      without a file: the default model; 20 minutes
#
# Needs JDK and Maven, and pip where the default model is not here yet. Prints percentiles of the
# times to the first token and between tokens; ends with 1 if the first token after 20 takes more
# than 60 ms in the median when nothing else runs, if somebody waited more than 2 s between tokens,
# if the memory for keys and values exceeded its bound or was not given back, or if one of 24
# answers has other bits than the same answer alone.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/probe.sh"

exec $java "$probes/MixedLoad.java" "$model" "${2:-20}"
