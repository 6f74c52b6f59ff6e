#!/usr/bin/env bash
# Compares tokenizers with llama.cpp's on the vocabularies of its source.
#
#   acceptance/tokenizers/run.sh [COUNT]      COUNT: generated texts for each vocabulary (1000)
#
# Needs Python 3.10+, CMake and a C++ compiler besides the JDK and Maven; the first run builds
# llama.cpp, which takes some minutes, and fetches its vocabularies (50 MB), into the user's cache.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/acceptance/llamacpp/venv.sh"
. "$root/acceptance/llamacpp/source.sh"
. "$root/acceptance/java.sh"

export EXACTA_PROBE="$java $probes/TextProbe.java"
failed=0
"$python" "$here/categories.py" "$llamacpp/src/unicode-data.cpp" || failed=1
"$python" "$here/tokenizers.py" "$llamacpp/models" "${1:-1000}" || failed=1
exit $failed
