#!/usr/bin/env bash
# One function, whatever computes it: answers of a real model by vectors of 128, 256 and 512 bits, with 1 and
# 2 threads, in decode, in prefill, in batches of eight, continued from a cut, by the scalar kernels, and by
# the second implementation in C. Every bit of every log-probability, state and logit is compared.
#
#   acceptance/samebits/run.sh [FILE.gguf [PROMPTS]]      without: the default model, 200 prompts
#
# Needs JDK, Maven and a C compiler. Takes about half an hour on two cores; prints a line for each way, and
# ends with 1 if one differs.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/acceptance/probe.sh"
prompts=${2:-200}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$root/docs/spec/reference/run.sh" "$work" >&2
"${java%% *}c" -d "$work/classes" --add-modules jdk.incubator.vector -cp "$(printf '%s:' "$root"/cli/target/lib/*.jar)" \
  "$probes/SameBits.java" 2> "$work/javac" || { cat "$work/javac" >&2; exit 2; }
program="${java/-cp /-cp $work/classes:} exacta.acceptance.SameBits"

# way WIDTH WAY KERNELS: lines to lines, with vectors of that many bytes.
way() {
  ${program/ exacta/ -XX:MaxVectorSize=$1 exacta} "$2" "$model" "$3" 2> "$work/errors.$1.$2.$3"
}
failed=0
# same NAME ACTUAL EXPECTED
same() {
  if cmp -s "$2" "$3"; then
    echo "$1: $(wc -l < "$2") lines, same"
  else
    echo "$1: DIFFERENT, $(diff "$2" "$3" | grep -c '^<') lines of $(wc -l < "$3")"
    failed=1
  fi
}

$program requests "$model" "$root/acceptance/quality/pride-and-prejudice.txt" "$prompts" > "$work/requests" 2> /dev/null
way 64 answers 2 < "$work/requests" > "$work/answers"
paste -d ' ' "$work/requests" "$work/answers" > "$work/claims"
awk '{ print $1 "," $8 }' "$work/claims" > "$work/texts"
echo "$(wc -l < "$work/texts") prompts with $(tr ',' '\n' < "$work/texts" | wc -l) positions"
way 64 logits 2 < "$work/texts" > "$work/logits"

# What uses both cores, one after the other.
for width in 16 32 64; do
  for what in answers prefill batch cuts; do
    input=claims
    [[ $what == answers ]] && input=requests
    [[ $width$what == 64answers ]] && continue
    way $width $what 2 < "$work/$input" > "$work/out"
    same "vectors of $((8 * width)) bits, 2 threads, $what" "$work/out" "$work/answers"
  done
done

# What uses one core, two at a time: the free decode of the slow ones covers 500 tokens.
head -n 15 "$work/requests" > "$work/few"
head -n 15 "$work/answers" > "$work/few.expected"
split -n l/2 -d -a 1 "$work/texts" "$work/half."
jobs_file=$work/jobs
for half in 0 1; do
  echo "way 64 logits scalar < $work/half.$half > $work/scalar.$half" >> "$jobs_file"
  echo "$work/reference logits '$model' < $work/half.$half > $work/c.$half" >> "$jobs_file"
done
echo "way 64 answers scalar < $work/few > $work/few.scalar" >> "$jobs_file"
echo "$work/reference answers '$model' < $work/few > $work/few.c" >> "$jobs_file"
for width in 16 32 64; do
  for what in logits answers prefill batch cuts; do
    input=claims
    [[ $what == answers ]] && input=requests
    [[ $what == logits ]] && input=texts
    echo "way $width $what 1 < $work/$input > $work/$width.$what" >> "$jobs_file"
  done
done
export program model work
export -f way
xargs -P 2 -d '\n' -n 1 bash -c < "$jobs_file" || failed=1

cat "$work"/scalar.[01] > "$work/scalar"
cat "$work"/c.[01] > "$work/c"
same "scalar kernels, logits of all positions" "$work/scalar" "$work/logits"
same "C reference, logits of all positions" "$work/c" "$work/logits"
same "scalar kernels, free decode" "$work/few.scalar" "$work/few.expected"
same "C reference, free decode" "$work/few.c" "$work/few.expected"
for width in 16 32 64; do
  same "vectors of $((8 * width)) bits, 1 thread, logits of all positions" "$work/$width.logits" "$work/logits"
  for what in answers prefill batch cuts; do
    same "vectors of $((8 * width)) bits, 1 thread, $what" "$work/$width.$what" "$work/answers"
  done
done
exit $failed
