"""What a stranger relies on before reading any code: the README, make, the lock."""

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh-CN.md")
# Written so that this file does not hold what it looks for.
LEAKS = re.compile(
    r"[p]ypi\.|[p]ythonhosted|[n]pmjs|[d]eb\.debian|[s]ecurity\.debian|/[w]ork/|/[f]arm/"
)


def project_files() -> list[Path]:
    """Every file of the project, without what was built: an archive has no git to ask.

    In a second checkout ``.git`` is a file that says where the first one is.
    """
    folders = (".ci", "desktop", "resources", "sync", "tests")
    inside = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return [
        path
        for path in (*ROOT.iterdir(), *inside)
        if path.is_file() and path.name != ".git" and path.suffix not in {".png", ".mo", ".pyc"}
    ]


def make_targets() -> set[str]:
    """The commands that ``make help`` lists."""
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def code_blocks(readme: str) -> str:
    """The commands of a README, in order."""
    text = (ROOT / readme).read_text(encoding="utf-8")
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL))


def test_make_alone_lists_every_command():
    environment = {"PATH": os.environ["PATH"]}
    listed = subprocess.run(
        ["make"], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    named = set(re.findall(r"^ +make ([a-z]+) ", listed.stdout, re.MULTILINE))
    assert named == make_targets()
    assert {"setup", "demo", "test", "lint", "bench", "shots", "package"} <= named


@pytest.mark.parametrize("readme", READMES)
def test_readme_opens_with_the_two_commands(readme):
    opening = code_blocks(readme).splitlines()[:2]
    assert [line.split("#")[0].strip() for line in opening] == ["make demo", "make test"]


@pytest.mark.parametrize("readme", READMES)
def test_readme_names_only_commands_that_make_knows(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    named = set(re.findall(r"`make ([a-z]+)", text)) | set(
        re.findall(r"^make ([a-z]+)", code_blocks(readme), re.MULTILINE)
    )
    assert named <= make_targets()


def test_both_readmes_give_the_same_commands():
    """A Chinese reader types what an English one types; only the remarks differ."""

    def commands(readme: str) -> list[str]:
        lines = (line.split("  #")[0].strip() for line in code_blocks(readme).splitlines())
        return [line for line in lines if line]

    assert commands(READMES[0]) == commands(READMES[1])


def test_readmes_link_only_to_files_that_exist():
    for readme in READMES:
        text = (ROOT / readme).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#:]+)\)", text)
        assert [link for link in links if not (ROOT / link).exists()] == []


def test_no_file_names_a_host_or_a_machine_it_was_written_on():
    leaks = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for path in project_files()
        if (found := LEAKS.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert leaks == []


def test_lock_has_hashes_and_no_address():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert not re.search(r"^\s*(-i|-f|--(extra-)?index-url|--find-links)", lock, re.MULTILINE)
    pins = re.split(r"^(?=\w)", lock, flags=re.MULTILINE)
    assert [pin.split()[0] for pin in pins if "==" in pin and "--hash=sha256:" not in pin] == []


def test_lock_holds_every_dependency_and_the_build_backend():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
    ]
    locked = set(re.findall(r"^([\w-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE))
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in asked}
    assert names <= locked


def test_every_dependency_has_an_upper_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert [requirement for requirement in asked if not re.search(r"<|==", requirement)] == []


def test_build_server_runs_the_readmes_test_command():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.rstrip().endswith("\nmake test")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
