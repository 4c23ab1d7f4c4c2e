#!/bin/sh
# Prints an interpreter that Doorstep runs on, or says in one sentence what to do.
# Each candidate is run, not only found: version managers leave commands that start nothing.
set -eu

for candidate in ${1:-python3 python3.13 python3.12 python3.11}; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
        >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done
echo "Doorstep needs Python 3.11, 3.12 or 3.13: install one of them, or name it with: make PYTHON=/path/to/python3" >&2
exit 1
