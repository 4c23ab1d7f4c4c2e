#!/bin/sh
# Builds dist/windows/doorstep, the app for Windows 10 and 11 (x64), under wine in the root ROOT.
# Usage: build-app.sh VENV ROOT        (as root)
set -eu
venv=$1
root=$2
here=$(dirname "$0")
site=$root/opt/windows/python/Lib/site-packages
source=$root/opt/windows/source

mkdir -p build/windows
rm -rf "$site" "$source" "$root/opt/windows/dist"
mkdir -p "$site" "$source"
"$venv/bin/python" "$here/../runtime_lock.py" --windows pyinstaller >build/windows/runtime.lock
set -- --target "$site" --python-version 3.11 --implementation cp --only-binary=:all: --no-deps \
    --platform win_amd64 --disable-pip-version-check --quiet
"$venv/bin/python" -m pip install "$@" --require-hashes -r build/windows/runtime.lock
"$venv/bin/python" -m pip wheel --quiet --no-deps --no-build-isolation \
    --disable-pip-version-check --wheel-dir build/windows .
"$venv/bin/python" -m pip install "$@" --no-index build/windows/doorstep-*.whl
cp -R build_installer.spec pyproject.toml README.md LICENSE resources sync desktop "$source/"

"$here/in-wine.sh" "$root" /opt/windows/source wine ../python/python.exe -m PyInstaller \
    --noconfirm --log-level WARN --distpath ../dist --workpath ../work build_installer.spec
rm -rf dist/windows/doorstep
mkdir -p dist/windows
cp -R "$root/opt/windows/dist/doorstep" dist/windows/
