"""Keeps the Chinese catalogue in step with the code: ``make strings`` runs it.

The code holds English; ``doorstep.po`` is the authority on the Chinese wording. The compiled
``doorstep.mo`` is committed beside it, so a plain ``pip install`` needs no further step.
"""

import sys
from datetime import UTC, datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Final

import typer
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDERS: Final = ("desktop", "sync")
CATALOGUE: Final = Path(__file__).parent / "zh_CN" / "LC_MESSAGES" / "doorstep.po"
COMPILED: Final = CATALOGUE.with_suffix(".mo")
# How each function of sync/i18n.py names its texts: n_ takes the one and the many.
KEYWORDS: Final = {"_": None, "N_": None, "n_": (1, 2)}
PROGRAMS: Final = ("desktop.cli", "sync.server.cli")
"""Whose ``--help`` is in the catalogue, too: it is made of docstrings, which nothing marks. They
are loaded by name, as a file is read: the programs stand on resources, not resources on them."""

# Babel stamps the header with the time of each run, which would make every run a change.
UNDATED: Final = datetime(2026, 1, 1, tzinfo=UTC)
HEADER: Final = """\
# The texts of Doorstep in Chinese: the authority on their wording.
# After a change here or in the code: make strings"""


def empty() -> Catalog:
    """A catalogue with a header that is the same on every run."""
    return Catalog(
        locale="zh_CN",
        project="doorstep",
        version="0",
        header_comment=HEADER,
        msgid_bugs_address="the project's issues",
        last_translator="the team",
        language_team="the team",
        creation_date=UNDATED,
        revision_date=UNDATED,
        fuzzy=False,
    )


def extract() -> Catalog:
    """Every text the code marks, with the files it stands in (no lines: they move too often), and
    what ``--help`` says."""
    found = empty()
    for folder in FOLDERS:
        texts = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for file, _, text, _, _ in texts:
            found.add(text, locations=[(f"{folder}/{file}", 0)])
    help_texts = import_module("sync.command_help").help_texts
    for program in PROGRAMS:
        app = import_module(f"{program}.commands").app
        for text in help_texts(typer.main.get_command(app)):
            found.add(text, locations=[(program.replace(".", "/"), 0)])
    return found


def read() -> Catalog:
    """The catalogue as it is committed."""
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_CN")


def compiled(catalogue: Catalog) -> bytes:
    """What ``doorstep.mo`` holds: translated texts only, so a missing one shows in English."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def refreshed(known: Catalog, wanted: Catalog) -> Catalog:
    """``wanted`` with the translations that ``known`` has for exactly the same text.

    A text that changed in the code loses its translation: a guess by likeness would be believed.
    """
    for message in wanted:
        old = known.get(message.id) if message.id else None
        if old and old.string and bool(old.pluralizable) == bool(message.pluralizable):
            message.string = old.string
            message.user_comments = old.user_comments
    return wanted


def write(catalogue: Catalog) -> None:
    """Write both files, sorted so that two branches rarely touch the same lines."""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as file:
        write_po(
            file, catalogue, width=100, sort_output=True, omit_header=False, include_lineno=False
        )
    COMPILED.write_bytes(compiled(catalogue))


def texts(message: Message) -> list[str]:
    """The translations of ``message``, one for each plural form; empty where there is none."""
    strings = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
    return [text for text in strings if text]


def placeholders(text: str) -> set[str]:
    """The ``{names}`` that ``str.format`` fills in ``text``."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def placeholders_of(message: Message) -> set[str]:
    """The places of the English: of the many, where a counted text says "one" in words."""
    many = message.id[-1] if isinstance(message.id, (tuple, list)) else message.id
    return placeholders(str(many))


def main() -> int:
    """Refresh both files and name what still waits for its Chinese."""
    known = read() if CATALOGUE.exists() else empty()
    catalogue = refreshed(known, extract())
    write(catalogue)
    waiting = [str(message.id) for message in catalogue if message.id and not texts(message)]
    for text in waiting:
        sys.stdout.write(f"no Chinese yet: {text}\n")
    return 1 if waiting else 0


if __name__ == "__main__":
    sys.exit(main())
