"""Grids with their households, and what waits in each, as rows and sheets."""

from collections.abc import Iterable, Sequence
from typing import Final

from desktop.rows import Lamp, Row, Tag, Tone
from desktop.services.grids import BLANK, ENDED, STRAY, GridLine, GridMap, LoadLine
from desktop.services.households import HouseholdLine
from desktop.sheet import Sheet
from desktop.viewmodels.people import filled, group_row, households_words
from sync.i18n import N_, _, n_

WRONG: Final = {
    BLANK: N_("in no micro-grid"),
    STRAY: N_("in a micro-grid of another grid"),
    ENDED: N_("in a micro-grid that is over"),
}


# --- Grids ---------------------------------------------------------------------------------------


def grid_rows(found: GridMap) -> list[Row]:
    """The coverage check, what is planned, then each grid with its micro-grids."""
    whole = found.coverage
    rows = [
        Row(
            key="coverage",
            title=_(N_("Every household in one micro-grid")),
            lamp=Lamp.DONE if whole.is_whole else Lamp.YELLOW,
            so_far=whole.covered,
            in_all=whole.in_all,
            detail=_(N_("{so_far} of {in_all} households")).format(
                so_far=whole.covered, in_all=whole.in_all
            ),
        )
    ]
    rows += [
        Row(
            key=f"wrong:{kind}",
            title=_(WRONG[kind]),
            lamp=Lamp.RED,
            detail=households_words(len(ids)),
        )
        for kind, ids in whole.wrong.items()
        if ids
    ]
    rows += [
        Row(
            key=f"plan:{one.id}",
            title=_(N_("To {area} on {day}")).format(area=one.target, day=one.valid_from),
            lamp=Lamp.NOT_DUE,
            detail=households_words(len(one.households)),
            badge=Tag(_(N_("planned")), Tone.PRIMARY),
        )
        for one in found.planned
    ]
    for grid in found.grids:
        if grid.level == "grid":
            rows.append(group_row(f"group:{grid.id}", grid.name))
        rows.append(_area(grid))
    return rows


def _area(one: GridLine) -> Row:
    return Row(
        key=f"area:{one.id}",
        title=one.name if one.level == "micro_grid" else _(N_("The whole grid")),
        lamp=Lamp.NOT_DUE if one.is_over else Lamp.GREEN,
        detail=households_words(len(one.households)),
        badge=Tag(_(N_("over")), Tone.NEUTRAL) if one.is_over else None,
        when=one.valid_from,
    )


def count_sheet(title: str, count: int, acts: Iterable[tuple[str, str, str]]) -> Sheet:
    """Some households that were counted."""
    return Sheet(title, households_words(count), acts=tuple(acts))


def home_rows(lines: Sequence[HouseholdLine]) -> list[Row]:
    """The households behind a count."""
    return [
        Row(key=f"home:{one.id}", title=one.who, lead=one.room.rsplit("-", 1)[-1], detail=one.room)
        for one in lines
    ]


# --- Load ----------------------------------------------------------------------------------------


def load_rows(lines: Sequence[LoadLine]) -> list[Row]:
    """Each worker in the grids' order, four counts side by side and no score."""
    return [
        Row(
            key=f"load:{one.grid_id}:{one.staff_id}",
            title=one.worker or _(N_("no worker")),
            lamp=Lamp.GREEN if one.worker else Lamp.YELLOW,
            detail=" · ".join(
                (
                    one.grid,
                    households_words(len(one.households)),
                    _(N_("{count} due")).format(count=len(one.due)),
                    n_("{count} overdue", "{count} overdue", len(one.overdue)).format(
                        count=len(one.overdue)
                    ),
                    n_("{count} open matter", "{count} open matters", one.matters).format(
                        count=one.matters
                    ),
                )
            ),
            badge=Tag(_(N_("covered")), Tone.PRIMARY) if one.covered_by else None,
        )
        for one in lines
    ]


def load_sheet(one: LoadLine, *, may: frozenset[str]) -> Sheet:
    """What waits in one grid, each count to be opened."""
    facts = [
        (_(N_("Grid")), one.grid),
        (_(N_("Households")), str(len(one.households))),
        (_(N_("Visits due")), str(len(one.due))),
        (_(N_("Overdue visits")), str(len(one.overdue))),
        (_(N_("Care met in time")), f"{len(one.care) - len(one.care_missing)} / {len(one.care)}"),
        (_(N_("Open matters")), str(one.matters)),
        (_(N_("Past their limit")), str(one.matters_late)),
        (_(N_("Covered by")), _(", ").join(one.covered_by)),
    ]
    acts = [
        ("due", _(N_("Open the visits due")), "D"),
        ("overdue", _(N_("Open the overdue")), "Q"),
        ("care", _(N_("Open the care not met")), "H"),
        ("matters", _(N_("Open the matters")), "A"),
    ]
    acts += [("hand", _(N_("Hand over what they have")), "R")] if "hand" in may else []
    acts += [("cover", _(N_("Cover while away")), "S")] if "cover" in may and one.staff_id else []
    return Sheet(one.worker or _(N_("no worker")), one.grid, filled(facts), tuple(acts))
