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
. "$root/acceptance/llamacpp/venv.sh"
. "$root/acceptance/probe.sh"

export EXACTA_PROBE="$java $probes/EngineProbe.java"
failed=0
for comparison in tokenizer template logits; do
  "$python" "$here/$comparison.py" "$model" || failed=1
done
exit $failed
