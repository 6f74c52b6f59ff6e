#!/usr/bin/env bash
# Compares models of every architecture with llama.cpp: tiny random ones in every format, and one real
# one of another family than the default model's.
#
#   acceptance/architectures/run.sh [NAME...]      without names: all; `real` is the real one
#
# Needs what acceptance/llamacpp/run.sh needs, whose llama.cpp it uses. SEEDS sets how many tiny models
# there are of each kind.
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
exec "$python" "$here/tiny.py" "$@"
