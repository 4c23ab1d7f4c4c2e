#!/bin/sh
# The trial itself, inside the root with wine: see windows-test.sh.
set -eu
version=$1
next=$2
unset QT_QPA_PLATFORM
export DISPLAY=:98 DOORSTEP_LANG=zh_CN LANG=zh_CN.UTF-8 LC_ALL=C.UTF-8 WINEPREFIX=/opt/windows/prefix
rm -rf $WINEPREFIX
say() { echo "--- $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
Xvfb :98 -screen 0 1366x768x24 >/dev/null 2>&1 &
screen=$!
trap 'wineserver -k || true; kill $screen ${server:-} 2>/dev/null || true' EXIT
wineboot -i >/dev/null 2>&1
machine="$WINEPREFIX/drive_c/Program Files/Doorstep"
key='HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Doorstep'
shown() { wine reg query "$1" /v DisplayVersion /reg:64 2>/dev/null | tr -d '\r' | awk '/DisplayVersion/ {print $3}'; }

say "silent, per machine"
wine setup.exe /S /AllUsers
[ -f "$machine/doorstep.exe" ] || fail "nothing was installed: $(ls "$WINEPREFIX/drive_c/Program Files")"
[ "$(shown "$key")" = "$version" ] || fail "Windows does not list it"
find $WINEPREFIX/drive_c/ProgramData -name '*Doorstep*.lnk' | grep -q . || fail "no entry in the start menu"
wine "$machine/doorstep-cli.exe" --version | grep -q "doorstep $version" || fail "it says no version"
du -sm "$machine" | awk '{print "installed: " $1 " MB"}'

say "a visit, synced with the packaged server"
printf 'four calm words here\n' >word
export DOORSTEP_PASSWORD_FILE='Z:\opt\windows\try\word'
doorstep-server/doorstep-server init --data community --demo fenghe >/dev/null
doorstep-server/doorstep-server serve --data community --port 8497 >server.log 2>&1 &
server=$!
tries=0
until grep -qs 8497 server.log; do
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "no server"
    sleep 0.1
done
code=$(doorstep-server/doorstep-server code chenxiaohe --data community --json | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p')
home='C:\users\陈晓禾\家门口'
cli() { wine "$machine/doorstep-cli.exe" --home "$home" "$@"; }
cli enroll http://127.0.0.1:8497 --code "$code"
cli sync >/dev/null
cli visit 6-2-1602 --result met --note 走访 >/dev/null
cli sync --json | grep -q '"pending": 0' || fail "the visit was not sent"
cli doctor --json >doctor.json 2>doctor.txt || true
grep -q '"check": "store"' doctor.json || fail "doctor: $(cat doctor.json doctor.txt)"

say "the window"
wine "$machine/doorstep.exe" --home "$home" >/dev/null 2>&1 &
timeout 120 xdotool search --sync --onlyvisible --name 家门口 >/dev/null || fail "no window"
sleep 10
import -window root window.png
wineserver -k
sleep 1

say "an upgrade in place, and no way back"
wine next-setup.exe /S /AllUsers
[ "$(shown "$key")" = "$next" ] || fail "not upgraded: $(shown "$key")"
ended=0
wine setup.exe /S /AllUsers || ended=$?
[ "$(shown "$key")" = "$next" ] || fail "an older one was installed over it"
[ $ended -ne 0 ] || fail "the refusal is told by no exit code"
echo "the older one ends with $ended"
cli status --json | grep -q '"pending": 0' || fail "the profile is not there after the upgrade"

say "per user, into a Chinese folder"
wine next-setup.exe /S /CurrentUser '/D=C:\users\陈晓禾\程序'
user="$WINEPREFIX/drive_c/users/陈晓禾/程序"
wine "$user/doorstep-cli.exe" --version | grep -q doorstep || fail "it does not start from a Chinese folder"
wine "$user/uninstall.exe" /CurrentUser /S
sleep 5
[ ! -e "$user/doorstep.exe" ] || fail "per user it does not uninstall"

say "uninstalling keeps the data"
wine "$machine/uninstall.exe" /AllUsers /S
tries=0
while [ -e "$machine/doorstep.exe" ]; do
    tries=$((tries + 1))
    [ $tries -lt 300 ] || fail "it does not uninstall"
    sleep 0.2
done
[ -d "$WINEPREFIX/drive_c/users/陈晓禾/家门口/profiles" ] || fail "the data is gone"
[ -z "$(shown "$key")" ] || fail "Windows still lists it"

say "the MSI: installed, started, upgraded, removed"
wine msiexec /i doorstep.msi /qn
wine "$machine/doorstep-cli.exe" --version | grep -q doorstep || fail "the MSI installed nothing"
cli status --json | grep -q '"pending": 0' || fail "the MSI's program does not see the profile"
wine msiexec /i next.msi /qn
[ -f "$machine/doorstep.exe" ] || fail "the newer MSI took the program away"
wine reg query 'HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall' /s /reg:64 2>/dev/null | tr -d '\r' |
    awk '/DisplayVersion/ {print $3}' | sort -u >listed.txt
grep -q "^$next" listed.txt || fail "the newer MSI is not listed: $(cat listed.txt)"
! grep -qx "$version" listed.txt || fail "the older MSI is still listed beside the newer"
wine msiexec /x next.msi /qn
[ ! -e "$machine/doorstep.exe" ] || fail "the MSI does not uninstall"
[ -d "$WINEPREFIX/drive_c/users/陈晓禾/家门口/profiles" ] || fail "the data is gone"
