# What the trials inside a bare Debian have in common; each sources it. See package-test.sh.
set -eu
export DEBIAN_FRONTEND=noninteractive DEBCONF_NOWARNINGS=yes XDG_RUNTIME_DIR=/tmp DISPLAY=:${SCREEN:-99}
export DOORSTEP_HOME=/home/chen/doorstep DOORSTEP_LANG=zh_CN DOORSTEP_PASSWORD_FILE=/packages/word
# Where the server of the units keeps the community, and the port of the trials.
data=/var/lib/doorstep
port=${PORT:-8499}
cd /packages
[ -e word ] || printf 'four calm words here\n' >word

say() { echo "--- $*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
# A part that this release cannot be asked for: told as such, never passed over.
not_here() { echo "not tried: $*"; exit 77; }
add() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# Wait up to a minute until a command succeeds.
until_true() { # WHAT COMMAND…
    what=$1
    shift
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || fail "$what"
        sleep 0.1
    done
}

# The one value of a word in a JSON document on standard input: the first that stands there.
value_of() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p" | head -1; }

serve() { # DATA [OPTION…]: $server is its process
    folder=$1
    shift
    rm -f server.log
    doorstep-server serve --data "$folder" --port $port "$@" >server.log 2>&1 &
    server=$!
    until_true "the server is not ready, see server.log" grep -qs $port server.log
}

end() { # PROCESS
    kill "$1"
    wait "$1" || true
}

enrol() { # LOGIN DATA URL [OPTION…]
    code=$(doorstep-server code "$1" --data "$2" --json | value_of code)
    address=$3
    shift 3
    doorstep enroll "$address" --code "$code" "$@" >/dev/null
}

# A screen, for as long as the trials go on.
screen() {
    xdpyinfo >/dev/null 2>&1 && return
    # A server that begins anew when its last client leaves opens to nobody meanwhile.
    Xvfb "$DISPLAY" -noreset -screen 0 1366x768x24 >/dev/null 2>&1 &
    until_true "no virtual screen" xdpyinfo
}

# Wait until three pictures in a row are the same. Not for long: a caret blinks each half second.
settle() {
    sleep 0.4 # A busy machine begins late.
    same=0
    former=
    tries=0
    while [ $same -lt 2 ]; do
        now=$(import -window root rgb:- | md5sum)
        if [ "$now" = "$former" ]; then same=$((same + 1)); else same=0; fi
        former=$now
        tries=$((tries + 1))
        [ $tries -lt 300 ] || fail "the window never stopped painting"
    done
}

press() { for key in "$@"; do xdotool key --clearmodifiers "$key"; settle; done; }
type_in() { xdotool type --delay 60 "$1"; settle; }
picture() { import -window root "$1.png"; }
