"""The file in which a table leaves: a spreadsheet or a PDF, sealed where it speaks of people."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from desktop.services.exports.passwords import new_password
from desktop.services.exports.sheets import sealed_pdf, sealed_sheet, sheet_of
from desktop.services.exports.table import Mark, Table
from sync.errors import DoorstepError, WrongUsage
from sync.i18n import N_

SHEET: Final = ".xlsx"
PAGES: Final = ".pdf"

PaintPages = Callable[[Table, Mark], bytes]
"""A table as the pages of a PDF."""


class ReportKind(WrongUsage):
    """A report is a spreadsheet or a PDF."""

    code = "report.kind"
    message = N_("A report ends in .xlsx or .pdf; the yearly table in .xlsx.")


class ReportUnwritten(DoorstepError):
    """The file cannot be written there."""

    code = "report.unwritten"
    message = N_("{file} cannot be written. Close it if it is open, or choose another place.")


@dataclass(frozen=True)
class Written:
    """A table that left. ``password`` opens it, and is kept nowhere; empty for counts alone."""

    table: Table
    path: Path
    password: str = field(default="", repr=False)


def kind_of(path: Path, *kinds: str) -> str:
    """Which of these kinds a file's name ends in. Raises :class:`ReportKind`."""
    kind = path.suffix.lower()
    if kind not in (kinds or (SHEET, PAGES)):
        raise ReportKind
    return kind


def packed(table: Table, mark: Mark, kind: str, paint: PaintPages) -> tuple[bytes, str]:
    """What the file holds, and the password that opens it; none where nobody is spoken of."""
    content = paint(table, mark) if kind == PAGES else sheet_of(table, mark)
    if not table.is_personal:
        return content, ""
    password = new_password()
    seal = sealed_pdf if kind == PAGES else sealed_sheet
    return seal(content, password), password


def put(path: Path, content: bytes) -> None:
    """A file that only its owner reads. Raises :class:`ReportUnwritten`."""
    try:
        path.touch(mode=0o600)
        path.write_bytes(content)
    except OSError as error:
        raise ReportUnwritten(file=path.name) from error
