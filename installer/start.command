#!/bin/bash
# Double click: sets Velatura up the first time, then opens it. Keeps its window after a failure.
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# Python from python.org or a package manager may not be on the path of a double click
export PATH="$PATH:/usr/local/bin:/opt/homebrew/bin"

if ! command -v python3 >/dev/null 2>&1; then
    echo "error: Python is not installed."
    echo "hint: Install Python 3.13 (python.org), then double-click this file again."
    code=1
else
    python3 "$here/bootstrap.py" run "$@"
    code=$?
fi
if [ "$code" -ne 0 ]; then
    echo
    read -r -p "Velatura ended with a failure (code $code). Press Enter to close. "
fi
exit "$code"
