"""Today, finding, showing and recording."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from desktop.cli.context import (
    JsonOption,
    RevealOption,
    access_of,
    print_json,
)
from desktop.services.actions import mediation_form
from desktop.services.empty_lists import no_households
from desktop.services.show import show_document, show_lines
from desktop.services.visits import VisitForm
from desktop.services.words import said_edit, said_visit
from sync.errors import WrongUsage
from sync.i18n import N_, _
from sync.schema import codes


def _one_of(known: Iterable[str]) -> str:
    """The help of an option that takes one code."""
    return f"One of: {', '.join(known)}."


def _any_of(known: Iterable[str]) -> str:
    """The help of an option that may stand several times."""
    return f"Any of: {', '.join(known)}. Repeatable."


RefArgument = Annotated[str, typer.Argument(metavar="REF", help="An id, a room, or NAME@ROOM.")]


class NotAnAssignment(WrongUsage):
    """``edit`` takes field=value."""

    code = "usage.assignment"
    message = N_("Write field=value, such as contact=13800001024.")


class FileUnreadable(WrongUsage):
    """The file of actions is not there, or is no text."""

    code = "usage.file"
    message = N_("{file} cannot be read as UTF-8 text.")


class NobodyTold(WrongUsage):
    """A mediation is between two: the other one is told in one way."""

    code = "usage.other_party"
    message = N_("Say who the other party is: --with 6-2-1702, or --with-name NAME.")


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("due")(due)
    app.command("find")(find)
    app.command("show")(show)
    app.command("visit")(visit)
    app.command("edit")(edit)
    app.command("note")(note)
    app.command("mediate")(mediate)
    app.command("apply")(apply)


def due(
    context: typer.Context,
    json_: JsonOption = False,
) -> None:
    """List today's doors in walking order, each with its reason."""
    with access_of(context).workplace() as place:
        today = place.today.round()
        if json_:
            print_json([door.document() for door in today.doors()])
            return
        for group in today.groups:
            typer.echo(f"{group.title}  {group.hint}")
            for door in group.doors:
                typer.echo(f"  {door.room:<12} {door.who}  {door.reason}")
        for line in today.cases:
            typer.echo(f"  {line.no:<12} {line.title}  {line.task.words if line.task else ''}")
        if not today.groups:
            typer.echo(no_households(place.store) or _("Nothing is due today."))


def find(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="A name, initials, a room, or the end of a phone.")],
    json_: JsonOption = False,
    reveal: RevealOption = False,
) -> None:
    """Search by name, initials, pinyin, room, address or phone tail."""
    with access_of(context).workplace() as place:
        hits = place.finder.find(text, open_all=reveal)
        if reveal:
            place.reveals.record((hit.type, hit.id, "*") for hit in hits)
        if json_:
            print_json([hit.document() for hit in hits])
            return
        for hit in hits:
            typer.echo(f"{hit.room:<12} {hit.who}  {hit.phone}  {hit.id}")
        if not hits:
            typer.echo(no_households(place.store) or _("Nothing found on this computer."))


def show(
    context: typer.Context,
    ref: RefArgument,
    json_: JsonOption = False,
    reveal: RevealOption = False,
) -> None:
    """Show a record with its history."""
    with access_of(context).workplace() as place:
        found = place.references.any(ref)
        document = show_document(place, found, open_all=reveal)
        if reveal:
            place.reveals.record([(found.record.type, found.record.id, "*")])
        if json_:
            print_json(document)
            return
        for line in show_lines(document, place.names):
            typer.echo(line)


