"""Adds what is compiled into the packages to a list of ``supply.sh``, which knows wheels alone.

Usage: compiled.py sbom|licences FILE
"""

import json
import sys
from pathlib import Path
from typing import Final, NamedTuple

SOURCES: Final = Path(__file__).parent / "linux" / "fcitx-plugin.sources"


class Compiled(NamedTuple):
    """One piece of software whose binary comes from no wheel."""

    name: str
    licence: str
    home: str
    what: str


PLUGIN: Final = Compiled(
    "fcitx-qt5",
    "BSD-3-Clause",
    "github.com/fcitx/fcitx-qt5",
    "Its platform input context, as Qt's plugin for fcitx in the packages for Linux",
)


def pinned(name: str) -> tuple[str, str]:
    """The version and the SHA-256 of the source that is compiled under this name."""
    for line in SOURCES.read_text(encoding="ascii").splitlines():
        digest, file = line.split()
        source, version = file.removesuffix(".orig.tar.xz").split("_")
        if source == name:
            return version, digest
    raise SystemExit(f"{SOURCES} does not name {name}")


def into_sbom(file: Path, one: Compiled) -> None:
    """Add it to a CycloneDX document."""
    whole = json.loads(file.read_text(encoding="utf-8"))
    version, digest = pinned(one.name)
    component = {
        "bom-ref": f"{one.name}=={version}",
        "type": "library",
        "name": one.name,
        "version": version,
        "description": one.what,
        "licenses": [{"license": {"id": one.licence}}],
        "externalReferences": [
            {
                "type": "source-distribution",
                "url": f"https://{one.home}",
                "hashes": [{"alg": "SHA-256", "content": digest}],
            }
        ],
    }
    whole["components"] = [*whole.get("components", ()), component]
    file.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def into_licences(file: Path, one: Compiled) -> None:
    """Add it to the table of licences."""
    version, _digest = pinned(one.name)
    table = file.read_text(encoding="utf-8").rstrip("\n")
    row = f"| {one.name} | {version} | {one.licence} | https://{one.home} |"
    file.write_text(f"{table}\n{row}\n", encoding="utf-8")


if __name__ == "__main__":
    {"sbom": into_sbom, "licences": into_licences}[sys.argv[1]](Path(sys.argv[2]), PLUGIN)
