#!/bin/sh
# The server on PostgreSQL, with two processes that serve one community.
. /packages/lib.sh

say "PostgreSQL, and two processes"
# Its package asks before it is unpacked which clusters there are: "pg_lsclusters: not found" is
# that question's answer on a machine without any, and no failure.
add postgresql
service postgresql start >/dev/null
until_true "no PostgreSQL" runuser -u postgres -- psql -qc 'select 1'
runuser -u postgres -- psql -qc "drop database if exists doorstep" -c "drop role if exists doorstep" \
    -c "create role doorstep login password 'trial'" -c "create database doorstep owner doorstep"
# Another one on this machine may have the usual port.
database=postgresql://doorstep:trial@127.0.0.1:$(pg_lsclusters --no-header | awk '{print $3; exit}')/doorstep
rm -rf /srv/postgres /home/postgres
doorstep-server init --data /srv/postgres --database "$database" --demo fenghe >/dev/null
serve /srv/postgres --workers 2
export DOORSTEP_HOME=/home/postgres
enrol chenxiaohe /srv/postgres http://127.0.0.1:$port
doorstep sync >/dev/null
doorstep visit 6-2-1602 --result met --note 走访 >/dev/null
doorstep sync --json | grep -q '"pending": 0' || fail "the visit was not sent to PostgreSQL"
doorstep-server check --data /srv/postgres || fail "the check of PostgreSQL"
end $server
service postgresql stop >/dev/null
