"""The slow work of the page: binding the file, writing it out. Runs on the thread of a job."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QPagedPaintDevice

from desktop.dossier_pages import Bound, bind_file
from desktop.pictures import prepare
from desktop.services.photos import Photo
from desktop.services.workplace import Workplace
from sync.errors import AttachmentNotThere, DoorstepError, NetworkError
from sync.i18n import N_
from sync.progress import Progress
from sync.rules.dossier import PaperLine, checklist
from sync.rules.paper_case import PaperCase, Scan


class Unwritten(DoorstepError):
    """The file cannot be written there."""

    code = "case.unwritten"
    message = N_("{file} cannot be written. Choose another place.")


@dataclass(frozen=True)
class Opened:
    """A file as it is shown."""

    file: PaperCase
    lines: tuple[PaperLine, ...]
    bound: Bound


def bind(place: Workplace, case_id: str, progress: Progress) -> Opened:
    """Everything that is shown. A scan that cannot be had now is told on its page.

    Raises NotFound, AttachmentDamaged, ScanUnreadable.
    """
    file = place.dossiers.case(case_id)
    lines = checklist(file)

    def read(scan: Scan) -> bytes:
        try:
            return place.dossiers.read_scan(scan)
        except (NetworkError, AttachmentNotThere):
            return b""

    required = [line.paper for line in lines if line.required]
    return Opened(file, lines, bind_file(file, read, progress, required=required))


def print_pages(
    place: Workplace, case_id: str, bound: Bound, printer: QPagedPaintDevice, progress: Progress
) -> None:
    """Print every page; that they left is written down first."""
    place.dossiers.note_print(case_id)
    bound.print_on(printer, progress)


def write_pdf(place: Workplace, case_id: str, bound: Bound, path: Path, progress: Progress) -> None:
    """Write every page; that they left is written down first. Raises :class:`Unwritten`."""
    place.dossiers.note_print(case_id, export=True)
    try:
        bound.write_pdf(path, progress)
    except OSError as error:
        raise Unwritten(file=path.name) from error


def write_word(place: Workplace, case_id: str, path: Path, progress: Progress) -> None:
    """Write the papers without their scans. Raises :class:`Unwritten`."""
    place.dossiers.note_print(case_id, export=True)
    try:
        place.dossiers.write_word(path, case_id)
    except OSError as error:
        raise Unwritten(file=path.name) from error


def attach_signed(place: Workplace, oral_id: str, path: Path) -> str:
    """Bind in the signed page of an oral agreement; its id. Raises AttachmentRefused, DiskFull."""
    one = prepare(path)
    return place.dossiers.attach_signed(oral_id, Photo(one.content, one.media, one.thumb))
