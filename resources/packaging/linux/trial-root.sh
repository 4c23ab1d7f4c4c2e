#!/bin/sh
# Makes ROOT a bare Debian of release SUITE with the packages to try in /packages: what OUT holds,
# what BEFORE holds to upgrade from, and the same as OUT with a higher number.
# Usage: trial-root.sh SUITE OUT BEFORE ROOT (as root)
set -eu
suite=$1
out=$2
before=$3
root=$4
here=$(dirname "$0")
clean=build/roots/$suite

"$here/debian-root.sh" "$suite" "$clean"
# Never into what is still mounted there.
rm -rf --one-file-system "$root"
cp -a "$clean" "$root"
packages=$root/packages
mkdir -p "$packages/now" "$packages/before" "$packages/after"
cp "$out"/doorstep_[0-9]*.deb "$out"/doorstep-server_[0-9]*.deb "$out"/doorstep-*.tar.xz \
    "$packages/now/"
cp "$before"/doorstep_[0-9]*.deb "$before"/doorstep-server_[0-9]*.deb "$packages/before/"
date -r "$before"/doorstep_[0-9]*.deb +%F >"$packages/before/of"
cp "$here"/trial/* "$packages/"
cp -R "$out/next/doorstep" "$packages/now-next"
cp -R "$out/wheelhouse" "$packages/"

# What is upgraded to bears a higher number than what is upgraded from; nothing else is changed.
for one in doorstep doorstep-server; do
    tree=build/linux/after-$suite
    rm -rf "$tree"
    dpkg-deb -R "$out/${one}"_[0-9]*.deb "$tree"
    now=$(sed -n 's/^Version: //p' "$tree/DEBIAN/control")
    sed -i "s/^Version: .*/Version: $now.1/" "$tree/DEBIAN/control"
    sed -i "s/\"$now\"/\"$now.1\"/" "$tree/DEBIAN/preinst"
    dpkg-deb --root-owner-group -Zgzip -z1 --build "$tree" "$packages/after/${one}_$now.1.deb" >/dev/null
done
