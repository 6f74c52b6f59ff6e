#!/usr/bin/env bash
# The second implementation of the arithmetic, in C99, from nothing but the pages beside it: builds it and
# checks the golden vectors.
#
#   docs/spec/reference/run.sh [FOLDER]     FOLDER: where the programs go, target/reference if not given
#
# Needs a C compiler (CC, or cc). No libm is used but fma and square root, which IEEE 754 defines, and
# nothing that lets a compiler change the order of operations. -march=native, where there is such a thing,
# makes fmaf one instruction; no bit depends on it.
set -euo pipefail
root=$(cd "$(dirname "$0")/../../.." && pwd)
source=$root/docs/spec/reference
out=${1:-$root/target/reference}

compiler=${CC:-cc}
command -v "$compiler" > /dev/null || {
  echo "no C compiler: '$compiler' is not there; install one, or name one in CC" >&2
  exit 2
}
mkdir -p "$out"
flags="-std=c99 -O3 -ffp-contract=off -Wall -Wextra -Werror"
echo 'int main(void) { return 0; }' > "$out/probe.c"
if "$compiler" -march=native "$out/probe.c" -o "$out/probe" 2> /dev/null; then
  flags+=" -march=native"
fi
for program in vectors sampler generation reference; do
  # shellcheck disable=SC2086 -- the flags are words
  "$compiler" $flags "$source/$program.c" -o "$out/$program" -lm
done
"$out/vectors" "$root"/docs/spec/vectors/arithmetic/*.txt
"$out/sampler" "$root/docs/spec/vectors/generation/sampler.txt"
for answers in tiny constrained; do
  "$out/generation" "$root/docs/spec/vectors/generation/models.txt" "$root/docs/spec/vectors/generation/$answers.txt"
done
