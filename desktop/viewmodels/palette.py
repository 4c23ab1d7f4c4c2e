"""What the search palette lists: households, what can be done there, cases, matters, commands."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from desktop.palette_rows import PaletteKind, PaletteRow
from desktop.rows import Lamp, Tag, Tone
from desktop.services.case_list import CaseLine
from desktop.services.finder import Hit
from desktop.services.workplace import Workplace
from desktop.viewmodels.case_rows import answers_to
from desktop.viewmodels.door_tags import list_chips
from desktop.viewmodels.today import tone_of
from sync.i18n import N_, _
from sync.rules.people import name_with_age
from sync.rules.reason import light, standing_words
from sync.schema.registry import ENTITIES

MOST_HOUSEHOLDS: Final = 8
MOST_MATTERS: Final = 5
MOST_CASES: Final = 5
MOST_COMMANDS: Final = 12
COMMANDS: Final = ">"
MATTERS: Final = "#"
_URGENT: Final = frozenset({Lamp.RED, Lamp.YELLOW})


@dataclass(frozen=True)
class PaletteAction:
    """Something to be done at the chosen household: a page to go to (with the ``detail`` of its
    route), under Alt and a letter."""

    key: str
    words: str
    icon: str
    letter: str
    detail: str = ""


@dataclass(frozen=True)
class PaletteCommand:
    """Something the window does, with the key that does it as well."""

    key: str
    words: str
    cap: str


@dataclass(frozen=True)
class Answers:
    """What answers to ``typed``; ``took_ms`` is how long looking took."""

    typed: str = field(repr=False)
    households: tuple[PaletteRow, ...] = ()
    matters: tuple[PaletteRow, ...] = ()
    cases: tuple[PaletteRow, ...] = ()
    took_ms: float = 0.0


def look_for(place: Workplace, typed: str) -> Answers:
    """Search households, cases and matters. Runs on the store lane."""
    began = place.clock.monotonic()
    plain = typed.strip()
    households: tuple[PaletteRow, ...] = ()
    matters: tuple[PaletteRow, ...] = ()
    cases: tuple[PaletteRow, ...] = ()
    if plain.startswith(MATTERS):
        matters = _matters(place, plain[1:].strip())
    elif plain and not plain.startswith(COMMANDS):
        households = _households(place, plain)
        if len(plain) > 1:
            matters, cases = _matters(place, plain), _cases(place, plain)
    took_ms = (place.clock.monotonic() - began) * 1000
    return Answers(typed, households, matters, cases, took_ms)


def rows_for(
    answers: Answers,
    chosen: str,
    actions: Sequence[PaletteAction],
    commands: Sequence[PaletteCommand],
) -> tuple[PaletteRow, ...]:
    """The whole list: what was found, what can be done at the ``chosen`` household, commands."""
    rows: list[PaletteRow] = []
    plain = answers.typed.strip()
    if answers.households:
        rows += [_title(_(N_("Households"))), *answers.households]
        at = next((row for row in answers.households if row.key == chosen), answers.households[0])
        rows.append(_title(_(N_("For {household}")).format(household=at.title)))
        rows += [
            PaletteRow(PaletteKind.ACTION, one.words, one.key, one.icon, cap=f"Alt {one.letter}")
            for one in actions
        ]
    if answers.cases:
        rows += [_title(_(N_("Cases"))), *answers.cases]
    if answers.matters:
        rows += [_title(_(N_("Matters"))), *answers.matters]
    if not plain.startswith(MATTERS):
        wanted = plain.removeprefix(COMMANDS).strip()
        found = [one for one in commands if _folded(wanted) in _folded(one.words)]
        if found and (plain.startswith(COMMANDS) or not plain or len(wanted) > 1):
            rows.append(_title(_(N_("Commands"))))
            rows += [
                PaletteRow(PaletteKind.COMMAND, one.words, one.key, "keyboard", cap=one.cap)
                for one in found[:MOST_COMMANDS]
            ]
    return tuple(rows)


def _title(words: str) -> PaletteRow:
    return PaletteRow(PaletteKind.TITLE, words)


def _households(place: Workplace, typed: str) -> tuple[PaletteRow, ...]:
    """Each household once, by its best answer."""
    rows: dict[str, PaletteRow] = {}
    for hit in place.finder.find(typed, most=MOST_HOUSEHOLDS * 3):
        if hit.household_id not in rows and len(rows) < MOST_HOUSEHOLDS:
            rows[hit.household_id] = _household(place, hit, typed)
    return tuple(rows.values())


def _household(place: Workplace, hit: Hit, typed: str) -> PaletteRow:
    who = hit.who if hit.type == "person" else name_with_age(hit.line.who, hit.line.age)
    title = f"{hit.room} {who}".strip()
    lamp, words = _state(place, hit)
    if hit.mentioned:
        lamp, words = None, _(N_("written about there"))
    return PaletteRow(
        kind=PaletteKind.HOUSEHOLD,
        title=title,
        key=hit.household_id,
        icon="users-three",
        marked=_marked(title, typed),
        tags=list_chips(hit.line.tags, two_people=hit.line.two_people)[:1],
        right=words,
        lamp=lamp if lamp in _URGENT else None,
        tone=tone_of(lamp) if lamp else Tone.NEUTRAL,
    )


def _state(place: Workplace, hit: Hit) -> tuple[Lamp | None, str]:
    """How late somebody is there, else how it stands; nothing for who does not know the doors."""
    due = place.store.reading.due_of(hit.household_id) if place.sight.knows_names else None
    if due is None:
        return None, ""
    today = place.day()
    state = light(due, today)
    lamp = Lamp(state.lamp.value)
    return lamp, state.words if lamp in _URGENT else standing_words(due, today)


def _matters(place: Workplace, typed: str) -> tuple[PaletteRow, ...]:
    """Matters whose number or title holds what was typed, open ones first."""
    if "matter" not in ENTITIES or not place.sight.knows_names:
        return ()
    wanted = _folded(typed)
    found = [
        row
        for row in place.store.reading.rows("matter")
        if wanted in _folded(f"{row.get('no', '')} {row.get('title', '')}")
    ]
    found.sort(key=lambda row: (row.get("stage") == "closed", row.id))
    return tuple(
        PaletteRow(
            kind=PaletteKind.MATTER,
            title=str(row.get("title", "")),
            key=str(row.get("household_id") or row.id),
            icon="clipboard-text",
            marked=_marked(str(row.get("title", "")), typed),
        )
        for row in found[:MOST_MATTERS]
    )


def _cases(place: Workplace, typed: str) -> tuple[PaletteRow, ...]:
    """Cases by number, title, party or room, those that ask for something first. A laptop holds
    none that its user may not see; one that no list names anybody of is found by its number."""
    found = [line for line in place.case_list.lines() if answers_to(line, typed)]
    return tuple(_case(line, typed) for line in found[:MOST_CASES])


def _case(line: CaseLine, typed: str) -> PaletteRow:
    title = f"{line.no} {line.title}".strip()
    lamp = Lamp(line.task.lamp.value) if line.task else None
    return PaletteRow(
        kind=PaletteKind.CASE,
        title=title,
        key=line.id,
        icon="handshake",
        marked=_marked(title, typed),
        tags=(Tag(_(N_("two people")), Tone.NEUTRAL),) if line.two_people else (),
        right=line.task.words if line.task else "",
        lamp=lamp if lamp in _URGENT else None,
        tone=tone_of(lamp) if lamp else Tone.NEUTRAL,
    )


def _marked(title: str, typed: str) -> tuple[int, int]:
    plain = " ".join(unicodedata.normalize("NFKC", typed).split())
    at = title.lower().find(plain.lower()) if plain else -1
    return (at, at + len(plain)) if at >= 0 else (0, 0)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
