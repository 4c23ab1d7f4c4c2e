"""A table that is imported: what is to be mended, and what it would change."""

from typing import Final

from desktop.rows import Lamp, Row, Tag, Tone
from desktop.services.office_desk import ListChange, ListProblem, ListReply, Table
from desktop.sheet import Sheet
from desktop.viewmodels.people import group_row
from sync.i18n import N_, _

_KINDS: Final = {"missing": N_("Missing"), "changed": N_("Changed"), "added": N_("Added")}
_TONES: Final = {"missing": Tone.WARN, "changed": Tone.PRIMARY, "added": Tone.OK}


# --- Tables --------------------------------------------------------------------------------------


def list_rows(reply: ListReply | None) -> list[Row]:
    """What cannot be taken first, by row and column; then the differences."""
    if reply is None:
        return []
    rows: list[Row] = []
    if reply.problems:
        rows.append(group_row("problems", _(N_("What to mend in the table"))))
        rows += [_problem(at, one) for at, one in enumerate(reply.problems)]
    for kind, title in _KINDS.items():
        named = [one for one in reply.changes if one.kind == kind]
        if named:
            rows.append(group_row(kind, _(title)))
            rows += [_change(at, one) for at, one in enumerate(named)]
    return rows


def _problem(at: int, one: ListProblem) -> Row:
    where = f"{one.sheet} {one.column}{one.row or ''}".strip()
    return Row(
        key=f"problem:{at}",
        title=where,
        lamp=Lamp.RED if one.drops_row else Lamp.YELLOW,
        detail=f"{_(one.what).format(other=one.other)} {_(one.mend)}",
        badge=Tag(_(N_("row left out")), Tone.BAD) if one.drops_row else None,
    )


def _change(at: int, one: ListChange) -> Row:
    labels = _(", ").join(_(label) for label in one.fields)
    return Row(
        key=f"{one.kind}:{at}",
        title=one.name or one.place,
        lead=one.place.rsplit("-", 1)[-1] if one.place.count("-") else "",
        detail=" · ".join(part for part in (one.place, labels) if part),
        badge=Tag(_(_KINDS[one.kind]), _TONES[one.kind]),
    )


def list_sheet(table: Table | None, reply: ListReply | None, *, is_done: bool) -> Sheet:
    """A table that was chosen: what importing it would do, or did."""
    acts = [
        ("residents", _(N_("Choose a roster of residents")), "I"),
        ("helpers", _(N_("Choose a roster of helpers")), "O"),
    ]
    if table is None or reply is None:
        about = _(N_("A preview comes first. Nothing that is here is lost or removed."))
        return Sheet(_(N_("Import a table")), about, acts=tuple(acts))
    facts = [
        (_(N_("Rows in the table")), str(reply.rows)),
        (_(N_("Rows left out")), str(reply.dropped)),
        (_(N_("Added")), str(reply.added)),
        (_(N_("Changed")), str(reply.changed)),
        (_(N_("Missing")), str(reply.missing)),
    ]
    if is_done:
        facts += [
            (_(N_("Wait for a person")), str(reply.conflicts)),
            (_(N_("Kept aside")), str(reply.held)),
        ]
        return Sheet(table.name, _(N_("Imported.")), tuple(facts), tuple(acts))
    main = [("take", _(N_("Import")), "Ctrl ⏎")]
    if table.kind == "residents" and reply.missing:
        main = [
            ("verify", _(N_("Import, verify the missing at the door")), "Ctrl ⏎"),
            ("take", _(N_("Import without asking for them")), "U"),
        ]
    about = _(N_("Nothing is written yet."))
    return Sheet(table.name, about, tuple(facts), (*main, *acts))
