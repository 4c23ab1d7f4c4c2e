#!/bin/sh
# Looks over the packages in OUT before they are tried: lintian without complaint but for the
# overrides, sizes, the glibc floor, and 50 planted names in no file and no packed module.
# Usage: look-over.sh VENV OUT
set -eu
venv=$1
out=$2
here=$(dirname "$0")
most_app=65
most_installed=180
command -v lintian >/dev/null || "$here/../apt-install.sh" "lintian" lintian
lintian --fail-on error,warning "$out"/doorstep_[0-9]*.deb "$out"/doorstep-server_[0-9]*.deb
echo "lintian: clean"
"$here/glibc-floor.sh" "$out/linux" 2.28
for file in "$out"/*.deb "$out"/*.tar.xz "$out"/*.exe "$out"/*.msi; do
    [ ! -e "$file" ] || echo "$(($(stat -c %s "$file") / 1000000)) MB  ${file##*/}"
done
app=$(($(stat -c %s "$out"/doorstep_[0-9]*.deb) / 1000000))
[ "$app" -lt $most_app ] || { echo "the app's .deb is $app MB, at most $most_app" >&2; exit 1; }
installed=$(du -sm "$out/linux/doorstep" | cut -f1)
[ "$installed" -lt $most_installed ] || { echo "installed: $installed MB" >&2; exit 1; }
echo "installed: $installed MB, the largest parts:"
find "$out/linux/doorstep" -type f -size +2M -printf '%s %P\n' | sort -rn | head -12 |
    awk '{printf "  %5.1f MB  %s\n", $1 / 1000000, $2}'
"$venv/bin/python" "$here/../scan.py" "$here/trial/names.txt" "$out/linux/doorstep" \
    "$out/linux/doorstep-server"
