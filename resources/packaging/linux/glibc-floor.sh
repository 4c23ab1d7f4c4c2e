#!/bin/sh
# Fails when any program or library in FOLDER needs a glibc newer than FLOOR, and names it.
# Usage: glibc-floor.sh FOLDER FLOOR
set -eu
folder=$1
floor=$2
report=$(mktemp)
trap 'rm -f "$report"' EXIT

find "$folder" -type f | while read -r file; do
    [ "$(head -c 4 "$file" | tr -d '\0')" = "$(printf '\177ELF')" ] || continue
    readelf --version-info --wide "$file" 2>/dev/null | grep -o 'Name: GLIBC_[0-9.]*' |
        sed "s|Name: GLIBC_\(.*\)|\1 $file|" | sort -Vu | tail -1
done >"$report"
newest=$(cut -d' ' -f1 "$report" | sort -V | tail -1)
echo "$(wc -l <"$report") programs and libraries need at most GLIBC $newest; the floor is $floor"
[ "$(printf '%s\n%s\n' "$newest" "$floor" | sort -V | tail -1)" = "$floor" ] || {
    awk -v floor="$floor" '{split($1, a, "."); split(floor, b, ".");
        if (a[1] > b[1] || (a[1] == b[1] && a[2] > b[2])) print "too new: " $0}' "$report" >&2
    exit 1
}
