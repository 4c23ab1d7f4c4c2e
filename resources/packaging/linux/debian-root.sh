#!/bin/sh
# Makes FOLDER a bare Debian of release SUITE, to try packages in.  Usage: debian-root.sh SUITE FOLDER
set -eu
suite=$1
root=$2
here=$(dirname "$0")
[ ! -e "$root/.ready" ] || exit 0
[ "$(id -u)" -eq 0 ] || { echo "Packages are tried as root: sudo make package-test" >&2; exit 1; }
command -v debootstrap >/dev/null || "$here/../apt-install.sh" "debootstrap" debootstrap
mkdir -p "$root"
debootstrap --variant=minbase --include=ca-certificates "$suite" "$root"
cp /etc/resolv.conf /etc/hosts "$root/etc/"
touch "$root/.ready"
