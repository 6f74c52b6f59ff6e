# Read by the scripts that compare with llama.cpp: builds it, once, and makes `python` one that has it.
# `$root` is the repository.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/llamacpp
python=$cache/venv/bin/python
if ! cmp -s "$root/acceptance/llamacpp/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/venv"
  CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF -DLLAMA_BUILD_EXAMPLES=OFF \
-DLLAMA_BUILD_TESTS=OFF -DGGML_OPENMP=OFF" CMAKE_BUILD_PARALLEL_LEVEL=${JOBS:-1} \
    nice -n 10 "$python" -m pip install --quiet \
    --no-binary llama-cpp-python -r "$root/acceptance/llamacpp/requirements.txt"
  cp "$root/acceptance/llamacpp/requirements.txt" "$cache/installed.txt"
fi
export PYTHONDONTWRITEBYTECODE=1
