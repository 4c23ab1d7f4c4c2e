#!/bin/sh
# Tries the packages in OUT in a bare Debian of release SUITE, as IT would: see trial/*.sh, each of
# which is one part and says what it shows.  Usage: package-test.sh SUITE OUT [BEFORE] (as root)
#
# BEFORE is a folder with the packages of an earlier build, to upgrade from; without it the same
# build stands in for it. TRIALS names the parts to run, where it should not be all of them.
set -eu
suite=$1
out=$2
before=${3:-$out}
here=$(dirname "$0")
clean=build/roots/$suite
root=build/roots/trial-$suite
pictures=build/package-test/$suite

"$here/debian-root.sh" "$suite" "$clean"
# Never into what is still mounted there.
rm -rf --one-file-system "$root" "$pictures"
mkdir -p "$pictures"
cp -a "$clean" "$root"
for folder in proc dev; do mount --rbind "/$folder" "$root/$folder"; done
# What a part that failed left running there would be in the way of the next.
leave() {
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root")" != "$(realpath "$root")" ] || kill "${process#/proc/}" || true
    done
    umount -l "$root/proc" "$root/dev"
}
trap leave EXIT
packages=$root/packages
mkdir -p "$packages/now" "$packages/before" "$packages/after"
cp "$out"/doorstep_[0-9]*.deb "$out"/doorstep-server_[0-9]*.deb "$out"/doorstep-*.tar.xz \
    "$packages/now/"
cp "$before"/doorstep_[0-9]*.deb "$before"/doorstep-server_[0-9]*.deb "$packages/before/"
date -r "$before"/doorstep_[0-9]*.deb +%F >"$packages/before/of"
cp "$here"/trial/* "$packages/"
[ ! -d dist/next ] || cp -R dist/next/doorstep "$packages/now-next"
[ ! -d dist/wheelhouse ] || cp -R dist/wheelhouse "$packages/"

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
next=$(sed -n 's/^__version__ = "\(.*\)"/\1/p' dist/next/version 2>/dev/null || true)
for part in ${TRIALS:-install typing names updates rollout upgrade}; do
    if [ "$part" = updates ] && [ -z "$next" ]; then
        echo "--- updates: not tried, build-next.sh made no next version"
        continue
    fi
    chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 NEXT="$next" \
        PORT="${PORT:-8499}" SCREEN="${SCREEN:-99}" \
        sh "/packages/$part.sh"
    cp "$root"/packages/*.png "$pictures/" 2>/dev/null || true
done
echo "$suite: all steps passed; pictures in $pictures"
