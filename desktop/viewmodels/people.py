"""What the page of people and grids shows: rows of each list, and the sheet beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from desktop.rows import Lamp, Row, RowKind, Tag, Tone
from desktop.services.grids import BLANK, ENDED, STRAY, GridLine, GridMap, LoadLine
from desktop.services.households import HouseholdLine
from desktop.services.names import words
from desktop.services.office_desk import ListChange, ListProblem, ListReply, Table
from desktop.services.roster import HelperLine, HelperRoster, PostLine, StaffLine, Vacancy
from sync.i18n import N_, _, n_

HELPERS, STAFF, GRIDS, LOAD, LISTS = "helpers", "staff", "grids", "load", "lists"
TABS: Final = {
    HELPERS: N_("Roster"),
    STAFF: N_("Colleagues"),
    GRIDS: N_("Grids"),
    LOAD: N_("Load"),
    LISTS: N_("Import"),
}

WRONG: Final = {
    BLANK: N_("in no micro-grid"),
    STRAY: N_("in a micro-grid of another grid"),
    ENDED: N_("in a micro-grid that is over"),
}
_KINDS: Final = {"missing": N_("Missing"), "changed": N_("Changed"), "added": N_("Added")}
_TONES: Final = {"missing": Tone.WARN, "changed": Tone.PRIMARY, "added": Tone.OK}


@dataclass(frozen=True)
class Sheet:
    """What stands beside the list: a title, facts by label, and what may be done (key, words,
    shortcut); the first is the main thing."""

    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    acts: tuple[tuple[str, str, str], ...] = ()
    warning: str = ""
    big: str = field(default="", repr=False)


def days_words(first: str, last: str) -> str:
    """From when to when, in words; empty where neither is known."""
    if first and last:
        return _(N_("{first} to {last}")).format(first=first, last=last)
    if last:
        return _(N_("until {last}")).format(last=last)
    return _(N_("from {first}")).format(first=first) if first else ""


def households_words(count: int) -> str:
    """A number of households."""
    return n_("{count} household", "{count} households", count).format(count=count)


# --- The roster ----------------------------------------------------------------------------------


def helper_rows(roster: HelperRoster, wanted: str) -> list[Row]:
    """Vacancies first: they are what somebody has to do something about."""
    text = wanted.strip().lower()
    empty = [one for one in roster.vacancies if not text or text in one.place.lower()]
    here = [one for one in roster.helpers if _fits(one, text)]
    rows: list[Row] = []
    if empty:
        words_ = n_("{count} post is vacant", "{count} posts are vacant", len(empty))
        rows.append(_group("vacant", words_.format(count=len(empty))))
        rows += [_vacancy(one) for one in empty]
    if here:
        words_ = n_("{count} person in a post", "{count} people in posts", len(here))
        rows.append(_group("held", words_.format(count=len(here))))
        rows += [_helper(one) for one in here]
    return rows


def _fits(one: HelperLine, text: str) -> bool:
    told = (one.name, one.place, one.department, words("post", one.post), one.py)
    return not text or any(text in each.lower() for each in told)


def _vacancy(one: Vacancy) -> Row:
    return Row(
        key=f"vacant:{one.post}:{one.area_id}:{one.unit}",
        title=words("post", one.post),
        lamp=Lamp.YELLOW,
        detail=_place(one.place, one.unit),
        badge=Tag(_(N_("nobody yet")), Tone.WARN),
        action=_(N_("Fill")),
        action_key="N",
    )


def _helper(one: HelperLine) -> Row:
    about = [words("post", one.post), _place(one.place, one.unit), one.department]
    if one.covers:
        about.append(_(N_("stands in for {name}")).format(name=one.covers))
    return Row(
        key=f"helper:{one.id}",
        title=one.name,
        lamp=Lamp.GREEN if one.holds else Lamp.NOT_DUE,
        detail=" · ".join(part for part in about if part),
        badge=None if one.holds else Tag(_(N_("not now")), Tone.NEUTRAL),
        when=one.valid_to,
    )


def helper_sheet(one: HelperLine, *, may_write: bool) -> Sheet:
    """One post of one helper."""
    facts = [
        (_(N_("Area")), _place(one.place, one.unit)),
        (_(N_("Phone")), one.phone),
        (_(N_("Works")), _(N_("full-time")) if one.full_time else _(N_("part-time"))),
        (_(N_("Department")), one.department),
        (_(N_("Days")), days_words(one.valid_from, one.valid_to)),
        (_(N_("Stands in for")), one.covers),
        (_(N_("Covered by")), one.covered_by),
    ]
    acts = [
        ("edit", _(N_("Change")), "E"),
        ("cover", _(N_("Substitute")), "S"),
        ("end", _(N_("End the post")), "T"),
    ]
    return Sheet(
        one.name, words("post", one.post), _filled(facts), tuple(acts) if may_write else ()
    )


def vacancy_sheet(key: str, place: str, *, may_write: bool) -> Sheet:
    """A post that nobody holds."""
    _kind, post, _area, unit = key.split(":")
    acts = (("new", _(N_("Fill")), "N"),) if may_write else ()
    about = _place(place, unit)
    return Sheet(words("post", post), about, acts=acts, warning=_(N_("Nobody holds this post.")))


def _place(place: str, unit: str) -> str:
    return _(N_("{place}, unit {unit}")).format(place=place, unit=unit) if unit else place


# --- Colleagues ----------------------------------------------------------------------------------


def staff_rows(staff: Sequence[StaffLine], wanted: str) -> list[Row]:
    """Everybody who signs in, with the posts of today."""
    text = wanted.strip().lower()
    return [
        Row(
            key=f"staff:{one.id}",
            title=one.name,
            lamp=Lamp.GREEN if _now(one) else Lamp.NOT_DUE,
            detail=" · ".join(_post(each) for each in _now(one)) or _(N_("no post today")),
        )
        for one in staff
        if not text or text in one.name.lower() or text in one.login
    ]


def staff_sheet(one: StaffLine, *, may: frozenset[str]) -> Sheet:
    """One colleague: every post with its days."""
    facts = [(_(N_("User")), one.login), (_(N_("Phone")), one.phone)]
    facts += [(_post(each), days_words(each.valid_from, each.valid_to)) for each in one.posts]
    acts = [
        ("code", _(N_("Enrolment code")), "C"),
        ("post", _(N_("Give a post")), "G"),
        ("cover", _(N_("Cover while away")), "S"),
        ("end", _(N_("End a post")), "T"),
    ]
    return Sheet(one.name, "", _filled(facts), tuple(act for act in acts if act[0] in may))


def _now(one: StaffLine) -> list[PostLine]:
    return [each for each in one.posts if each.holds]


def _post(one: PostLine) -> str:
    text = f"{words('post', one.post)} {one.area}".strip()
    return _(N_("{post} for {name}")).format(post=text, name=one.covers) if one.covers else text


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
            rows.append(_group(f"group:{grid.id}", grid.name))
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
    acts += [("cover", _(N_("Cover while away")), "S")] if "cover" in may and one.staff_id else []
    return Sheet(one.worker or _(N_("no worker")), one.grid, _filled(facts), tuple(acts))


# --- Tables --------------------------------------------------------------------------------------


def list_rows(reply: ListReply | None) -> list[Row]:
    """What cannot be taken first, by row and column; then the differences."""
    if reply is None:
        return []
    rows: list[Row] = []
    if reply.problems:
        rows.append(_group("problems", _(N_("What to mend in the table"))))
        rows += [_problem(at, one) for at, one in enumerate(reply.problems)]
    for kind, title in _KINDS.items():
        named = [one for one in reply.changes if one.kind == kind]
        if named:
            rows.append(_group(kind, _(title)))
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


def _filled(facts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(fact for fact in facts if fact[1])


def _group(key: str, title: str) -> Row:
    return Row(key=f"group:{key}", title=title, kind=RowKind.GROUP)
