"""Dispatch as rows and a sheet: what everybody has in hand, and what would move to whom."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tag, Tone
from desktop.services.dispatch_board import (
    CASE,
    ELSEWHERE,
    GONE,
    HAS,
    WAITS,
    Board,
    Carrier,
    Plan,
    Task,
)
from desktop.sheet import Sheet
from desktop.viewmodels.matters import LAMPS, limit_words, stage_words
from desktop.viewmodels.people import filled
from sync.i18n import N_, _, n_
from sync.rules.reason import day_text
from sync.schema import codes

_STAYS: Final = {
    HAS: N_("{count} stay: {name} has them already."),
    ELSEWHERE: N_("{count} stay: {name} does not hold their grid or the desk."),
    WAITS: N_("{count} stay: on hold, or done and waiting for the answer."),
}


def task_key(task: Task) -> str:
    """What its row is called."""
    return f"task:{task.kind}:{task.id}"


def ordered(board: Board) -> list[tuple[Carrier | None, str, list[Task]]]:
    """What is in hand by who has it: nobody first, then units, then who is away, then the others
    in the order of the grids."""
    units = sorted({one.unit for one in board.tasks if not one.owner_id})
    found: list[tuple[Carrier | None, str, list[Task]]] = [
        (None, unit, [one for one in board.tasks if not one.owner_id and one.unit == unit])
        for unit in units
    ]
    found += [
        (carrier, "", [one for one in board.tasks if one.owner_id == carrier.id])
        for carrier in sorted(board.carriers, key=lambda one: not one.away_until)
    ]
    return [one for one in found if one[2]]


def dispatch_rows(board: Board, marked: frozenset[str], now: datetime) -> list[Row]:
    """Everything in hand under its owner."""
    rows: list[Row] = []
    for carrier, unit, tasks in ordered(board):
        rows.append(_head(carrier, unit, tasks, now.date()))
        rows += [_row(one, marked, now) for one in tasks]
    return rows


def remarked(rows: Iterable[Row], changed: Set[str], marked: Set[str]) -> list[Row]:
    """The same rows where other ones are chosen; only the ``changed`` keys are made anew."""
    return [
        replace(row, tags=_chosen(row.key, marked)) if row.key in changed else row for row in rows
    ]


def _chosen(key: str, marked: Set[str]) -> tuple[Tag, ...]:
    return (Tag(_(N_("chosen")), Tone.PRIMARY, "check"),) if key in marked else ()


def _head(carrier: Carrier | None, unit: str, tasks: Sequence[Task], today: date) -> Row:
    count = n_("{count} in hand", "{count} in hand", len(tasks)).format(count=len(tasks))
    if carrier is None:
        name, key = unit or _(N_("Nobody yet")), f"unit:{unit}"
        detail = count
    else:
        name, key = carrier.name, f"of:{carrier.id}"
        detail = " · ".join((load_words(carrier), *_away(carrier, today)))
    lamp = Lamp.YELLOW if carrier is not None and carrier.away_until else None
    return Row(key=f"group:{key}", title=name, kind=RowKind.GROUP, lamp=lamp, detail=detail)


def load_words(one: Carrier) -> str:
    """What somebody has in hand, side by side and without a score."""
    words = [n_("{count} in hand", "{count} in hand", one.in_hand).format(count=one.in_hand)]
    if one.late:
        words.append(n_("{count} late", "{count} late", one.late).format(count=one.late))
    if one.due:
        words.append(n_("{count} door due", "{count} doors due", one.due).format(count=one.due))
    return " · ".join(words)


def _away(one: Carrier, today: date) -> tuple[str, ...]:
    if not one.away_until:
        return ()
    if one.away_until == GONE:
        return (_(N_("no post any more")),)
    day = day_text(date.fromisoformat(one.away_until), today)
    return (_(N_("away until {day}")).format(day=day),)


def _row(task: Task, marked: frozenset[str], now: datetime) -> Row:
    chosen = _chosen(task_key(task), marked)
    stage = _stage(task)
    if task.matter is not None:
        line = task.matter
        return Row(
            key=task_key(task),
            title=line.title,
            lamp=LAMPS[line.light.state.value],
            tags=chosen,
            detail=_joined(stage, task.grid, line.where, line.no),
            when=limit_words(line.light, now),
        )
    assert task.case is not None
    due = task.case.due
    return Row(
        key=task_key(task),
        title=task.case.item.spoken,
        lamp=LAMPS[task.case.light.state.value],
        tags=chosen,
        detail=_joined(stage, task.case.who, task.case.receipt),
        when=day_text(date.fromisoformat(due), now.date()) if due else "",
    )


def _stage(task: Task) -> str:
    if task.kind == CASE:
        return _(codes.SERVICE_STAGE.get(str(task.record.get("stage")), ""))
    return stage_words(str(task.record.get("stage") or ""))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def dispatch_sheet(
    task: Task, board: Board, marked: int, now: datetime, *, may: frozenset[str]
) -> Sheet:
    """What stands beside a row: what it is, who has it, and what may be chosen with it."""
    row, owner = _row(task, frozenset(), now), board.carrier(task.owner_id)
    who = owner.name if owner is not None else task.unit or _(N_("Nobody yet"))
    facts = [
        (_(N_("Where it stands")), _stage(task)),
        (_(N_("Who has it")), who),
        (_(N_("In hand there")), load_words(owner) if owner is not None else ""),
        (_(N_("Grid")), task.grid),
        (_(N_("Limit")), row.when),
    ]
    acts = [
        ("hand", _(N_("Hand over")), "R"),
        ("mark", _(N_("Choose this one")), "X"),
        ("mark_owner", _(N_("All that {name} has")).format(name=who), "P"),
    ]
    if task.grid:
        acts.append(("mark_grid", _(N_("All of {grid}")).format(grid=task.grid), "F"))
    if board.away:
        acts.append(("mark_away", _(N_("All of those who are away")), "B"))
    if owner is not None and not owner.away_until and "cover" in may:
        acts.append(("cover", _(N_("Cover while away")), "S"))
    about = n_("{count} chosen", "{count} chosen", marked).format(count=marked) if marked else ""
    warning = ""
    if owner is not None and owner.away_until:
        cover = _(", ").join(owner.covered_by)
        warning = _joined(f"{owner.name} {_away(owner, now.date())[0]}", _covered(cover))
    return Sheet(row.title, about, filled(facts), tuple(acts), warning)


def _covered(names: str) -> str:
    return _(N_("{name} stands in")).format(name=names) if names else ""


# --- The panel -----------------------------------------------------------------------------------


def choice_words(one: Carrier, today: date) -> str:
    """Somebody who may take it, with their load."""
    return _joined(one.name, load_words(one), *_away(one, today))


def plan_words(plan: Plan, board: Board) -> str:
    """What moves from whom, what they have then, and what stays and why."""
    name, count = plan.to.name, len(plan.moves)
    parts = []
    if count:
        sources = _(", ").join(_sources(plan.moves, board))
        parts.append(
            n_("{count} moves to {name}: {sources}.", "{count} move to {name}: {sources}.", count)
        )
        parts[0] = parts[0].format(count=count, name=name, sources=sources)
        late = plan.to.late + sum(one.late for one in plan.moves)
        after = _(N_("{name} has {count} in hand then, {late} of them late."))
        parts.append(after.format(name=name, count=plan.to.in_hand + count, late=late))
    else:
        parts.append(_(N_("Nothing moves.")))
    parts += [
        _(_STAYS[why]).format(count=len(tasks), name=name) for why, tasks in plan.stays.items()
    ]
    if not board.is_whole:
        parts.append(_(N_("Counted in the grids of this computer, without the cases of the desk.")))
    return "\n".join(parts)


def _sources(tasks: Iterable[Task], board: Board) -> list[str]:
    counts: dict[str, int] = {}
    for one in tasks:
        owner = board.carrier(one.owner_id)
        name = owner.name if owner is not None else one.unit or _(N_("Nobody yet"))
        counts[name] = counts.get(name, 0) + 1
    return [f"{name} {count}" for name, count in counts.items()]
