#!/usr/bin/env bash
# Compares tokenizer, chat template and logits with llama.cpp and jinja2.
#
#   acceptance/llamacpp/run.sh [FILE.gguf]      without a file: the default model
#
# Needs Python 3.10+, CMake and a C++ compiler besides the JDK and Maven; the first run builds
# llama.cpp, which takes some minutes, into the user's cache.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/llamacpp

if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/venv"
  CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
-DLLAMA_BUILD_TESTS=OFF -DGGML_OPENMP=OFF" CMAKE_BUILD_PARALLEL_LEVEL=${JOBS:-1} \
    nice -n 10 "$cache/venv/bin/python" -m pip install --quiet \
    --no-binary llama-cpp-python -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi

. "$root/acceptance/probe.sh"

export EXACTA_PROBE="$java $probes/EngineProbe.java"
export PYTHONDONTWRITEBYTECODE=1
failed=0
for comparison in tokenizer template logits; do
  "$cache/venv/bin/python" "$here/$comparison.py" "$model" || failed=1
done
exit $failed
