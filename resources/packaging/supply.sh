#!/bin/sh
# What the app is made of: supply.sh sbom|licences|vulnerabilities. The tools live apart from the
# project's environment, so that they are no part of what they list.
set -eu

what="$1"
venv="$2"
tools=build/supply-tools
out=build/supply
here=$(dirname "$0")

if [ ! -x "$tools/bin/pip-audit" ]; then
    "$venv/bin/python" -m venv "$tools"
    if ! "$tools/bin/python" -m pip install --quiet --disable-pip-version-check \
        cyclonedx-bom==7.5.0 pip-audit==2.10.1 pip-licenses==5.5.5; then
        rm -rf "$tools"
        echo "The tools could not be fetched: is there a network? Nothing was checked." >&2
        exit 1
    fi
fi
mkdir -p "$out"

case "$what" in
sbom)
    "$tools/bin/cyclonedx-py" environment "$venv" --pyproject pyproject.toml \
        --output-reproducible --output-format JSON --output-file "$out/sbom.json"
    "$venv/bin/python" "$here/compiled.py" sbom "$out/sbom.json"
    echo "$out/sbom.json"
    ;;
licences)
    "$tools/bin/pip-licenses" --python "$venv/bin/python" --from=mixed --with-urls \
        --order=license --format=markdown --output-file "$out/licences.md"
    "$venv/bin/python" "$here/compiled.py" licences "$out/licences.md"
    ;;
vulnerabilities)
    # One that is found is listed, and ends with 1; without an answer nothing is known. Strict: a
    # package that the list does not know was not looked at, and that is no good news.
    if "$tools/bin/pip-audit" --strict --requirement requirements.lock --require-hashes --disable-pip \
        --progress-spinner off 2>"$out/vulnerabilities.log"; then
        echo "No known vulnerability in requirements.lock."
        exit 0
    fi
    if grep -q "^Found .* known vulnerabilit" "$out/vulnerabilities.log"; then
        cat "$out/vulnerabilities.log" >&2
        exit 1
    fi
    echo "Not every package could be looked up: nothing is known. See $out/vulnerabilities.log" >&2
    exit 2
    ;;
*)
    echo "usage: supply.sh sbom|licences|vulnerabilities VENV" >&2
    exit 2
    ;;
esac
