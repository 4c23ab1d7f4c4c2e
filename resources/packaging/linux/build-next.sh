#!/bin/sh
# Builds dist/next/doorstep: what build-app.sh built last, as VERSION and nothing else changed, so
# that the way from one version to the next can be tried.  Usage: build-next.sh ROOT VERSION
set -eu
root=$1
version=$2
rm -rf "$root/opt/source-next" "$root/opt/dist-next" dist/next
cp -R "$root/opt/source" "$root/opt/source-next"
sed -i "s/^__version__ = .*/__version__ = \"$version\"/" "$root/opt/source-next/sync/__init__.py"
chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/opt/python/bin:/usr/bin:/bin \
    QT_QPA_PLATFORM=offscreen SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-0}" \
    sh -c "cd /opt/source-next && python3.11 -m PyInstaller --noconfirm --log-level ERROR \
        --distpath /opt/dist-next --workpath /opt/work-next build_installer.spec"
mkdir -p dist/next
cp -R "$root/opt/dist-next/doorstep" dist/next/
cp "$root/opt/source-next/sync/__init__.py" dist/next/version
