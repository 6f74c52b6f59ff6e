#!/usr/bin/env bash
# Measures the engine beside llama.cpp: fresh processes of both by turns, on the same files.
#
#   bench/run.sh [--formats Q4_1,Q8_0,Q4_0] [OPTIONS]     --help shows them all
#   bench/run.sh --page docs/performance.md               writes the table into that page, too
#   bench/run.sh --quick --formats Q4_1 --threads 1       a first impression in two minutes
#
# Needs JDK and Maven, and Python 3 with pip, CMake and a C++ compiler, with which the first run
# builds llama.cpp. A whole run takes about an hour, in which the machine should do nothing else.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/acceptance/jdk.sh"

formats=Q4_1,Q8_0,Q4_0
options=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --formats=*) formats=${1#*=} ;;
    --formats) formats=${2:?"--formats needs a list such as Q4_1,Q8_0"} && shift ;;
    *) options+=("$1") ;;
  esac
  shift
done

[[ " ${options[*]} " == *" --out"* ]] || options+=(--out "$root/bench/target/results.json")

. "$root/bench/classes.sh"
tools=$("$root/bench/llamacpp/build.sh")
models=()
for format in ${formats//,/ }; do
  path=$("$root/bench/llamacpp/models.sh" "$format")
  models+=(--model "$format=$path")
done
package=$(grep '^llama-cpp-python==' "$root/acceptance/llamacpp/requirements.txt")
commit=$(cat "$tools/../commit")

exec "$java" -cp "$classes:$root/cli/target/lib/*" exacta.bench.Bench \
  --launcher "$root/exacta" --classes "$classes" --tools "$tools" \
  --llama-cpp "llama.cpp ${commit:0:9} of ${package/==/ }" "${models[@]}" \
  "${options[@]}"
