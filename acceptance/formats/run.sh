#!/usr/bin/env bash
# What the weights of every block format stand for: our scalar kernels beside the `gguf` package of the ggml
# project (numpy), on blocks of random bytes, on extremes, and on blocks that its own quantizers made.
#
#   acceptance/formats/run.sh [BLOCKS]      so many random blocks of each format; without: 4,000
#
# Needs Python 3.10+, a JDK 25 and Maven. The first run fetches the package into the user's cache. Prints a
# line for each format, and ends with 1 if one differs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/formats
python=$cache/venv/bin/python
mkdir -p "$cache"
if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/venv"
  "$python" -m pip install --quiet -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi
export PYTHONDONTWRITEBYTECODE=1
. "$root/acceptance/java.sh"
export EXACTA_PROBE="$java $probes/FormatProbe.java"
exec "$python" "$here/formats.py" "${1:-4000}"
