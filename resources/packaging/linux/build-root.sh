#!/bin/sh
# Makes FOLDER a Debian 11 with a Python 3.11 that runs wherever glibc 2.28 does (UOS 20).
# Usage: build-root.sh FOLDER        (as root; about 10 minutes once, then it is kept)
#
# A program built on a newer system asks for that system's glibc. Debian 11 is the oldest whose
# compiler and tools still come from the common mirrors; its glibc is 2.31, so the few names that
# are newer than 2.28 are bound to their older forms. Python and OpenSSL come from the sources of
# Debian 12, which are still given security updates; OpenSSL goes into Python, not beside it.
set -eu
root=$1
here=$(dirname "$0")
python=/opt/python
[ ! -e "$root$python/.ready" ] || exit 0
[ "$(id -u)" -eq 0 ] || { echo "The build root is made as root: sudo $0 $root" >&2; exit 1; }
command -v debootstrap >/dev/null || "$here/../apt-install.sh" "debootstrap" debootstrap

if [ ! -e "$root/etc/debian_version" ]; then
    mkdir -p "$root"
    debootstrap --variant=minbase --include=ca-certificates bullseye "$root"
fi
cp /etc/resolv.conf /etc/hosts "$root/etc/"
# The same mirror that debootstrap took, for the sources of the next release.
for suite in bookworm bookworm-updates; do
    sed -n "s/^deb \([^ ]*\) bullseye main.*/deb-src \1 $suite main/p" "$root/etc/apt/sources.list"
done >"$root/etc/apt/sources.list.d/newer.list"

# Functions whose newest form is younger than glibc 2.28, in the forms that it has.
cat >"$root/opt/older-glibc.h" <<'HEADER'
#ifndef OLDER_GLIBC_H
#define OLDER_GLIBC_H
__asm__(".symver exp,exp@GLIBC_2.2.5");
__asm__(".symver log,log@GLIBC_2.2.5");
__asm__(".symver pow,pow@GLIBC_2.2.5");
__asm__(".symver exp2,exp2@GLIBC_2.2.5");
__asm__(".symver log2,log2@GLIBC_2.2.5");
#endif
HEADER

cat >"$root/opt/make-python.sh" <<'STEPS'
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends build-essential dpkg-dev binutils perl pkg-config \
    zlib1g-dev libffi-dev libbz2-dev liblzma-dev libsqlite3-dev uuid-dev \
    libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libegl1 libgl1 libgssapi-krb5-2 \
    libx11-6 libx11-xcb1 libxcb1 libxcb-render0 libxcb-shm0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 \
    libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-sync1 \
    libxcb-xfixes0 libxcb-xkb1 libxcb-util1
cd /opt
[ -d openssl-src ] || { apt-get source -qq openssl; mv openssl-3*/ openssl-src; }
[ -d python-src ] || { apt-get source -qq python3.11; mv python3.11-*/ python-src; }
if [ ! -e /opt/openssl/lib/libcrypto.so ]; then
    (cd openssl-src && ./Configure no-shared no-tests -fPIC --prefix=/opt/openssl \
        --libdir=lib --openssldir=/etc/ssl && make -s -j2 && make -s install_sw)
    # Python names the two libraries and no more: what the static one stands on goes with it.
    mv /opt/openssl/lib/libcrypto.a /opt/openssl/lib/libcrypto-static.a
    echo "INPUT(libcrypto-static.a -lpthread -ldl)" >/opt/openssl/lib/libcrypto.so
fi
cd python-src
# A patch of Debian's reads Python's own headers there, as Debian builds it into the interpreter.
grep -q Py_BUILD_CORE_MODULE Modules/pyexpat.c ||
    sed -i '1i #define Py_BUILD_CORE_MODULE 1' Modules/pyexpat.c
ac_cv_func_sem_clockwait=no ./configure --prefix=/opt/python --enable-shared --without-ensurepip \
    --with-openssl=/opt/openssl --disable-test-modules CFLAGS="-O2 -include /opt/older-glibc.h" \
    LDFLAGS="-Wl,-rpath,/opt/python/lib"
make -s -j2
rm -rf /opt/python
make -s install
/opt/python/bin/python3.11 -c "import ssl, hashlib, pyexpat, ctypes, sqlite3, lzma, bz2, zlib, uuid"
STEPS
chroot "$root" sh /opt/make-python.sh
touch "$root$python/.ready"
