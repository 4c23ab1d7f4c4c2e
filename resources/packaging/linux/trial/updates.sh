#!/bin/sh
# The app that updates itself, as a tarball of a person without root: a newer version from a file,
# killed at many moments, corrupt, forged, older, without room, and one that does not start.
. /packages/lib.sh

say "a tarball that updates itself"
getent passwd chen >/dev/null || useradd --create-home --home-dir /home/chen chen
add xz-utils
place=/home/chen/app
rm -rf $place
mkdir -p $place out
tar -C $place -xJf now/doorstep-*.tar.xz
chown chen /home/chen
chown -R chen /home/chen/app
was=$($place/doorstep/doorstep --version | awk '{print $2}')
[ -e out/key ] || doorstep-server update key out/key >out/policy
touch /etc/doorstep/policy.toml
[ -e policy.before ] || cp /etc/doorstep/policy.toml policy.before
cat out/policy >>/etc/doorstep/policy.toml
[ -e out/other-key ] || doorstep-server update key out/other-key >/dev/null

pack() { # FOLDER FILE VERSION KEY
    doorstep-server update pack "$1" "out/$2" --key "out/$4" --release "$3" --platform linux-x86_64 >/dev/null
}
[ -e out/good ] || pack now-next good $NEXT key
# The starter without what it starts: as large as it needs to be for what is refused, or fails.
mkdir -p alone
cp now-next/doorstep alone/
pack alone forged $NEXT other-key
pack alone older 0.0.9 key
pack alone broken 9.9.9 key
cp out/good out/corrupt
printf 'xxxx' | dd of=out/corrupt bs=1 seek=$(($(stat -c %s out/good) / 2)) conv=notrunc status=none
chmod -R a+rX out

# As the person, with nothing of whoever tries it.
app() { runuser -u chen -- env -i HOME=/home/chen LANG=C.UTF-8 DOORSTEP_LANG=en PATH=/usr/bin:/bin \
    DISPLAY="$DISPLAY" DOORSTEP_HOME=/home/chen/tarball QT_QPA_PLATFORM="${PLATFORM:-offscreen}" $place/doorstep/doorstep "$@"; }
version() { app --version | awk '{print $2}'; }
refused() { # FILE WORD
    if app update "$PWD/out/$1" >refused.txt 2>&1; then fail "$1 was taken"; fi
    grep -qi "$2" refused.txt || fail "$1: $(cat refused.txt)"
    [ "$(version)" = "$3" ] || fail "after $1 another version starts"
    echo "refused, $1: $(cat refused.txt)"
}
refused forged "sign" "$was"
refused corrupt "" "$was"
refused older "not newer" "$was"

for moment in 0.4 0.8 1.2 1.6 2 2.5 3 4; do
    app update "$PWD/out/good" >/dev/null 2>&1 &
    taking=$!
    sleep $moment
    pkill -KILL -u chen -f "$place/doorstep/doorstep update" || true
    wait $taking 2>/dev/null || true
    case $(version) in
    "$was" | "$NEXT") ;;
    *) fail "after a kill at $moment s nothing starts" ;;
    esac
    [ "$(version)" = "$was" ] || break
done
echo "killed up to $moment s after its start"

mkdir -p /mnt/room
mount -t tmpfs -o size=260m tmpfs /mnt/room
tar -C /mnt/room -xJf now/doorstep-*.tar.xz
chown -R chen /mnt/room
full=$place
place=/mnt/room
refused good "full\|space" "$was"
place=$full
umount /mnt/room

[ "$(version)" = "$NEXT" ] || app update "$PWD/out/good"
[ "$(version)" = "$NEXT" ] || fail "the update does not start"
refused older "not newer" "$NEXT"
screen
PLATFORM=xcb app >/dev/null 2>&1 &
shown=$!
timeout 60 xdotool search --sync --onlyvisible --name 家门口 >/dev/null || timeout 60 xdotool search --sync --onlyvisible --name Doorstep >/dev/null || fail "the updated app opens no window"
settle
picture updated
pkill -u chen -f "$place/doorstep" || true
wait $shown || true
grep -q "\"good\": \"$NEXT\"" $place/doorstep/versions/state.json || fail "it has not proved itself"

app update "$PWD/out/broken"
starts=0
until [ "$(version 2>/dev/null)" = "$NEXT" ]; do
    starts=$((starts + 1))
    [ $starts -lt 5 ] || fail "a version that does not start keeps the former from starting"
done
[ $starts -eq 3 ] || fail "given up after $starts starts"
refused broken "not newer" "$NEXT"
echo "9.9.9 does not start: given up after $starts starts, $NEXT is back"
cp policy.before /etc/doorstep/policy.toml
