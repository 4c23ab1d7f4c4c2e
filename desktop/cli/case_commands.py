"""Mediation cases on this computer: which there are, and their papers as files."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from desktop.cli.context import JsonOption, access_of, print_json, tell_or_silent
from desktop.services.case_list import CaseLine
from desktop.services.dossier.binding import Leaf
from desktop.services.empty_lists import no_cases
from desktop.services.workplace import Workplace
from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.progress import Progress
from sync.schema import codes

_UNNUMBERED: Final = N_("no number yet")


class PapersUnwritten(DoorstepError):
    """The folder cannot be written."""

    code = "case.papers_unwritten"
    message = N_("{folder} cannot be written. Choose another place.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("cases")(cases)
    app.command("papers")(papers)


def cases(context: typer.Context, json_: JsonOption = False) -> None:
    """List the mediation cases on this computer, those that ask for something first."""
    with access_of(context).workplace() as place:
        lines = place.case_list.lines()
        if json_:
            print_json([_document(line) for line in lines])
            return
        for line in lines:
            typer.echo("  ".join(_told(line)))
        if not lines:
            typer.echo(no_cases())


def papers(
    context: typer.Context,
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="A number, an id, or an oral mediation's id.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder; it is made where it is not.")],
    docx: Annotated[bool, typer.Option("--docx", help="For Word, instead of PDF.")] = False,
    json_: JsonOption = False,
) -> None:
    """Write the papers of a mediation case, a file each. That they left is written down."""
    with access_of(context).workplace() as place:
        found = _found(place, case)
        place.dossiers.note_print(found, export=True)
        written = _write(place, found, out, docx=docx, progress=tell_or_silent())
    if json_:
        print_json([str(path) for path in written])
        return
    for path in written:
        typer.echo(str(path))


def _write(
    place: Workplace, case_id: str, out: Path, *, docx: bool, progress: Progress
) -> list[Path]:
    """Numbered as they are bound. A file's name says which paper it is, and nobody's name."""
    bound = place.dossiers.loose(case_id)
    suffix = "docx" if docx else "pdf"
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for at, leaf in enumerate((one for one in bound if one.papers), 1):
            path = out / f"{at:02d}-{leaf.title}.{suffix}"
            progress(N_("Writing the pages"), at - 1, len(bound))
            if docx:
                place.dossiers.write_word(path, case_id, leaf.key)
            else:
                _write_pdf(path, leaf)
            written.append(path)
    except OSError as error:
        raise PapersUnwritten(folder=str(out)) from error
    return written


def _write_pdf(path: Path, leaf: Leaf) -> None:
    # Qt takes a moment to load, and most commands do without it.
    from desktop.dossier_pages import bind_papers

    with headless_qt():
        bind_papers(leaf.papers).write_pdf(path)


@contextmanager
def headless_qt() -> Iterator[None]:
    """Qt's typefaces without a window, also where there is no display."""
    from PySide6.QtGui import QGuiApplication

    made = None
    if QGuiApplication.instance() is None:
        made = QGuiApplication(["doorstep", "-platform", "offscreen"])
    try:
        yield
    finally:
        if made is not None:
            made.shutdown()  # There is one at a time, and a window needs one of another kind.


def _found(place: Workplace, typed: str) -> str:
    """The id of a case by its number or id, or of an oral mediation. Raises NotFound."""
    wanted = typed.strip()
    for line in place.case_list.lines():
        if wanted in (line.id, line.no):
            return line.id
    if place.store.reading.find("oral_mediation", wanted) is not None:
        return wanted
    raise NotFound(what=typed)


def _told(line: CaseLine) -> Iterator[str]:
    yield line.no or _(_UNNUMBERED)
    yield _(codes.CASE_STAGE[line.stage])
    yield line.title
    if line.who:
        yield line.who
    if line.task is not None:
        yield line.task.words


def _document(line: CaseLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "no": line.no,
        "title": line.title,
        "stage": line.stage,
        "dispute": line.dispute,
        "parties": line.who,
        "two_people": line.two_people,
        "accepted_on": line.accepted_on,
        "limit": line.limit.isoformat() if line.limit else "",
        "talks": line.talks,
        "task": line.task.words if line.task else "",
        "due": line.task.due.isoformat() if line.task else "",
    }
