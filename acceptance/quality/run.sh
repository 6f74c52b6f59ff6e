#!/usr/bin/env bash
# How well the engine predicts real text, beside llama.cpp with the same file: perplexity of a text of
# 53,207 tokens, and how often the most likely token is the same.
#
#   acceptance/quality/run.sh [FILE.gguf]      without a file: the default model
#
# Needs JDK and Maven, and what bench/llamacpp/build.sh needs. Takes about ten minutes on two cores;
# ends with 1 if our perplexity is more than 0.5 % above llama.cpp's, if the tokens of the text are
# others, or if less than 95 % of the clear positions agree.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/acceptance/probe.sh"
tools=$("$root/bench/llamacpp/build.sh")
text=$here/pride-and-prejudice.txt
threads=$(nproc)
failed=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/exacta" tokenize "$model" --text-file "$text" --json | tr -dc '0-9,' | tr ',' '\n' >"$work/ours"
"$tools/llama-tokenize" -m "$model" -f "$text" --ids --no-parse-special --log-disable 2>/dev/null |
  tr -dc '0-9,' | tr ',' '\n' >"$work/theirs"
if [[ -s $work/ours ]] && cmp -s "$work/ours" "$work/theirs"; then
  echo "tokens: all $(wc -w <"$work/ours") of the text are llama.cpp's"
else
  echo "tokens: DIFFERENT from llama.cpp's; diff says: $(diff "$work/ours" "$work/theirs" | head -3)"
  failed=1
fi

"$root/exacta" perplexity "$model" --text-file "$text" --json >"$work/perplexity"
ours=$(sed 's/.*"perplexity":\([0-9.]*\).*/\1/' "$work/perplexity")
scored=$(sed 's/.*"scored":\([0-9]*\).*/\1/' "$work/perplexity")
theirs=$("$tools/llama-perplexity" -m "$model" -f "$text" -c 512 -t "$threads" 2>&1 |
  sed -n 's/.*Final estimate: PPL = \([0-9.]*\).*/\1/p')
[[ -n $theirs ]] || { echo "llama-perplexity gave no estimate" >&2; exit 2; }
awk -v ours="$ours" -v theirs="$theirs" -v scored="$scored" 'BEGIN {
  above = 100 * (ours / theirs - 1)
  printf "perplexity: ours %.4f, llama.cpp %.4f: %+.3f %%, over %d scored tokens\n", ours, theirs, above, scored
  exit above <= 0.5 ? 0 : 1
}' || failed=1

$java "$probes/Agreement.java" "$model" "$text" "$tools/forced" || failed=1
exit $failed
