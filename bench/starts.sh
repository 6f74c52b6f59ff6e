#!/usr/bin/env bash
# Whether every fresh start of the engine reaches its speed soon: ten of them, second by second.
#
#   bench/starts.sh [FILE.gguf] [OPTIONS]     --help shows them; without a file: the default model
#
# Needs JDK and Maven, and pip where the default model is not here yet. Takes four minutes, in which
# the machine should do nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/acceptance/jdk.sh"
. "$root/bench/classes.sh"
if [[ $# -gt 0 && $1 != -* ]]; then
  model=$1
  shift
else
  model=$("$root/exacta" model pull)
fi
exec "$java" -cp "$classes:$root/cli/target/lib/*" exacta.bench.Starts \
  --launcher "$root/exacta" --classes "$classes" --model "$model" "$@"
