#!/bin/sh
# The server from wheels, on a machine that has no network while it is installed.
. /packages/lib.sh

say "the wheelhouse, without a network"
apt-cache show python3.11-venv >/dev/null 2>&1 ||
    not_here "its wheels are for Python 3.11, which this release does not have"
add python3.11-venv
rm -rf /opt/doorstep-wheels /srv/wheels
unshare -n sh wheelhouse/install.sh /opt/doorstep-wheels
/opt/doorstep-wheels/bin/doorstep-server init --data /srv/wheels --demo fenghe >/dev/null
/opt/doorstep-wheels/bin/doorstep-server check --data /srv/wheels || fail "the wheel's server"
