#!/usr/bin/env bash
# Builds llama.cpp's tools for this machine's own processor, into the user's cache, once.
#
#   bench/llamacpp/build.sh        prints the folder that has the tools
#
# The source is the one inside PyPI's llama-cpp-python, in the version that
# acceptance/llamacpp/requirements.txt names, so that every comparison of this repository is with one
# llama.cpp. Needs Python 3 with pip, CMake and a C++ compiler; takes 5 to 15 minutes and 300 MB.
# JOBS sets how many compilers run at a time (not set: one for each processor).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/llama.cpp
tools=(llama-bench llama-batched-bench llama-perplexity llama-quantize llama-tokenize llama-simple)
options=(-DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DBUILD_SHARED_LIBS=OFF -DLLAMA_CURL=OFF
  -DLLAMA_BUILD_SERVER=OFF -DLLAMA_BUILD_TESTS=OFF)

die() {
  printf 'llama.cpp: %s\n' "$1" >&2
  exit 2
}

say() {
  printf 'llama.cpp: %s\n' "$1" >&2
}

# The programs beside this script, with the libraries that the tools are made of.
own_programs() {
  local source target
  for source in "$here"/*.cpp; do
    target=$cache/bin/$(basename "$source" .cpp)
    [[ ! -e $target || $source -nt $target ]] || continue
    "${CXX:-c++}" -std=c++17 -O2 -I "$cache/include" -o "$target.part" "$source" \
      "$cache"/lib/lib{llama,ggml,ggml-cpu,ggml-base}.a -fopenmp -lpthread -ldl -lm >&2 ||
      die "$source cannot be compiled; what the compiler says is above"
    mv "$target.part" "$target"
  done
}

package=$(grep -E '^llama-cpp-python==[0-9.]+$' "$root/acceptance/llamacpp/requirements.txt") ||
  die "acceptance/llamacpp/requirements.txt has no line llama-cpp-python==VERSION; put it back"

# What would make the tools others: the version, the way they are built, and the processor.
processor=$(grep -m1 -E '^(model name|CPU part)' /proc/cpuinfo 2>/dev/null || uname -m)
wanted=$(printf '%s\n' "$package" "$processor" "${options[*]}" "${tools[*]}")

if [[ $(cat "$cache/built" 2>/dev/null) == "$wanted" ]]; then
  own_programs
  printf '%s\n' "$cache/bin"
  exit
fi

command -v cmake >/dev/null || die "there is no cmake; install CMake 3.14 or newer (Debian: apt install cmake)"
command -v "${CXX:-c++}" >/dev/null ||
  die "there is no C++ compiler; install one (Debian: apt install g++) or set CXX"
python=$(command -v python3) || die "there is no python3; install Python 3 with pip, which fetches the source"
"$python" -m pip --version >/dev/null 2>&1 ||
  die "python3 has no pip; install it (Debian: apt install python3-pip)"

mkdir -p "$cache"
if command -v flock >/dev/null; then
  # Two starts at the same time build once.
  exec 9>"$cache/lock"
  flock 9
  if [[ $(cat "$cache/built" 2>/dev/null) == "$wanted" ]]; then
    own_programs
    printf '%s\n' "$cache/bin"
    exit
  fi
fi
rm -rf "$cache/built" "$cache/bin" "$cache/lib" "$cache/include"
source=$cache/source/vendor/llama.cpp

if [[ $(cat "$cache/unpacked" 2>/dev/null) != "$wanted" ]]; then
  rm -rf "$cache/source" "$cache/work" "$cache/unpacked"
  say "fetching the source of $package"
  "$python" -m pip download --quiet --disable-pip-version-check --no-deps \
    --no-binary llama-cpp-python --dest "$cache/package" "$package" >&2 ||
    die "pip could not fetch $package; what pip says is above"
  archive=$cache/package/llama_cpp_python-${package#*==}.tar.gz
  [[ -f $archive ]] || die "pip fetched no ${archive##*/} into $cache/package; see what it is called now"
  mkdir "$cache/source"
  tar -xzf "$archive" -C "$cache/source" --strip-components=1 ||
    die "$archive cannot be unpacked; delete it and try again"
  for part in CMakeLists.txt ggml/CMakeLists.txt include/llama.h tools/llama-bench \
    tools/batched-bench tools/perplexity tools/quantize; do
    [[ -e $source/$part ]] ||
      die "$package comes without vendor/llama.cpp/$part; name another version in requirements.txt"
  done
  printf '%s\n' "$wanted" >"$cache/unpacked"
fi
# The tools print the commit, which in the package only git's own files know.
commit=$(grep -hoE '^[0-9a-f]{40}$' "$cache/source/.git/modules/vendor/llama.cpp/HEAD" 2>/dev/null ||
  echo unknown)

# A build that was broken off goes on where it stopped.
say "building commit ${commit:0:9} in $cache/work; this takes 5 to 15 minutes"
cmake -S "$source" -B "$cache/work" "${options[@]}" -DLLAMA_BUILD_COMMIT="${commit:0:9}" \
  >"$cache/build.log" 2>&1 || die "cmake failed; see $cache/build.log"
cmake --build "$cache/work" --parallel "${JOBS:-$(nproc)}" --target "${tools[@]}" \
  >>"$cache/build.log" 2>&1 || die "the compiler failed; see the end of $cache/build.log"

# The libraries are for the programs beside this script.
mkdir "$cache/bin" "$cache/lib" "$cache/include"
for tool in "${tools[@]}"; do
  cp "$cache/work/bin/$tool" "$cache/bin/"
done
find "$cache/work" -name 'lib*.a' -exec cp {} "$cache/lib/" \;
cp "$source"/include/*.h "$source"/ggml/include/*.h "$cache/include/"
printf '%s\n' "$commit" >"$cache/commit"
rm -rf "$cache/work" "$cache/source" "$cache/unpacked"
printf '%s\n' "$wanted" >"$cache/built"
own_programs
say "built; the tools are in $cache/bin"
printf '%s\n' "$cache/bin"
