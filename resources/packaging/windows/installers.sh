#!/bin/sh
# Packs dist/windows/doorstep into an installer and an MSI for Windows 10 and 11 (x64).
# Usage: installers.sh ROOT VERSION OUT        (as root; ROOT is that of wine-root.sh)
#
# DOORSTEP_SIGN is a command that signs the file it is given, in place: the programs before they are
# packed, then what they were packed into. Without it nothing is signed, and it is said.
set -eu
root=$1
version=$2
out=$3
here=$(dirname "$0")
work=$root/opt/windows/pack
icon=$root/opt/windows/source/build/doorstep.ico

sign() {
    if [ -n "${DOORSTEP_SIGN:-}" ]; then
        sh -c "$DOORSTEP_SIGN \"\$1\"" sign "$1"
    else
        echo "not signed: ${1##*/} (DOORSTEP_SIGN names no command)"
    fi
}

rm -rf "$work"
mkdir -p "$work" "$out"
cp -R dist/windows/doorstep "$work/"
cp "$here/doorstep.nsi" "$here/doorstep.wxs" "$icon" "$work/"
for program in "$work"/doorstep/*.exe; do sign "$program"; done
size=$(du -sk "$work/doorstep" | cut -f1)

"$here/in-wine.sh" "$root" /opt/windows/pack makensis -V2 "-DVERSION=$version" -DSOURCE=doorstep \
    "-DSIZE_KB=$size" -DICON=doorstep.ico -DOUT=doorstep-setup.exe doorstep.nsi
"$here/in-wine.sh" "$root" /opt/windows/pack sh -c "find doorstep -type f | sort |
    wixl-heat -p doorstep/ --directory-ref INSTALLDIR --component-group Program \
        --var var.Source --win64 >files.wxs &&
    wixl -a x64 -D Win64=yes -D Source=doorstep -D Version=$version -o doorstep.msi doorstep.wxs files.wxs"
cp "$work/doorstep-setup.exe" "$out/doorstep-$version-windows-x64.exe"
cp "$work/doorstep.msi" "$out/doorstep-$version-windows-x64.msi"
for package in "$out/doorstep-$version-windows-x64".*; do sign "$package"; done
(cd "$out" && sha256sum doorstep-"$version"-windows-x64.* >SHA256SUMS.windows)
