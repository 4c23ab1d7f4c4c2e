#!/bin/sh
# Tries the packages in OUT in bare Debians, as IT would: first a look over the packages, then for
# each release the parts in trial/, each of which says what it shows.
# Usage: package-test.sh VENV OUT [BEFORE] (as root)
#
# One line for each part: the release, the part, how it went, seconds. What a part said stands in
# build/package-test/RELEASE/PART.log, with its pictures. A part that fails keeps no other from
# being tried: each stands on `install` alone.
#   RELEASE=trixie       this release alone
#   PART=rollout         taken up here, and on to the end; `install` goes before it
#   PARTS="names rollout"  these alone, after `install`
# BEFORE is a folder with the packages of an earlier build, to upgrade from; without it the same
# build stands in for it.
set -eu
venv=$1
out=$2
before=${3:-$out}
here=$(dirname "$0")
told=build/package-test
all="install typing names updates rollout postgresql wheelhouse upgrade"
# The longest takes six minutes on a busy machine of two cores; one that hangs ends.
longest=1800

known() { # WORD, of LIST…
    word=$1
    shift
    for offered in "$@"; do [ "$offered" != "$word" ] || return 0; done
    echo "There is no $word; there are: $*" >&2
    exit 2
}
parts=${PARTS:-$all}
# shellcheck disable=SC2086 # Lists of words.
if [ -n "${PART:-}" ]; then
    known "$PART" $all
    parts="$PART${all#*"$PART"}"
fi
# shellcheck disable=SC2086
for one in $parts; do known "$one" $all; done
case " $parts " in *" install "*) ;; *) parts="install $parts" ;; esac
[ -z "${RELEASE:-}" ] || known "$RELEASE" bookworm trixie
releases=${RELEASE:-bookworm trixie}
[ "$(id -u)" -eq 0 ] || { echo "Packages are tried as root: sudo make package-test" >&2; exit 1; }

passed=0
failed=0
untried=0
line() { # RELEASE PART HOW SECONDS
    printf '%-9s %-11s %-9s %5s s\n' "$1" "$2" "$3" "$4"
}

# Run a command as a part; 77 is what a part ends with that this release cannot be asked for.
part() { # RELEASE PART COMMAND…
    release=$1
    name=$2
    log=$told/$1/$2.log
    shift 2
    begun=$(date +%s)
    mkdir -p "$told/$release"
    status=0
    timeout --foreground --kill-after=10 $longest "$@" >"$log" 2>&1 </dev/null || status=$?
    took=$(($(date +%s) - begun))
    case $status in
    0)
        passed=$((passed + 1))
        line "$release" "$name" passed $took
        ;;
    77)
        untried=$((untried + 1))
        line "$release" "$name" "not tried" $took
        tail -n 1 "$log" | sed 's/^/    /'
        ;;
    *)
        failed=$((failed + 1))
        line "$release" "$name" FAILED $took
        tail -n 12 "$log" | sed 's/^/    /'
        echo "    ended with $status; all of it: $log"
        return 1
        ;;
    esac
}

# What a part left running in ROOT would be in the way of the next.
quiet() { # ROOT
    for process in /proc/[0-9]*; do
        [ "$(readlink "$process/root")" != "$(realpath "$1")" ] || kill "${process#/proc/}" || true
    done
}
root=
leave() {
    [ -n "$root" ] || return 0
    quiet "$root"
    umount -l "$root/proc" "$root/dev"
    root=
}
trap leave EXIT
trap 'exit 1' INT TERM

number=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
next=$(echo "$number" | awk -F. '{print $1 "." $2 "." $3 + 1}')
app=$(echo "$out"/doorstep_[0-9]*.deb)
# What is built beside the packages is built again after them.
if [ ! "$out/next/version" -nt "$app" ]; then
    part packages next "$here/build-next.sh" build/roots/build "$next" || exit 1
fi
if [ ! "$out/wheelhouse" -nt "$app" ]; then
    part packages wheelhouse "$here/../wheelhouse.sh" "$venv" "$out" || exit 1
fi
part packages look-over "$here/look-over.sh" "$venv" "$out" || true

for suite in $releases; do
    rm -rf "${told:?}/$suite"
    tree=build/roots/trial-$suite
    if ! part "$suite" root "$here/trial-root.sh" "$suite" "$out" "$before" "$tree"; then
        echo "    nothing of $suite was tried"
        continue
    fi
    root=$tree
    for folder in proc dev; do mount --rbind "/$folder" "$root/$folder"; done
    for one in $parts; do
        if ! part "$suite" "$one" chroot "$root" env -i HOME=/root LANG=C.UTF-8 NEXT="$next" \
            PATH=/usr/sbin:/usr/bin:/sbin:/bin PORT="${PORT:-8499}" SCREEN="${SCREEN:-99}" \
            sh "/packages/$one.sh"; then
            quiet "$root"
            if [ "$one" = install ]; then
                echo "    nothing else of $suite was tried"
                break
            fi
        fi
        cp "$root"/packages/*.png "$told/$suite/" 2>/dev/null || true
    done
    leave
done
echo "$passed passed, $failed failed, $untried not tried; what was said and the pictures: $told"
[ $failed -eq 0 ]
