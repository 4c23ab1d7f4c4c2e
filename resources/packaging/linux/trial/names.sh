#!/bin/sh
# Fifty residents whose names stand nowhere else; then everything that leaves a computer is searched.
. /packages/lib.sh

say "50 planted names: none in packages, logs, bundles, crash reports, devices or metrics"
place=/srv/names
export DOORSTEP_HOME=/home/names
rm -rf $place $DOORSTEP_HOME told
mkdir -p told
doorstep-server init --data $place >/dev/null
doorstep-server community add he --name 和平社区 --data $place >/dev/null
printf '小区,楼号,层数,单元数,电梯,所属网格\n和平苑,1号楼,18,1,有,第1网格\n' >areas.csv
doorstep-server area import areas.csv --data $place >/dev/null
{
    echo '姓名,与户主关系,联系电话,现住址,所属网格'
    awk '{printf "%s,户主,1380000%04d,和平苑1号楼1单元%d%02d,第1网格\n", $0, NR, (NR - 1) / 4 + 1, (NR - 1) % 4 + 1}' \
        names.txt
} >roster.csv
doorstep-server import roster.csv --data $place >told/import.txt 2>&1 || fail "$(cat told/import.txt)"
doorstep-server user add chen --name 陈晓禾 --data $place >/dev/null
doorstep-server assign chen --post grid_worker --area 第1网格 --data $place >/dev/null
serve $place
enrol chen $place http://127.0.0.1:$port
doorstep sync >told/sync.txt 2>&1
first=$(head -1 names.txt)
doorstep find "$first" --reveal | grep -q "$first" || fail "the planted names are not in the store"
doorstep visit 1-1-101 --result met --note "$first 说门铃坏了" >/dev/null
# What goes wrong is told and logged as well: an unknown home, a broken line, a server that is gone.
doorstep visit "$first@9-9-909" --result met >/dev/null 2>&1 || true
echo "{\"do\":\"note\",\"ref\":\"$first\",\"text\":\"$first" | doorstep apply - >told/apply.txt 2>&1 || true
doorstep-server devices --data $place --json >told/devices.json
doorstep-server devices --data $place >told/devices.txt
curl -s http://127.0.0.1:$port/metrics >told/metrics.txt
grep -q doorstep_devices told/metrics.txt || fail "no metrics"
curl -s "http://127.0.0.1:$port/v1/history/person/$first" >told/refused.txt || true
end $server
doorstep sync >told/offline.txt 2>&1 || true
doorstep doctor --json --bundle told/bundle.zip >told/doctor.json 2>told/doctor.txt || true
unzip -q -o told/bundle.zip -d told/bundle
cp server.log told/

hits=$(grep -rlaFf names.txt told $DOORSTEP_HOME /opt/apps /opt/doorstep-server /etc/doorstep \
    /etc/doorstep-server /usr/share/doc/doorstep* /usr/share/metainfo 2>/dev/null || true)
[ -z "$hits" ] || fail "planted names stand in: $hits"
echo "searched: $(find told $DOORSTEP_HOME /opt -type f | wc -l) files"
