"""Reading one mediation case from the rows of this computer, in one go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from desktop.services.case_file import (
    CASE,
    Agreement,
    CaseFile,
    Party,
    Said,
    Scan,
    Step,
    Talk,
    Term,
)
from sync.errors import NotFound
from sync.store.reading import Reading
from sync.store.record import Record


@dataclass(frozen=True)
class CaseRows:
    """The rows that a case is made of."""

    root: Record
    parties: Sequence[Record] = ()
    talks: Sequence[Record] = ()
    agreements: Sequence[Record] = ()
    steps: Sequence[Record] = ()
    scans: Sequence[Record] = ()


def whole_case(reading: Reading, case_id: str) -> CaseFile:
    """Read one case. Raises :class:`NotFound` where it is not on this computer."""
    root = reading.find(CASE, case_id)
    if root is None:
        raise NotFound(what=case_id)
    where = {"case_id": case_id}
    return case_of(
        CaseRows(
            root,
            reading.rows("case_party", where=where),
            reading.rows("case_talk", where=where),
            reading.rows("case_agreement", where=where),
            reading.rows("case_step", where=where),
            reading.rows("attachment", scope_id=root.scope_id),
        )
    )


def case_of(rows: CaseRows) -> CaseFile:
    """A case from its rows."""
    steps = sorted(rows.steps, key=lambda row: (str(row.get("done_on") or ""), row.id))
    return CaseFile(
        **head_fields(rows.root),
        parties=_parties(rows.parties),
        talks=_talks(rows.talks, _closed_with(rows.steps)),
        agreements=tuple(map(_agreement, _by_time(rows.agreements, "written_at"))),
        steps=tuple(map(_step, steps)),
        scans=tuple(map(_scan, _by_time(rows.scans, "added_at"))),
    )


_HEAD: Final = (
    *("no", "title", "stage", "dispute", "scale", "origin", "origin_id", "opened_by", "opened_at"),
    *("accepted_on", "grid_id", "place", "facts", "demands", "points"),
)
_PARTY: Final = tuple(Party.__dataclass_fields__)[1:]
_SIDES: Final = ("applicant", "respondent", "third")


def head_fields(root: Record) -> dict[str, Any]:
    """The fields of :class:`CaseFile` that the case's own row holds."""
    told = {name: str(root.get(name) or "") for name in _HEAD}
    return told | {
        "id": root.id,
        "scope_id": root.scope_id,
        "stage": told["stage"] or "clue",
        "mediators": tuple(root.get("mediators") or ()),
        "invited": tuple(root.get("invited") or ()),
        "violence_risk": bool(root.get("violence_risk")),
    }


def _parties(rows: Iterable[Record]) -> tuple[Party, ...]:
    made = (Party(row.id, **{name: str(row.get(name) or "") for name in _PARTY}) for row in rows)
    order = {side: at for at, side in enumerate(_SIDES)}
    return tuple(sorted(made, key=lambda one: (order.get(one.side, len(order)), one.id)))


def _by_time(rows: Iterable[Record], moment: str) -> list[Record]:
    return sorted(rows, key=lambda row: (str(row.get(moment) or ""), row.id))


def _closed_with(steps: Iterable[Record]) -> Record | None:
    """The entry that closed the case: the first that the server took, else the first one here."""
    closing = [row for row in steps if row.get("kind") == "archived"]
    return min(closing, key=lambda row: (row.rev == 0, row.rev, row.id), default=None)


def _talks(rows: Sequence[Record], closed: Record | None) -> tuple[Talk, ...]:
    return tuple(_talk(row, _is_late(row, closed)) for row in _by_time(rows, "held_at"))


def _is_late(row: Record, closed: Record | None) -> bool:
    """Whether it arrived after the case was closed: the server's revisions tell it for everybody;
    what is not sent yet comes later than all that is."""
    if closed is None or (row.rev and not closed.rev):
        return False
    if not row.rev and not closed.rev:
        return row.id > closed.id
    return not row.rev or row.rev > closed.rev


def _talk(row: Record, late: bool) -> Talk:
    said = row.get("said") or ()
    return Talk(
        id=row.id,
        kind=str(row.get("kind") or ""),
        held_at=str(row.get("held_at") or ""),
        place=str(row.get("place") or ""),
        present=tuple(row.get("present") or ()),
        said=tuple(
            Said(str(one.get("who") or ""), str(one.get("words") or ""))
            for one in said
            if isinstance(one, dict)
        ),
        text=str(row.get("text") or ""),
        result=str(row.get("result") or ""),
        staff_id=str(row.get("staff_id") or ""),
        corrects=str(row.get("corrects") or ""),
        reason=str(row.get("reason") or ""),
        late=late,
        sent=bool(row.rev),
    )


def _agreement(row: Record) -> Agreement:
    return Agreement(
        id=row.id,
        kind=str(row.get("kind") or ""),
        facts=str(row.get("facts") or ""),
        points=str(row.get("points") or ""),
        terms=tuple(_term(one) for one in row.get("terms") or () if isinstance(one, dict)),
        copies=row.get("copies"),
        signed_on=str(row.get("signed_on") or ""),
        written_at=str(row.get("written_at") or ""),
        staff_id=str(row.get("staff_id") or ""),
        corrects=str(row.get("corrects") or ""),
        reason=str(row.get("reason") or ""),
    )


def _term(told: dict[str, Any]) -> Term:
    amount = told.get("amount")
    return Term(
        text=str(told.get("text") or ""),
        amount=amount if isinstance(amount, int) else None,
        due_on=str(told.get("due_on") or ""),
        way=str(told.get("way") or ""),
        place=str(told.get("place") or ""),
    )


def _step(row: Record) -> Step:
    return Step(
        id=row.id,
        kind=str(row.get("kind") or ""),
        done_on=str(row.get("done_on") or ""),
        until=str(row.get("until") or ""),
        agreed_by=tuple(row.get("agreed_by") or ()),
        text=str(row.get("text") or ""),
        satisfaction=row.get("satisfaction"),
        done=bool(row.get("done")),
        staff_id=str(row.get("staff_id") or ""),
        corrects=str(row.get("corrects") or ""),
        reason=str(row.get("reason") or ""),
    )


def _scan(row: Record) -> Scan:
    return Scan(
        id=row.id,
        about_id=str(row.get("about_id") or ""),
        paper=str(row.get("paper") or ""),
        media=str(row.get("media") or ""),
        size=int(row.get("size") or 0),
        caption=str(row.get("caption") or ""),
        added_at=str(row.get("added_at") or ""),
        staff_id=str(row.get("staff_id") or ""),
    )
