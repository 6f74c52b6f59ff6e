#!/usr/bin/env bash
# Compares chat templates with jinja2 on generated conversations with tools.
#
#   acceptance/templates/run.sh [FOLDER...]     more folders with *.jinja or *.gguf files
#
# The templates are those that llama.cpp keeps of the models' own, those of its vocabularies, those of
# the engine's tests, and those of the models in the user's cache. Needs what
# acceptance/tokenizers/run.sh needs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/acceptance/llamacpp/venv.sh"
. "$root/acceptance/llamacpp/source.sh"
. "$root/acceptance/java.sh"

export EXACTA_PROBE="$java $probes/TextProbe.java"
"$python" "$here/templates.py" "$llamacpp/models/templates" "$llamacpp/models" \
  "$root/engine/src/test/resources/exacta/engine/template" \
  "${XDG_CACHE_HOME:-$HOME/.cache}/exacta/models" "$@"
