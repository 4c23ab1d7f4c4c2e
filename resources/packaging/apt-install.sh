#!/bin/sh
# Installs system packages as root; anyone else gets the exact command and the run stops.
# Usage: apt-install.sh WHAT PACKAGE…
set -eu
what=$1
shift

if ! command -v apt-get >/dev/null 2>&1; then
    echo "This computer lacks $what; install what your system calls: $*" >&2
    exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
    echo "This computer lacks $what. Run this, then make again:" >&2
    echo "    sudo apt-get update && sudo apt-get install -y $*" >&2
    exit 1
fi
echo "Installing $what with apt-get"
export DEBIAN_FRONTEND=noninteractive
# A broken third source must not stop us: the next line says what really is missing.
apt-get update -qq || true
apt-get install -y -qq --no-install-recommends "$@"
