#!/bin/sh
# From the version before to the one that was built, with 50 unsent visits: the server first, then
# the laptop; then back, which is refused; then purge.
. /packages/lib.sh

say "50 visits offline with the version before"
apt-get purge -y -qq doorstep doorstep-server >/dev/null </dev/null
rm -rf $data /home/upgrade
export DOORSTEP_HOME=/home/upgrade
apt-get install -y -qq --no-install-recommends ./before/doorstep_*.deb ./before/doorstep-server_*.deb >/dev/null
echo "before: $(dpkg-query -W -f '${Version} ' doorstep doorstep-server) of $(cat before/of)"
doorstep-server init --data $data --demo fenghe >/dev/null
serve $data
enrol chenxiaohe $data http://127.0.0.1:$port
doorstep sync >/dev/null
DOORSTEP_HOME=/home/older
enrol liujianping $data http://127.0.0.1:$port
doorstep sync >/dev/null
doorstep note 6-2-1602 升级前的一条 >/dev/null
DOORSTEP_HOME=/home/upgrade
end $server
# A home that two people have to visit refuses its line; the others go on.
for floor in $(seq 5 24); do
    for room in 01 02 03 04; do
        printf '{"do":"visit","household":"6-2-%d%s","result":"met","note":"升级前"}\n' "$floor" $room
    done
done >actions.jsonl
doorstep apply actions.jsonl >applied.txt 2>&1 || true
waiting=$(doorstep status --json | value_of pending)
[ "$waiting" -ge 50 ] || fail "only $waiting wait: $(tail -3 applied.txt)"
echo '# the office' >>/etc/doorstep/policy.toml
echo DOORSTEP_KEEP=3 >>/etc/doorstep-server/server.env

say "the newer server first: it speaks with the older app"
apt-get install -y -qq ./after/doorstep-server_*.deb >/dev/null
doorstep-server upgrade --data $data
serve $data
DOORSTEP_HOME=/home/older doorstep sync --json >older.json 2>older.txt ||
    fail "the older app: $(cat older.txt)"
grep -q '"pending": 0' older.json || fail "the older app could not send to the newer server"

say "then the app, over $waiting unsent visits"
apt-get install -y -qq ./after/doorstep_*.deb >/dev/null
grep -q DOORSTEP_KEEP=3 /etc/doorstep-server/server.env || fail "the upgrade took IT's settings away"
grep -q '# the office' /etc/doorstep/policy.toml || fail "the upgrade took IT's policy away"
[ "$(doorstep status --json | value_of pending)" = "$waiting" ] || fail "the upgrade lost what waited"
doorstep sync --json | grep -q '"pending": 0' || fail "what waited was not sent"
doorstep-server check --data $data >/dev/null || fail "the server's check"
echo "after: $(dpkg-query -W -f '${Version} ' doorstep doorstep-server); $waiting arrived"
end $server

say "a downgrade is refused"
if dpkg -i before/doorstep_*.deb >/dev/null 2>downgrade.txt; then fail "an older app was installed"; fi
grep -q "newer" downgrade.txt || fail "the refusal has no words"
if dpkg -i before/doorstep-server_*.deb >/dev/null 2>&1; then fail "an older server was installed"; fi
dpkg --configure -a

say "purge asks nothing and keeps the data"
apt-get purge -y -qq doorstep doorstep-server >/dev/null </dev/null
[ -e $DOORSTEP_HOME/profiles ] || fail "the worker's data is gone"
[ -e $data ] || fail "the community's data is gone"
[ ! -e /opt/apps/cn.jiamenkou.doorstep ] || fail "the app is still there"
[ ! -e /etc/doorstep/policy.toml ] || fail "the policy is still there"
[ ! -e /etc/doorstep-server ] || fail "the server's settings are still there"
