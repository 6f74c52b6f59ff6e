#!/usr/bin/env bash
# One function, whatever computes it: answers of a real model by vectors of 128, 256 and 512 bits (512: with the
# machine code of numerics/x86 where the processor has what it needs; with 2 threads also 512-vectors: without the
# part for the matrix unit, and 512-java: without any), 1 and 2 threads, in decode token by token and (512, 2
# threads) with drafts, in prefill, in batches of eight, continued from a cut, by the scalar kernels, and by the
# second implementation in C. Every bit of every log-probability and state is compared, and of every
# logit for 512, the scalar kernels and C; a log-probability depends on all logits of its position.
#
#   acceptance/samebits/run.sh [FILE.gguf [PROMPTS]]      without: the default model, 200 prompts
#
# Needs JDK, Maven and a C compiler, and pip where the default model is not here yet. Takes 30 to 35 minutes
# on two cores; prints a line for each way, and ends with 1 if one differs.
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

# ways BITS KERNELS WAY...: with such vectors, each to a file BITS.KERNELS.WAY.
ways() {
  local bits=$1 kernels=$2 each=()
  local flags=-XX:MaxVectorSize=$((${bits%-*} / 8))
  [[ $bits != *-vectors ]] || flags+=" -Dexacta.matrix.unit.off=true"
  [[ $bits != *-java ]] || flags+=" -Dexacta.machine.code.off=true"
  shift 2
  for what; do
    case $what in
      answers | drafts) each+=("$what" "$work/requests" "$work/$bits.$kernels.$what") ;;
      logits) each+=("$what" "$work/texts" "$work/$bits.$kernels.$what") ;;
      *) each+=("$what" "$work/claims" "$work/$bits.$kernels.$what") ;;
    esac
  done
  quietly ${program/ exacta/ $flags exacta} "$model" "$kernels" "${each[@]}"
}
# quietly COMMAND...: says what it wrote to standard error only if it failed.
quietly() {
  local errors
  errors=$(mktemp "$work/errors.XXXXXX")
  "$@" 2> "$errors" || { cat "$errors" >&2; return 1; }
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

quietly $program "$model" requests "$root/acceptance/quality/pride-and-prejudice.txt" "$prompts" > "$work/requests"
ways 512 2 answers
answers=$work/512.2.answers
paste -d ' ' "$work/requests" "$answers" > "$work/claims"
awk '{ print $1 "," $8 }' "$work/claims" > "$work/texts"
echo "$(wc -l < "$work/texts") prompts with $(tr ',' '\n' < "$work/texts" | wc -l) positions"

# What uses both cores, one after the other.
ways 512 2 drafts prefill batch cuts logits
logits=$work/512.2.logits
for bits in 128 256; do
  ways $bits 2 answers prefill batch cuts
done
ways 512-java 2 drafts batch
ways 512-vectors 2 prefill batch
for bits in 128 256 512-java 512-vectors 512; do
  for what in answers drafts prefill batch cuts; do
    [[ $bits.$what == 512.answers || ! -e $work/$bits.2.$what ]] ||
      same "vectors of $bits bits, 2 threads, $what" "$work/$bits.2.$what" "$answers"
  done
done

# What uses one core, two at a time: the free decode of the slow ones covers 500 tokens.
head -n 16 "$work/requests" > "$work/few"
head -n 16 "$answers" > "$work/few.expected"
split -n l/2 -d -a 1 "$work/texts" "$work/half."
jobs_file=$work/jobs
for half in 0 1; do
  echo "quietly $program '$model' scalar logits $work/half.$half $work/scalar.$half" >> "$jobs_file"
done
for bits in 128 256 512; do
  echo "ways $bits 1 answers cuts" >> "$jobs_file"
  echo "ways $bits 1 prefill batch" >> "$jobs_file"
done
echo "quietly $program '$model' scalar answers $work/few $work/few.scalar" >> "$jobs_file"
for half in 0 1; do
  echo "$work/reference logits '$model' < $work/half.$half > $work/c.$half" >> "$jobs_file"
done
echo "$work/reference answers '$model' < $work/few > $work/few.c" >> "$jobs_file"
export program model work
export -f ways quietly
xargs -P 2 -d '\n' -n 1 bash -c < "$jobs_file" || failed=1

cat "$work"/scalar.[01] > "$work/scalar"
cat "$work"/c.[01] > "$work/c"
same "scalar kernels, logits of all positions" "$work/scalar" "$logits"
same "C reference, logits of all positions" "$work/c" "$logits"
same "scalar kernels, free decode" "$work/few.scalar" "$work/few.expected"
same "C reference, free decode" "$work/few.c" "$work/few.expected"
for bits in 128 256 512; do
  for what in answers prefill batch cuts; do
    same "vectors of $bits bits, 1 thread, $what" "$work/$bits.1.$what" "$answers"
  done
done
exit $failed
