#!/bin/sh
# Makes the virtual environment FOLDER with the interpreter PYTHON and installs Doorstep into it,
# exactly as locked.  Usage: make-venv.sh PYTHON FOLDER
set -eu
here=$(dirname "$0")
python=$("$here/find-python.sh" "$1")
folder=$2

# Debian and Ubuntu keep the part of Python that makes environments in a package of its own.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "$here/apt-install.sh" "Python's venv module" "python$version-venv"
fi

echo "Making $folder with $("$python" --version)"
"$python" -m venv "$folder"
"$folder/bin/python" -m pip install --disable-pip-version-check --require-hashes -r requirements.lock
# The lock holds the build backend too, so nothing unlocked is fetched for this step.
"$folder/bin/python" -m pip install --disable-pip-version-check --no-deps --no-build-isolation --editable .
