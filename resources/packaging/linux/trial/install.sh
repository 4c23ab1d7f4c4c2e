#!/bin/sh
# Install what was built, with what it declares alone; then the first visit, and the first window.
. /packages/lib.sh

say "install with the declared dependencies alone"
apt-get update -qq
apt-get install -y -qq --no-install-recommends ./now/doorstep_*.deb ./now/doorstep-server_*.deb \
    >/dev/null
doorstep --version
test -d /etc/doorstep
test -f /usr/share/doc/doorstep/policy.toml
test -L /usr/bin/doorstep
installed=$(du -sm /opt/apps/cn.jiamenkou.doorstep | cut -f1)
echo "installed: $installed MB"
[ "$installed" -lt 180 ] || fail "the app takes more than 180 MB"

say "doctor names the missing font and input method, in both languages"
for language in en zh_CN; do
    DOORSTEP_LANG=$language doorstep doctor --json >before.json 2>/dev/null && fail "all is well?"
    grep -q fonts-noto-cjk before.json || fail "a missing font is not told in $language"
    grep -q fcitx5 before.json || fail "a missing input method is not told in $language"
done
add fonts-noto-cjk xvfb xauth x11-utils imagemagick xdotool procps curl unzip
doorstep doctor --json >after.json 2>/dev/null || true
! grep -q fonts-noto-cjk after.json || fail "the font that is there is called missing"

say "doctor names a disk that is full"
mkdir -p /mnt/small
mount -t tmpfs -o size=40m tmpfs /mnt/small
DOORSTEP_HOME=/mnt/small doorstep doctor 2>/dev/null | grep -A1 '^✗.*MB' | grep -q '→' ||
    fail "a full disk is not told"
umount /mnt/small

say "the packaged server with the demo community"
runuser -u doorstep -- doorstep-server init --data $data --demo fenghe >/dev/null
serve $data
resident=$(awk '/VmRSS/ {printf "%d", $2 / 1024}' "/proc/$server/status")
echo "server, resident: $resident MB"
[ "$resident" -lt 150 ] || fail "the server takes more than 150 MB"
enrol chenxiaohe $data http://127.0.0.1:$port
doorstep sync >/dev/null
doorstep visit 6-2-1602 --result met --note 安装包里记的一次走访 >/dev/null
doorstep sync --json | grep -q '"pending": 0' || fail "the visit was not sent"
doorstep-server check --data $data >/dev/null || fail "the server's check"

say "the window opens, in Chinese"
screen
begun=$(date +%s%N)
doorstep >/dev/null 2>&1 &
app=$!
timeout 60 xdotool search --sync --onlyvisible --name 家门口 >/dev/null || fail "no window"
echo "window after $((($(date +%s%N) - begun) / 1000000)) ms"
xdotool search --onlyvisible --name 家门口 windowfocus --sync windowsize 1366 768
settle
picture unlock
type_in "$(cat word)"
xdotool key Return
until_true "the password opened nothing" sh -c \
    'import -window root now.png && [ "$(compare -metric AE unlock.png now.png null: 2>&1 | cut -d. -f1)" -gt 10000 ]'
settle
picture today
end $app
end $server
