#!/usr/bin/env bash
# Looks at the dashboard's page in headless Chromium: it must show a network whose height moves.
# Leaves screenshots: wide, dark and narrow.
#
#   acceptance/page/run.sh [URL | demo.json] [FOLDER]
#
# Without an argument: the demo in its usual place, pictures into acceptance/page/target. Needs
# Python 3.9+, Chromium, and a demo that runs (./exacta demo --no-chat).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-${EXACTA_HOME:-$HOME/.exacta}/demo/demo.json}
case $target in
  http://* | https://*) url=$target ;;
  *)
    if [ ! -r "$target" ]; then
      echo "there is no $target; start a demo (./exacta demo --no-chat), or name a URL" >&2
      exit 2
    fi
    url=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["gateway"])' "$target")
    ;;
esac
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/look.py" "$url" "${2:-$here/target}"
