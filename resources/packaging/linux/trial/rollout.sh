#!/bin/sh
# The server as an office runs it: its units' own commands, nginx with TLS, nightly backups, a
# restore beside it.
. /packages/lib.sh

say "the units, and what they start"
add systemd nginx openssl logrotate
systemd-analyze verify /lib/systemd/system/doorstep-*.service /lib/systemd/system/doorstep-*.timer \
    2>verify.txt || fail "$(cat verify.txt)"
! grep doorstep verify.txt || fail "a unit has a mistake"
echo DOORSTEP_KEEP=2 >>/etc/doorstep-server/server.env
# What systemd would run, as the unit's user and with its environment.
as_unit() { # UNIT WORD
    command=$(sed -n "s/^$2=//p" "/lib/systemd/system/$1" | sed 's/%%/%/g; s/\${\([A-Z_]*\)}/$\1/g')
    runuser -u doorstep -- env -i PATH=/usr/bin:/bin LANG=C.UTF-8 \
        sh -c "set -a; . /usr/share/doorstep-server/server.env; . /etc/doorstep-server/server.env; $command"
}
as_unit doorstep-server.service ExecStartPre
as_unit doorstep-server.service ExecStart >unit.log 2>&1 &
unit=$!
until_true "the unit's server is not ready" curl -fs http://127.0.0.1:8400/health
curl -s http://127.0.0.1:8400/metrics | grep -q doorstep_devices || fail "no metrics on the machine"

say "TLS by the sample for nginx"
mkdir -p /etc/ssl/doorstep tls
openssl req -x509 -newkey rsa:2048 -nodes -days 30 -keyout tls/ca.key -out tls/ca.pem \
    -subj "/CN=Office CA" -addext basicConstraints=critical,CA:TRUE 2>/dev/null
openssl req -newkey rsa:2048 -nodes -keyout /etc/ssl/doorstep/key.pem -out tls/server.csr \
    -subj "/CN=doorstep.office.example" 2>/dev/null
printf 'subjectAltName=DNS:doorstep.office.example\n' >tls/names
openssl x509 -req -in tls/server.csr -CA tls/ca.pem -CAkey tls/ca.key -CAcreateserial -days 30 \
    -extfile tls/names -out /etc/ssl/doorstep/fullchain.pem 2>/dev/null
grep -q doorstep.office /etc/hosts || echo "127.0.0.1 doorstep.office.example" >>/etc/hosts
cp /usr/share/doc/doorstep-server/nginx.conf.sample /etc/nginx/conf.d/doorstep.conf
nginx -t -q
nginx
office=https://doorstep.office.example
home=$DOORSTEP_HOME
export DOORSTEP_HOME=/home/tls
code=$(doorstep-server code mengxue --data $data --json | value_of code)
if DOORSTEP_LANG=en doorstep enroll $office --code "$code" >tls.txt 2>&1; then fail "an unknown CA was taken"; fi
grep -q "CA file" tls.txt || fail "the refusal has no words: $(cat tls.txt)"
enrol mengxue $data $office --ca "$PWD/tls/ca.pem"
doorstep sync --json | grep -q '"pending": 0' || fail "no sync over TLS with the CA's file"
cp tls/ca.pem /usr/local/share/ca-certificates/office.crt
update-ca-certificates >/dev/null 2>&1
export DOORSTEP_HOME=/home/tls-system
enrol liujianping $data $office
doorstep sync >/dev/null || fail "no sync with the CA in the system's store"
doorstep doctor --json >tls.json 2>/dev/null || true
grep -A1 '"check": "server"' tls.json | grep -q '"well"' || fail "doctor: $(cat tls.json)"
export DOORSTEP_HOME=$home
[ "$(curl -s -o /dev/null -w '%{http_code}' --cacert tls/ca.pem --interface 127.0.0.2 $office/metrics)" = 403 ] ||
    fail "metrics are given to another machine"
! grep -q "" /var/log/nginx/access.log 2>/dev/null || fail "the proxy keeps a log of requests"
grep -q '/var/log/nginx/\*.log' /etc/logrotate.d/nginx || fail "nginx rotates no logs"
logrotate -d /etc/logrotate.d/nginx 2>&1 | grep -q doorstep-error || fail "its error log is not rotated"
[ -z "$(find /var/lib/doorstep /var/log -name '*.log' -user doorstep)" ] || fail "a log beside the journal"

say "the nightly backup, three nights; a restore beside the running server"
for night in 1 2 3; do
    as_unit doorstep-backup.service ExecStart
    as_unit doorstep-backup.service ExecStartPost
    # Its name tells the night: the nights before were in another year.
    [ $night = 3 ] ||
        mv /var/backups/doorstep/doorstep-2* "/var/backups/doorstep/doorstep-1999-01-0${night}T0230"
done
[ "$(ls /var/backups/doorstep | wc -l)" = 2 ] || fail "not two backups: $(ls /var/backups/doorstep)"
newest=$(ls -d /var/backups/doorstep/doorstep-* | tail -1)
rm -rf /srv/trial
doorstep-server restore "$newest" --data /srv/trial
doorstep-server check --data /srv/trial || fail "the restored server is not whole"
say "a restore as on another machine: with the key that was kept elsewhere, and not without"
rm -rf /srv/trial
mv $data/column.key /root/kept.key
if doorstep-server restore "$newest" --data /srv/trial 2>key.txt; then fail "restored without its key"; fi
[ ! -e /srv/trial ] || fail "something was made without the key"
doorstep-server restore "$newest" --data /srv/trial --column-key /root/kept.key
doorstep-server check --data /srv/trial || fail "the server restored with its key is not whole"
mv /root/kept.key $data/column.key
as_unit doorstep-audit.service ExecStart >/dev/null || fail "the audit's head"
nginx -s stop
end $unit
