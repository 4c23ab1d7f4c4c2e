#!/bin/sh
# Tries the installers in OUT under wine, as IT would on Windows: silent per machine and per user, a
# Chinese folder, a visit synced with the packaged server, the window, an upgrade in place, a
# downgrade, uninstalling; then the MSI.  Usage: windows-test.sh ROOT VERSION OUT   (as root)
#
# What wine cannot show stays to be seen on Windows: see README.md.
set -eu
root=$1
version=$2
out=$3
here=$(dirname "$0")
work=$root/opt/windows/try

rm -rf "$work"
mkdir -p "$work" build/package-test/windows
cp "$out/doorstep-$version-windows-x64.exe" "$work/setup.exe"
cp "$out/doorstep-$version-windows-x64.msi" "$work/doorstep.msi"
cp -R dist/linux/doorstep-server "$work/"
cp "$here/in-windows.sh" "$work/"
# The next version is the same program under a higher number.
next=$(echo "$version" | awk -F. '{printf "%d.%d.%d", $1, $2, $3 + 1}')
"$here/in-wine.sh" "$root" /opt/windows/pack makensis -V1 "-DVERSION=$next" -DSOURCE=doorstep \
    -DSIZE_KB=1 -DICON=doorstep.ico -DQUICK -DOUT=../try/next-setup.exe doorstep.nsi
"$here/in-wine.sh" "$root" /opt/windows/pack wixl -a x64 -D Win64=yes -D Source=doorstep \
    -D "Version=$next" -o ../try/next.msi doorstep.wxs files.wxs 2>/dev/null
QT_QPA_PLATFORM='' "$here/in-wine.sh" "$root" /opt/windows/try sh in-windows.sh "$version" "$next"
cp "$work"/*.png build/package-test/windows/
echo "windows: all steps passed; pictures in build/package-test/windows"
