#!/bin/sh
# Makes OUT/wheelhouse: the server (and the app) as wheels, with everything they need, for a machine
# that has no internet and the same kind of system and Python.  Usage: wheelhouse.sh VENV OUT
set -eu
venv=$1
out=$2/wheelhouse
here=$(dirname "$0")
rm -rf "$out"
mkdir -p "$out/wheels"
"$venv/bin/python" "$here/runtime_lock.py" >"$out/requirements.lock"
set -- --quiet --disable-pip-version-check --no-deps
"$venv/bin/python" -m pip download "$@" --only-binary=:all: --require-hashes \
    -r "$out/requirements.lock" --dest "$out/wheels"
"$venv/bin/python" -m pip wheel "$@" --no-build-isolation --wheel-dir "$out/wheels" .
cat >"$out/install.sh" <<'INSTALL'
#!/bin/sh
# Installs Doorstep into FOLDER (/opt/doorstep) from the wheels beside this file; needs no network.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-/opt/doorstep}
python3 -m venv "$folder"
set -- --quiet --disable-pip-version-check --no-index --find-links "$here/wheels"
"$folder/bin/pip" install "$@" --require-hashes -r "$here/requirements.lock"
"$folder/bin/pip" install "$@" --no-deps doorstep
echo "$folder/bin/doorstep-server is ready"
INSTALL
chmod +x "$out/install.sh"
(cd "$out" && sha256sum wheels/* requirements.lock install.sh >SHA256SUMS)
du -sh "$out" | cut -f1
