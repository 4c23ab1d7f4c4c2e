"""One matter beside the list: its lamp, the closed loop of what was done, and what comes next."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from desktop.rows import Lamp, Tag, TimelineItem, Tone
from desktop.services.matter_list import ListedMatter, MatterCard, StepLine, UnitLine
from desktop.viewmodels.matters import LAMPS, STATIONS, TONES, limit_words, stage_words
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _
from sync.identity import Clock, local_day
from sync.rules.reason import clock_text, day_text
from sync.schema import codes

_WAITS: Final = {
    "accept": N_("to be accepted by {when}"),
    "finish": N_("to be finished by {when}"),
    "answer": N_("to be answered by {when}"),
    "review": N_("looked at again on {when}"),
    "check_in": N_("a department has to check in by {when}"),
}
STEP_WORDS: Final = {
    "accept": N_("Accept"),
    "assign": N_("Assign"),
    "start": N_("Take in hand"),
    "finish": N_("It is done"),
    "check": N_("Checked, it is done"),
    "redo": N_("Not done yet"),
    "ask_back": N_("Have it answered"),
    "close": N_("Answer the resident"),
    "send_back": N_("Send back"),
    "hand_over": N_("Hand over"),
    "hold": N_("Put on hold"),
    "resume": N_("Take up again"),
    "extend": N_("More time"),
    "urge": N_("Urge"),
    "reopen": N_("Open again"),
    "withdraw": N_("Withdraw"),
    "cancel": N_("Make void"),
    "merge": N_("Same as another"),
    "part": N_("Not the same"),
    "call": N_("Ask for the whistle"),
    "whistle": N_("Whistle"),
    "note": N_("Note"),
    "opinion": N_("Opinion, and done"),
    "rate": N_("Rate it"),
}
"""What the buttons of a matter say."""

STEP_KEYS: Final = {
    "assign": "A",
    "close": "F",
    "urge": "B",
    "call": "W",
    "whistle": "W",
    "hand_over": "R",
    "note": "/",
}


def step_key(kind: str, may: Collection[str]) -> str:
    """The letter of a step, empty where it has none. W whistles where one ``may``, and asks for
    the whistle where one may not."""
    return "" if kind == "call" and "whistle" in may else STEP_KEYS.get(kind, "")


_NEXT: Final = {
    "draft": ("close",),
    "reported": ("accept",),
    "accepted": ("assign", "start"),
    "assigned": ("start",),
    "processing": ("finish",),
    "whistled": ("finish",),
    "suspended": ("resume",),
    "returned": ("assign",),
    "reopened": ("assign", "start"),
    "transferred": ("accept",),
    "finished": ("check",),
    "verified": ("close",),
    "feedback": ("close",),
}
"""The step that a matter waits for in each stage: the first that may be taken."""

_STEP_ICONS: Final = {
    "report": "chat-text",
    "accept": "check",
    "assign": "user-switch",
    "start": "wrench",
    "finish": "check-circle",
    "check": "shield-check",
    "close": "hand-heart",
    "send_back": "arrow-bend-down-right",
    "hand_over": "arrow-right",
    "hold": "clock",
    "extend": "calendar-check",
    "urge": "lightning",
    "call": "phone",
    "whistle": "megaphone",
    "merge": "link",
    "checked_in": "sign-out",
    "arrived": "house-line",
    "finished": "check-circle",
}
_UNIT_WORDS: Final = {
    "checked_in": N_("checked in"),
    "arrived": N_("arrived"),
    "finished": N_("finished"),
}
_AHEAD: Final = (
    ("finished", N_("Check"), N_("Somebody looks whether it is done.")),
    ("feedback", N_("Answer"), N_("Tell who asked, then it is closed.")),
)


@dataclass(frozen=True)
class MatterFace:
    """One matter in words. ``main`` is the step it waits for, ``more`` the others that its reader
    may take; ``unit`` the entry of the loop whose department is waited for, where nothing else
    is."""

    id: str
    lamp: Lamp
    tone: Tone
    headline: str
    title: str = field(repr=False)
    about: str = field(repr=False)
    warning: str
    text: str = field(repr=False)
    tags: tuple[Tag, ...]
    loop: tuple[TimelineItem, ...]
    main: str
    more: tuple[str, ...]
    household_id: str
    unit: TimelineItem | None = None


def matter_face(card: MatterCard, clock: Clock) -> MatterFace:
    """The matter beside the list."""
    line, now = card.line, clock.now()
    row = line.record
    lamp = LAMPS[line.light.state.value] if line.is_open else Lamp.DONE
    main = next((kind for kind in _NEXT.get(line.stage, ()) if kind in card.may), "")
    who = line.home.who if line.home else card.reporter
    loop = tuple(_loop(card, clock))
    waited_for = next((item for item in loop if item.action), None) if not main else None
    about = (line.no, line.where, who, _(codes.MATTER_CATEGORY.get(str(row.get("category")), "")))
    return MatterFace(
        id=line.id,
        lamp=lamp,
        tone=TONES[line.light.state.value],
        headline=_headline(line, now),
        title=line.title,
        about=" · ".join(part for part in about if part),
        warning=_warning(card, clock),
        text=card.text if card.text != line.title else "",
        tags=tuple(Tag(_(codes.LINE[key])) for key in row.get("lines", [])),
        loop=loop,
        main=main,
        more=tuple(kind for kind in card.may if kind != main),
        household_id=str(row.get("household_id") or ""),
        unit=waited_for,
    )


def _headline(line: ListedMatter, now: datetime) -> str:
    light = line.light
    if light.due is None:
        return stage_words(line.stage)
    when = f"{day_text(local_day(light.due), local_day(now))} {clock_text(light.due)}"
    waits = _(_WAITS[light.what]).format(when=when)
    return f"{limit_words(light, now)} · {waits}"


def _warning(card: MatterCard, clock: Clock) -> str:
    row = card.line.record
    if card.same is not None:
        return _(N_("The same as {title}: answered with that one.")).format(title=card.same.title)
    if card.twins:
        names = _(", ").join(twin.where or twin.no for twin in card.twins)
        return _(N_("Asked elsewhere, too: {names}. Tell them all.")).format(names=names)
    if row.get("urgency") == "critical" and card.line.stage in ("reported", "accepted"):
        return _(N_("Life and safety: call 110, 119 or 120 first."))
    late = [unit.name for unit in card.line.units if unit.light.state == "red"]
    if late and card.line.stage == "whistled":
        return _(N_("Silent so far: {names}")).format(names=_(", ").join(late))
    return ""


def _loop(card: MatterCard, clock: Clock) -> Iterable[TimelineItem]:
    for at, step in enumerate(card.steps):
        yield _loop_item(step, str(at), clock)
    for unit in card.line.units:
        yield _unit_item(unit, card.tells, clock)
    if not card.line.is_open:
        return
    for stage, title, text in _AHEAD:
        if STATIONS[card.line.stage] < STATIONS[stage]:
            yield TimelineItem(stage, _(title), "dots-three", text=_(text))


_UNIT_NEXT: Final = (
    ("checked_in", "checked_in", "checked_in_at", N_("It checked in")),
    ("arrived", "arrived", "arrived_at", N_("It arrived")),
    ("opinion", "finished", "finished_at", N_("Opinion, and done")),
    ("rate", "rated", "rating", N_("Rate it")),
)
"""What is asked for, the event that is told then, the field that keeps it, the button."""

UNIT_KEY: Final = "unit"


def _unit_item(unit: UnitLine, tells: Collection[str], clock: Clock) -> TimelineItem:
    """A department with its lamp in words, and what it does next, where the reader may tell it."""
    row = unit.record
    ahead = next((step for step in _UNIT_NEXT if not row.get(step[2])), None)
    if ahead is not None and ahead[1] not in tells:
        ahead = None
    rating = row.get("rating")
    state = limit_words(unit.light, clock.now())
    if row.get("finished_at"):
        state = _(_UNIT_WORDS["finished"])
    if rating:
        state = _(N_("rated {rating} of 5")).format(rating=rating)
    return TimelineItem(
        f"{UNIT_KEY}:{unit.id}:{ahead[0] if ahead else ''}",
        unit.name,
        "buildings",
        TONES[unit.light.state.value] if not row.get("finished_at") else Tone.OK,
        note=state,
        action=_(ahead[3]) if ahead else "",
    )


def _loop_item(step: StepLine, key: str, clock: Clock) -> TimelineItem:
    if step.kind in _UNIT_WORDS:
        title = _(_UNIT_WORDS[step.kind])
    else:
        title = _(codes.MATTER_STEP.get(step.kind, codes.MATTER_STAGE["reported"]))
    until = ""
    if step.until:
        until = day_text(date.fromisoformat(step.until), local_day(clock.now()))
    note = _(N_("until {day}")).format(day=until) if until else ""
    # As a list is kept, whatever language it is read in.
    units = _(", ").join(step.unit.split(", "))
    words = " · ".join(part for part in (units, step.text) if part)
    tone = Tone.BAD if step.kind in ("call", "whistle") else Tone.OK
    return TimelineItem(
        key,
        title,
        _STEP_ICONS.get(step.kind, "note-pencil"),
        tone,
        note=note,
        text=words,
        who=step.who,
        when=day_and_time(step.at, clock),
    )
