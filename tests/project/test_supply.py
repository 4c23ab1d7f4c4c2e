"""What is installed is what was locked: nothing else, and nothing that was changed on its way."""

import json
import re
import subprocess
import sys
import zipfile
from hashlib import sha256

import pytest

from resources.packaging import compiled
from tests.project.test_project import ROOT

LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
SCRIPTS = sorted((ROOT / "resources" / "packaging").rglob("*.sh"))
APART = {"supply.sh"}
"""The tools that look at the lock: they are in nothing that we ship."""


def test_everything_in_the_lock_has_its_hash_and_no_address():
    """From whatever index it comes."""
    blocks = [block for block in re.split(r"\n(?=[a-z0-9])", LOCK) if "==" in block]
    assert len(blocks) > 50
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert "http" not in LOCK


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_nothing_is_installed_past_the_hashes(script):
    """Every script that installs or fetches asks for them; our own code is all that has none."""
    text = script.read_text(encoding="utf-8").replace("\\\n", " ")
    asked = re.findall(r"pip (?:install|download)\b[^\n]*", text)
    own = ("--no-index", "--no-deps --no-build-isolation")
    bare = [one for one in asked if "--require-hashes" not in one]
    assert script.name in APART or [one for one in bare if not any(w in one for w in own)] == []


@pytest.mark.parametrize("changed", [False, True], ids=["as it was", "changed"])
def test_a_wheel_that_was_changed_is_not_installed(tmp_path, changed):
    """A letter in one file of it, wherever it lay meanwhile."""
    wheel = tmp_path / "shelf" / "kettle-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    build(wheel, "boils = True\n")
    digest = sha256(wheel.read_bytes()).hexdigest()
    asked = tmp_path / "lock"
    asked.write_text(f"kettle==1.0 --hash=sha256:{digest}\n")
    if changed:
        build(wheel, "boils = None\n")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
    where = ["--no-index", "--find-links", str(wheel.parent), "--target", str(tmp_path / "into")]
    ended = subprocess.run(
        [*command, *where, "-r", str(asked)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode != 0) is changed
    assert (tmp_path / "into" / "kettle.py").exists() is not changed
    assert ("DO NOT MATCH" in ended.stderr) is changed


def test_what_is_compiled_is_held_to_its_hash():
    """Every source by its SHA-256 and a version, from whatever mirror it comes."""
    lines = compiled.SOURCES.read_text(encoding="ascii").splitlines()
    assert lines
    assert [
        one for one in lines if not re.fullmatch(r"[0-9a-f]{64}  [\w.+-]+\.orig\.tar\.xz", one)
    ] == []
    script = (compiled.SOURCES.parent / "fcitx-plugin.sh").read_text(encoding="utf-8")
    fetched = re.findall(r"source --download-only --tar-only (.*)", script)
    assert {name for names in fetched for name in names.split()} == {
        line.split()[1].split("_")[0] for line in lines
    }


def test_what_is_compiled_stands_in_both_lists(tmp_path):
    """With its licence, and the hash that the build holds it to."""
    sbom, licences = tmp_path / "sbom.json", tmp_path / "licences.md"
    sbom.write_text('{"components": [{"name": "requests"}]}', encoding="utf-8")
    licences.write_text("| requests | 2.34 | Apache |\n", encoding="utf-8")

    compiled.into_sbom(sbom, compiled.PLUGIN)
    compiled.into_licences(licences, compiled.PLUGIN)

    first, added = json.loads(sbom.read_text(encoding="utf-8"))["components"]
    assert first == {"name": "requests"}
    assert added["licenses"] == [{"license": {"id": "BSD-3-Clause"}}]
    digest = added["externalReferences"][0]["hashes"][0]["content"]
    assert f"{digest}  fcitx-qt5_{added['version']}.orig" in compiled.SOURCES.read_text()
    assert licences.read_text().splitlines()[1].startswith(f"| fcitx-qt5 | {added['version']} |")


def build(wheel, code):
    """The least that pip takes for a wheel."""
    about = "kettle-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as whole:
        whole.writestr("kettle.py", code)
        whole.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: kettle\nVersion: 1.0\n")
        tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        whole.writestr(f"{about}/WHEEL", tag)
        whole.writestr(f"{about}/RECORD", "")
