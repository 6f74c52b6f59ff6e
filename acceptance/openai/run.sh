#!/usr/bin/env bash
# OpenAI's own clients for Python and Java against a running demo, without special settings.
#
#   acceptance/openai/run.sh [demo.json]      without a file: that of the demo in its usual place
#
# Needs Python 3.10+, a JDK 25, Maven and a demo that runs (./exacta demo --no-chat). The first run
# fetches the clients into the user's cache. Ends with 1 if anything is not as it should be.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/exacta/openai
demo=${1:-${EXACTA_HOME:-$HOME/.exacta}/demo/demo.json}
if [ ! -r "$demo" ]; then
  echo "there is no $demo; start a demo (./exacta demo --no-chat), or name its demo.json" >&2
  exit 2
fi

. "$root/acceptance/jdk.sh"

mkdir -p "$cache"
if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  python3 -m venv "$cache/venv"
  "$cache/venv/bin/python" -m pip install --quiet -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi
if ! cmp -s "$here/pom.xml" "$cache/pom.xml"; then
  mvn -q -B -f "$here/pom.xml" dependency:build-classpath -Dmdep.outputFile="$cache/classpath"
  cp "$here/pom.xml" "$cache/pom.xml"
fi

value() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$demo" "$1"; }
OPENAI_BASE_URL="$(value gateway)/v1"
OPENAI_API_KEY="$(value apiKey)"
EXACTA_MODEL="$(value model)"
export OPENAI_BASE_URL OPENAI_API_KEY EXACTA_MODEL
failed=0
PYTHONDONTWRITEBYTECODE=1 "$cache/venv/bin/python" "$here/client.py" || failed=1
"$java" -cp "$(cat "$cache/classpath")" "$here/Client.java" || failed=1
exit $failed
