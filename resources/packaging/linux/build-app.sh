#!/bin/sh
# Builds dist/linux/doorstep and dist/linux/doorstep-server in the build root ROOT, for every
# desktop and server with glibc 2.28 or newer.  Usage: build-app.sh VENV ROOT
#
# pip would take the newest wheels that the building system can run; the platforms are named here
# instead, so that a wheel for a newer glibc never comes in, and every file is held to its hash.
set -eu
venv=$1
root=$2
here=$(dirname "$0")
floor=2.28
machine=$(uname -m)
# Where a Python of Debian looks.
site=$root/opt/python/lib/python3.11/dist-packages
source=$root/opt/source

mkdir -p build/linux
"$venv/bin/python" "$here/../runtime_lock.py" pyinstaller >build/linux/runtime.lock
rm -rf "$site" "$source"
mkdir -p "$site" "$source"
set -- --target "$site" --python-version 3.11 --implementation cp --only-binary=:all: --no-deps \
    --disable-pip-version-check --quiet
for tag in manylinux_2_28 manylinux_2_27 manylinux_2_26 manylinux_2_24 manylinux_2_17 \
    manylinux_2_12 manylinux_2_5 manylinux2014 manylinux1; do
    set -- "$@" --platform "${tag}_$machine"
done
"$venv/bin/python" -m pip install "$@" --require-hashes -r build/linux/runtime.lock
"$venv/bin/python" -m pip wheel --quiet --no-deps --no-build-isolation \
    --disable-pip-version-check --wheel-dir build/linux .
"$venv/bin/python" -m pip install "$@" --no-index build/linux/doorstep-*.whl
"$here/fcitx-plugin.sh" "$root" "${site#"$root"}"
cp -R build_installer.spec pyproject.toml README.md LICENSE resources sync desktop "$source/"

in_root() {
    chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/opt/python/bin:/usr/bin:/bin \
        QT_QPA_PLATFORM=offscreen SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-0}" \
        sh -c "cd /opt/source && $1"
}
build="python3.11 -m PyInstaller --noconfirm --log-level WARN --distpath /opt/dist"
in_root "$build --workpath /opt/work build_installer.spec"
in_root "$build --workpath /opt/work resources/packaging/server.spec"
rm -rf dist/linux
mkdir -p dist/linux
cp -R "$root/opt/dist/doorstep" "$root/opt/dist/doorstep-server" dist/linux/
# PyInstaller takes libraries from there and nothing else; the licence wants to go with its own.
inputs=PySide6/Qt/plugins/platforminputcontexts
cp "$site/$inputs"/COPYING.* "dist/linux/doorstep/_internal/$inputs/"
"$here/glibc-floor.sh" dist/linux "$floor"
