#!/bin/sh
# Runs COMMAND in FOLDER of the root ROOT, with what wine needs round it.
# Usage: in-wine.sh ROOT FOLDER COMMAND…        (as root)
set -eu
root=$1
folder=$2
shift 2
for place in proc dev; do
    mountpoint -q "$root/$place" || mount --rbind "/$place" "$root/$place"
done
trap 'umount -l "$root/proc" "$root/dev"' EXIT
chroot "$root" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin WINEDEBUG=-all \
    WINEARCH=win64 QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-offscreen}" \
    sh -c 'cd "$1" && shift && "$@"' sh "$folder" "$@" </dev/null
