#!/bin/sh
# The trial itself, inside a bare Debian: see package-test.sh.
set -eu
export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes DOORSTEP_HOME=/home/chen/doorstep XDG_RUNTIME_DIR=/tmp
cd /packages
word=/packages/word
printf 'four calm words here\n' >"$word"
export DOORSTEP_PASSWORD_FILE=$word
say() { echo "--- $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }

say "install with the declared dependencies alone"
apt-get update -qq
apt-get install -y -qq --no-install-recommends ./doorstep_*.deb ./doorstep-server_*.deb >/dev/null
doorstep --version
test -f /etc/doorstep/policy.toml
test -L /usr/bin/doorstep
installed=$(du -sm /opt/apps/cn.jiamenkou.doorstep | cut -f1)
echo "installed: $installed MB"

say "doctor names the missing font, and no longer once it is there"
doorstep doctor --json >before.json 2>/dev/null || true
grep -q fonts-noto-cjk before.json || fail "a missing font is not told"
apt-get install -y -qq --no-install-recommends fonts-noto-cjk xvfb xauth x11-utils imagemagick \
    xdotool procps >/dev/null
doorstep doctor --json >after.json 2>/dev/null || true
! grep -q fonts-noto-cjk after.json || fail "the font that is there is called missing"

say "the packaged server with the demo community"
export DOORSTEP_LANG=zh_CN
data=/var/lib/doorstep
doorstep-server init --data $data --demo fenghe >/dev/null
doorstep-server serve --data $data --port 8499 >server.log 2>&1 &
server=$!
tries=0
until grep -qs 8499 server.log; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "the server is not ready: $(cat server.log)"
    sleep 0.1
done
awk '/VmRSS/ {printf "server, resident: %d MB\n", $2 / 1024}' "/proc/$server/status"
code=$(doorstep-server code chenxiaohe --data $data --json | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p')
doorstep enroll http://127.0.0.1:8499 --code "$code"
doorstep sync >/dev/null
doorstep visit 6-2-1602 --result met --note 安装包里记的一次走访 >/dev/null
doorstep sync --json | grep -q '"pending": 0' || fail "the visit was not sent"

say "the window opens, in Chinese"
Xvfb :99 -screen 0 1366x768x24 >/dev/null 2>&1 &
screen=$!
export DISPLAY=:99
tries=0
until xdpyinfo >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || fail "no virtual screen"
    sleep 0.1
done
doorstep >/dev/null 2>&1 &
app=$!
timeout 60 xdotool search --sync --onlyvisible --name 家门口 >/dev/null || fail "no window"
xdotool search --onlyvisible --name 家门口 windowfocus --sync windowsize 1366 768
sleep 3
import -window root unlock.png
xdotool type --delay 40 "$(cat $word)"
xdotool key Return
sleep 8
import -window root today.png
[ "$(compare -metric AE unlock.png today.png null: 2>&1 | cut -d. -f1)" -gt 10000 ] ||
    fail "the password opened nothing"
kill $app
wait $app || true

say "50 visits offline, then the next version"
kill $server
wait $server || true
# A home that two people have to visit refuses its line; the others go on.
for floor in $(seq 5 24); do
    for room in 01 02 03 04; do
        printf '{"do":"visit","household":"6-2-%d%s","result":"met","note":"升级前"}\n' \
            "$floor" $room
    done
done >actions.jsonl
doorstep apply actions.jsonl >applied.txt 2>&1 || true
waiting=$(doorstep status --json | sed -n 's/.*"pending": *\([0-9]*\).*/\1/p')
[ "$waiting" -ge 50 ] || fail "only $waiting wait: $(tail -3 applied.txt)"
echo '# the office' >>/etc/doorstep/policy.toml
apt-get install -y -qq ./next-doorstep.deb ./next-doorstep-server.deb >/dev/null
grep -q '# the office' /etc/doorstep/policy.toml || fail "the upgrade took IT's policy away"
[ "$(doorstep status --json | sed -n 's/.*"pending": *\([0-9]*\).*/\1/p')" = "$waiting" ] ||
    fail "the upgrade lost what waited"
doorstep-server upgrade --data $data
doorstep-server serve --data $data --port 8499 >server.log 2>&1 &
server=$!
tries=0
until grep -qs 8499 server.log; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "the newer server is not ready"
    sleep 0.1
done
doorstep sync --json | grep -q '"pending": 0' || fail "what waited was not sent"
doorstep-server check --data $data >/dev/null || fail "the server's check"
kill $server
wait $server || true

say "a downgrade is refused"
if dpkg -i doorstep_*.deb >/dev/null 2>downgrade.txt; then fail "an older app was installed"; fi
grep -q "newer" downgrade.txt || fail "the refusal has no words"
dpkg --configure -a

say "purge asks nothing and keeps the data"
apt-get purge -y -qq doorstep doorstep-server >/dev/null </dev/null
[ -e $DOORSTEP_HOME/profiles ] || fail "the worker's data is gone"
[ -e $data ] || fail "the community's data is gone"
[ ! -e /opt/apps/cn.jiamenkou.doorstep ] || fail "the app is still there"
[ ! -e /etc/doorstep/policy.toml ] || fail "the policy is still there"

kill $screen
