#!/usr/bin/env bash
# kill -9 of a host's process in the middle of an answer: another host goes on at the same token, and
# the client's answer is unbroken and equal to an undisturbed one with the same seed.
#
#   acceptance/kill/host.sh [PORT_BASE=18800]
#
# Needs Python 3.9+. Runs a demo and a host of its own; takes some minutes. Ends with 1 if the answers
# differ.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
PYTHONDONTWRITEBYTECODE=1 exec python3 "$here/host.py" "$@"
