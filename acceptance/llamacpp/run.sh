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

java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25*; do
  if [ -x "$home/bin/java" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then
    java=$home/bin/java
    break
  fi
done
[ -n "$java" ] || { echo "no JDK 25 was found; install one and set JAVA_HOME" >&2; exit 2; }

if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/venv"
  CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
-DLLAMA_BUILD_TESTS=OFF -DGGML_OPENMP=OFF" CMAKE_BUILD_PARALLEL_LEVEL=${JOBS:-1} \
    nice -n 10 "$cache/venv/bin/python" -m pip install --quiet \
    --no-binary llama-cpp-python -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi

(cd "$root" && mvn -q -B -pl acceptance -am compile dependency:build-classpath \
  -Dmdep.outputFile=target/classpath -Dmdep.includeScope=runtime)
classpath=$root/acceptance/target/classes:$(cat "$root/acceptance/target/classpath")
java+=" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Xmx4g -cp $classpath"
model=${1:-$($java exacta.acceptance.DefaultModel)}

export EXACTA_PROBE="$java exacta.acceptance.EngineProbe"
export PYTHONDONTWRITEBYTECODE=1
failed=0
for comparison in tokenizer template logits; do
  "$cache/venv/bin/python" "$here/$comparison.py" "$model" || failed=1
done
exit $failed
