#!/bin/sh
# Tries the packages in OUT in a bare Debian of release SUITE, as IT would: installs them with what
# they declare alone, opens the app on a virtual screen, records visits and syncs them with the
# packaged server, upgrades over 50 unsent ones, refuses a downgrade, purges and keeps the data.
# Usage: package-test.sh SUITE OUT       (as root)
set -eu
suite=$1
out=$2
here=$(dirname "$0")
clean=build/roots/$suite
root=build/roots/trial-$suite
pictures=build/package-test/$suite

"$here/debian-root.sh" "$suite" "$clean"
rm -rf "$root" "$pictures"
mkdir -p "$pictures"
cp -a "$clean" "$root"
for folder in proc dev dev/pts; do mount --bind "/$folder" "$root/$folder"; done
trap 'umount "$root/proc" "$root/dev/pts" "$root/dev"' EXIT
mkdir -p "$root/packages"
cp "$out"/*.deb "$here/in-debian.sh" "$root/packages/"
# The next version is the same build under a higher number: what is tried is the way there.
for one in doorstep doorstep-server; do
    tree=build/linux/next
    rm -rf "$tree"
    dpkg-deb -R "$out/${one}"_[0-9]*.deb "$tree"
    now=$(sed -n 's/^Version: //p' "$tree/DEBIAN/control")
    sed -i "s/^Version: .*/Version: $now.1/" "$tree/DEBIAN/control"
    sed -i "s/\"$now\"/\"$now.1\"/" "$tree/DEBIAN/preinst"
    dpkg-deb --root-owner-group -Zgzip --build "$tree" "$root/packages/next-$one.deb" >/dev/null
done
chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
    sh /packages/in-debian.sh
cp "$root"/packages/*.png "$pictures/"
echo "$suite: all steps passed; pictures in $pictures"
