#!/bin/sh
# Packs dist/linux into .deb files for Debian 11+, Ubuntu 20.04+, UOS 20 and Kylin V10 SP1.
# Usage: deb.sh VERSION OUT [xz|gzip]
#
# xz, because the dpkg of UOS 20 reads no zstd. The app lies where the stores of UOS and Kylin want
# it, below /opt/apps, and needs no script of its own to be installed; the server's needs one, for
# its user.
set -eu
version=$1
out=$2
compression=${3:-xz}
here=$(dirname "$0")
id=cn.jiamenkou.doorstep
machine=$(dpkg --print-architecture)
built=$(date -u -R -d "@${SOURCE_DATE_EPOCH:-$(date +%s)}")
work=build/linux/deb
mkdir -p "$out"

# The parts that both packages have: control file, change log, licence.
begin() { # PACKAGE
    tree=$work/$1
    rm -rf "$tree"
    doc=$tree/usr/share/doc/$1
    mkdir -p "$tree/DEBIAN" "$doc"
    printf '%s (%s) stable; urgency=medium\n\n  * See CHANGELOG.md of the project.\n\n -- %s  %s\n' \
        "$1" "$version" "$maintainer" "$built" | gzip -9n >"$doc/changelog.gz"
    cp "$here/debian/copyright" "$doc/copyright"
    cp CHANGELOG.md "$doc/CHANGELOG.md"
    gzip -9nf "$doc/CHANGELOG.md"
}

script() { # NAME, of the package that was begun
    sed "s/@VERSION@/$version/g" "$here/debian/${tree##*/}.$1" >"$tree/DEBIAN/$1"
}

finish() { # PACKAGE
    tree=$work/$1
    find "$tree" -type d -exec chmod 755 {} +
    find "$tree" -type f -perm /111 -exec chmod 755 {} +
    find "$tree" -type f \( ! -perm /111 -o -name '*.so' -o -name '*.so.*' \) -exec chmod 644 {} +
    find "$tree/DEBIAN" -type f \( -name 'p*inst' -o -name 'p*rm' \) -exec chmod 755 {} +
    size=$(du -sk --exclude=DEBIAN "$tree" | cut -f1)
    sed "s/@VERSION@/$version/; s/@ARCH@/$machine/; s/@SIZE@/$size/; s/@MAINTAINER@/$maintainer/" \
        "$here/debian/$1.control" >"$tree/DEBIAN/control"
    (cd "$tree" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | sort -z |
        xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    dpkg-deb --root-owner-group "-Z$compression" --build "$tree" "$out/${1}_${version}_$machine.deb"
}

maintainer="Doorstep maintainers <maintainers@doorstep.invalid>"

begin doorstep
app=$tree/opt/apps/$id
mkdir -p "$app/entries/applications" "$app/entries/icons/hicolor/scalable/apps" "$tree/usr/bin" \
    "$tree/usr/share/applications" "$tree/usr/share/icons/hicolor/scalable/apps" \
    "$tree/usr/share/metainfo" "$tree/etc/doorstep" "$tree/usr/share/lintian/overrides"
cp -R dist/linux/doorstep "$app/files"
sed "s/@VERSION@/$version.0/; s/@ARCH@/$machine/" "$here/debian/info.json" >"$app/info"
for place in "$app/entries" "$tree/usr/share"; do
    cp "$here/debian/$id.desktop" "$place/applications/"
    cp resources/icons/app/logo.svg "$place/icons/hicolor/scalable/apps/$id.svg"
done
sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -d "$built" +%F)/" "$here/debian/$id.metainfo.xml" \
    >"$tree/usr/share/metainfo/$id.metainfo.xml"
ln -s "/opt/apps/$id/files/doorstep" "$tree/usr/bin/doorstep"
# No file of IT's belongs to a package: dpkg would ask about it at an upgrade, and end where nobody
# answers. What may stand in it lies beside the licence.
cp "$here/debian/policy.toml" "$doc/policy.toml"
cp "$here/debian/doorstep.overrides" "$tree/usr/share/lintian/overrides/doorstep"
script preinst
script postrm
finish doorstep

begin doorstep-server
mkdir -p "$tree/opt/doorstep-server" "$tree/usr/bin" "$tree/lib/systemd/system" \
    "$tree/etc/doorstep-server" "$tree/usr/share/doorstep-server" \
    "$tree/usr/share/lintian/overrides"
cp -R dist/linux/doorstep-server/. "$tree/opt/doorstep-server/"
ln -s /opt/doorstep-server/doorstep-server "$tree/usr/bin/doorstep-server"
cp "$here"/systemd/*.service "$here"/systemd/*.timer "$tree/lib/systemd/system/"
cp "$here/systemd/server.env" "$tree/usr/share/doorstep-server/"
cp "$here/systemd/nginx.conf.sample" "$doc/"
cp "$here/debian/doorstep-server.overrides" "$tree/usr/share/lintian/overrides/doorstep-server"
for one in preinst postinst prerm postrm; do
    script "$one"
done
finish doorstep-server

# For machines without root: unpack anywhere, start doorstep/doorstep.
tar -C dist/linux --owner=0 --group=0 --sort=name --mtime="$built" -cJf \
    "$out/doorstep-$version-linux-$(uname -m).tar.xz" doorstep
(cd "$out" && sha256sum *.deb *.tar.xz >SHA256SUMS)
