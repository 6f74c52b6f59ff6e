#!/usr/bin/env bash
# Makes the default model in other formats, into the user's cache, for measuring and comparing.
#
#   bench/llamacpp/models.sh [FORMAT ...]     prints one path a line; without formats: Q8_0 Q4_0
#
# Formats are those of llama-quantize: F32 F16 BF16 Q8_0 Q5_0 Q5_1 Q4_0 Q4_K_S and so on; Q4_1 is the
# default model's own file. All come from that file, made F32 first, which is exact: the weights are
# the same numbers, rounded once more. That is enough to measure speed and to compare two engines on
# one file; it says nothing about the quality of a format, which rounding the original model would.
# As llama-quantize always does, the embedding, which is the output matrix too, is Q8_0 in the 4- and
# 5-bit formats, as it is in the default file. Needs what build.sh needs, and the JDK and Maven.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
folder=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/bench
tools=$("$here/build.sh")
original=$("$root/exacta" model pull)
name=$(basename "$original" .Q4_1.gguf)
mkdir -p "$folder"

# Nothing gets its name before it is whole.
quantize() {
  local source=$1 format=$2 target=$3
  printf 'making %s\n' "$target" >&2
  if ! "$tools/llama-quantize" --allow-requantize "$source" "$target.part" "$format" \
    >"$folder/quantize.log" 2>&1; then
    rm -f "$target.part"
    printf 'llama-quantize cannot make %s; see %s\n' "$format" "$folder/quantize.log" >&2
    exit 2
  fi
  mv "$target.part" "$target"
}

[[ $# -gt 0 ]] || set -- Q8_0 Q4_0
for format in "$@"; do
  if [[ $format == Q4_1 ]]; then
    printf '%s\n' "$original"
    continue
  fi
  source=$folder/$name.F32.gguf
  [[ -e $source ]] || quantize "$original" F32 "$source"
  target=$folder/$name.$format.gguf
  [[ -e $target ]] || quantize "$source" "$format" "$target"
  printf '%s\n' "$target"
done