def visit(
    context: typer.Context,
    ref: RefArgument,
    result: Annotated[str, typer.Option("--result", help=_one_of(codes.RESULT))],
    text: Annotated[str, typer.Option("--note", help="What was said and seen.")] = "",
    need: Annotated[list[str] | None, typer.Option("--need", help=_any_of(codes.NEED))] = None,
    hazard: Annotated[
        list[str] | None, typer.Option("--hazard", help="A hazard; repeatable.")
    ] = None,
    purpose: Annotated[
        list[str] | None, typer.Option("--purpose", help="A purpose; repeatable.")
    ] = None,
    method: Annotated[str, typer.Option("--method", help=_one_of(codes.METHOD))] = "home",
    condition: Annotated[str, typer.Option("--condition", help="fine, attention, urgent")] = "",
    appointment: Annotated[
        str, typer.Option("--appointment", help="When to come again, 2026-06-19T15:00")
    ] = "",
    went_with: Annotated[
        str, typer.Option("--went-with", help="The colleague who came along, where two go.")
    ] = "",
    json_: JsonOption = False,
) -> None:
    """Record a visit."""
    form = VisitForm(
        result=result,
        method=method,
        purposes=tuple(purpose or ()),
        condition=condition,
        note=text,
        needs=tuple(need or ()),
        hazards=tuple(hazard or ()),
        next_appointment=appointment,
        went_with=went_with,
    )
    with access_of(context).workplace() as place:
        household = place.references.household(ref)
        saved = place.visits.record(household, form)
        if json_:
            print_json({"id": saved.visit_id, "household": saved.household_id})
        else:
            typer.echo(said_visit(place.households.line(household.id), saved))


def edit(
    context: typer.Context,
    ref: RefArgument,
    assignments: Annotated[list[str], typer.Argument(metavar="FIELD=VALUE…")],
    json_: JsonOption = False,
) -> None:
    """Change fields of a record."""
    wanted = dict(_assignment(text) for text in assignments)
    with access_of(context).workplace() as place:
        changes = place.edits.change(place.references.any(ref), wanted)
        if json_:
            print_json([{"type": c.type, "id": c.id, "field": c.field} for c in changes])
        else:
            typer.echo(said_edit(changes))


def _assignment(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise NotAnAssignment
    return name.strip(), value


def note(
    context: typer.Context,
    ref: RefArgument,
    text: Annotated[str, typer.Argument(help="The note.")],
    json_: JsonOption = False,
) -> None:
    """Write a note about a household."""
    with access_of(context).workplace() as place:
        written = place.notes.write(place.references.household(ref), text)
        if json_:
            print_json({"id": written})
        else:
            typer.echo(_("The note is saved on this computer."))


def mediate(
    context: typer.Context,
    ref: RefArgument,
    what: Annotated[str, typer.Option("--what", help="What it was about.")],
    result: Annotated[str, typer.Option("--result", help="What came of it.")],
    with_: Annotated[str, typer.Option("--with", help="The other party: REF or a name.")] = "",
    with_name: Annotated[
        str, typer.Option("--with-name", help="The same as a name, even if it looks like a room.")
    ] = "",
    done: Annotated[bool, typer.Option("--done", help="Carried out on the spot.")] = False,
    dispute: Annotated[str, typer.Option("--dispute", help="The kind, such as 02.")] = "",
    json_: JsonOption = False,
) -> None:
    """Record an oral mediation at a door."""
    if bool(with_) == bool(with_name):
        raise NobodyTold
    with access_of(context).workplace() as place:
        form = mediation_form(
            place.references,
            with_name or with_,
            is_name=bool(with_name),
            what=what,
            result=result,
            dispute=dispute,
            done=done,
        )
        written = place.notes.mediate(place.references.household(ref), form)
        if json_:
            print_json({"id": written})
        else:
            typer.echo(_("The mediation is saved on this computer."))


def apply(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="JSON Lines, one action a line.")],
    json_: JsonOption = False,
) -> int:
    """Do a file of actions; a bad line changes nothing and stops none of the others."""
    with access_of(context).workplace() as place:
        results = []
        for result in place.actions.apply(_lines_of(file)):
            results.append(result)
            if not result.ok:
                typer.echo(f"{result.line}: {result.message}", err=True)
            elif not json_:
                typer.echo(f"{result.line}: {result.do} {result.id}")
    if json_:
        print_json([result.document() for result in results])
    return 0 if all(result.ok for result in results) else 1


def _lines_of(file: str) -> Iterator[str]:
    try:
        if file == "-":
            yield from sys.stdin
            return
        with Path(file).open(encoding="utf-8") as lines:
            yield from lines
    except (OSError, UnicodeDecodeError):
        raise FileUnreadable(file=file) from None
