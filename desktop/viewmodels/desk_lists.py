"""The lists of the front desk: who was found, cases, booked hours, drafts."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from desktop.rows import Lamp, Row, Tone
from desktop.services.appointments import AppointmentLine
from desktop.services.desk import Visitor
from desktop.services.desk_cases import CaseLine
from desktop.services.desk_drafts import KeptDesk
from desktop.services.finder import Hit
from desktop.services.service_catalogue import ServiceCatalogue
from desktop.viewmodels.matters import LAMPS, limit_words
from desktop.viewmodels.moments import time_of_day
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.reason import day_text
from sync.schema import codes

_MOST_IN_HAND: Final = 2
_STAGE_LAMPS: Final = {
    "received": Lamp.GREEN,
    "supplement": Lamp.YELLOW,
    "forwarded": Lamp.GREEN,
    "approved": Lamp.GREEN,
    "ready": Lamp.YELLOW,
    "rejected": Lamp.MISSED,
    "picked_up": Lamp.GREEN,
    "closed": Lamp.DONE,
}


def hit_rows(
    hits: Sequence[Hit],
    last: Mapping[str, CaseLine] | None = None,
    today: date = date.max,
    typed: str = "",
) -> tuple[Row, ...]:
    """Those who were found, masked and without tags, with what answers to ``typed`` marked;
    ``last`` is when each came last, and not what for: that may tell of a benefit."""
    came = last or {}
    return tuple(_hit_row(hit, came.get(hit.id), today, typed) for hit in hits)


def _hit_row(hit: Hit, last: CaseLine | None, today: date, typed: str) -> Row:
    where = hit.line.title or hit.room
    detail = " · ".join(part for part in (hit.line.estate, where, hit.phone) if part)
    in_name, in_detail = _marks(hit, where, detail, typed)
    return Row(
        key=hit.id,
        title=hit.name,
        face=next((one for one in hit.name if one.isalpha()), ""),
        icon="house-line",
        aside=person_words(hit.sex, hit.age),
        marked=in_name,
        marked_detail=in_detail,
        detail=detail,
        when=_last_words(last, today) if last is not None else "",
        action=_(N_("Open")),
        action_key="⏎",
    )


def person_words(sex: str, age: int | None) -> str:
    """Sex, where it is stated, and age."""
    parts = (
        _(codes.SEX[sex]) if sex in ("1", "2") else "",
        _(N_("{age} years")).format(age=age) if age is not None else "",
    )
    return " · ".join(part for part in parts if part)


def _marks(
    hit: Hit, where: str, detail: str, typed: str
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Which letters of the name and of the line below it answer to what was typed. Of a masked
    name it is the whole: how much of it answers would tell what is masked."""
    plain = "".join(unicodedata.normalize("NFKC", typed).lower().split())
    if not plain or hit.mentioned:
        return (0, 0), (0, 0)
    if plain in detail.lower() and plain[0] != hit.name[:1].lower():
        at = detail.lower().rindex(plain)
        return (0, 0), (at, at + len(plain))
    if any(one.isdigit() for one in plain):
        tail = hit.phone[hit.phone.rfind("*") + 1 :]
        answers = where if plain in hit.room.lower() else tail if plain.endswith(tail) else ""
        at = detail.rfind(answers)
        return (0, 0), (at, at + len(answers))
    return (0, len(hit.name)), (0, 0)


def _last_words(line: CaseLine, today: date) -> str:
    day = local_day(parse_stamp(str(line.record.get("received_at"))))
    return _(N_("last here {day}")).format(day=day_text(day, today))


def case_rows(lines: Sequence[CaseLine], now: datetime) -> tuple[Row, ...]:
    """Cases of the window in a list."""
    today = local_day(now)
    return tuple(
        Row(
            key=line.id,
            title=line.who,
            lamp=_lamp(line),
            reason=_stage_words(line.stage),
            reason_tone=Tone.WARN if line.stage in ("supplement", "ready") else Tone.NEUTRAL,
            # The number is what a hand holds out: where there is little room, the item is cut.
            detail=f"{line.receipt} · {line.item.words}",
            when=limit_words(line.light, now) if _is_late(line) else _due_words(line, today),
        )
        for line in lines
    )


def _lamp(line: CaseLine) -> Lamp:
    """Of the limit while the office has it; else of whom it waits for."""
    state = line.light.state.value
    return LAMPS[state] if state else _STAGE_LAMPS.get(line.stage, Lamp.GREEN)


def _is_late(line: CaseLine) -> bool:
    return LAMPS[line.light.state.value] is Lamp.RED


def _stage_words(stage: str) -> str:
    """Where a case stands. What was taken home ends only once somebody asked how it went."""
    words = _(codes.SERVICE_STAGE.get(stage, stage))
    if stage != "picked_up":
        return words
    return _(N_("{stage}, to be called back")).format(stage=words)


_STATE_LAMPS: Final = {
    "booked": Lamp.GREEN,
    "come": Lamp.DONE,
    "missed": Lamp.MISSED,
    "cancelled": Lamp.MISSED,
}


def appointment_rows(
    lines: Sequence[AppointmentLine], services: ServiceCatalogue, today: date
) -> tuple[Row, ...]:
    """Booked hours in a list; one of a day that is over asks what became of it."""
    return tuple(
        Row(
            key=line.id,
            lead=line.hour,
            title=line.who,
            lamp=_STATE_LAMPS.get(line.state, Lamp.GREEN),
            reason=_(codes.APPOINTMENT.get(line.state, line.state)),
            reason_tone=Tone.WARN if _is_past(line, today) else Tone.NEUTRAL,
            detail=services.item(line.item).words if line.item else "",
            when=day_text(date.fromisoformat(line.day), today) if line.day else "",
        )
        for line in lines
    )


def _is_past(line: AppointmentLine, today: date) -> bool:
    return line.state == "booked" and line.day < today.isoformat()


def draft_rows(
    waiting: Sequence[KeptDesk], services: ServiceCatalogue, clock: Clock
) -> tuple[Row, ...]:
    """Forms that were put aside or cut off, before the cases that wait."""
    return tuple(
        Row(
            key=kept.key,
            title=services.item(kept.draft.item).words if kept.draft.item else _(N_("Draft")),
            icon="note-pencil",
            reason=_(N_("not registered yet")),
            reason_tone=Tone.WARN,
            when=time_of_day(kept.at, clock),
        )
        for kept in waiting
    )


def _due_words(line: CaseLine, today: date) -> str:
    return day_text(date.fromisoformat(line.due), today) if line.due else ""


def in_hand_for(visitor: Visitor, services: ServiceCatalogue, today: date) -> tuple[str, ...]:
    """What the desk has in hand for whoever stands here, one line each."""
    words = [_in_hand_words(line, services, today) for line in visitor.cases[:_MOST_IN_HAND]]
    more = len(visitor.cases) - len(words)
    if more > 0:
        words.append(n_("and {count} more", "and {count} more", more).format(count=more))
    return tuple(words)


def _in_hand_words(line: CaseLine, services: ServiceCatalogue, today: date) -> str:
    missing = [services.material(key) for key in line.record.get("missing") or ()]
    count = len(missing)
    if count == 1:
        stands = _(N_("Missing: {papers}")).format(papers=missing[0])
    elif missing:
        stands = n_("{count} paper missing", "{count} papers missing", count).format(count=count)
    else:
        stands = _stage_words(line.stage)
    parts = [line.item.words, line.receipt, stands]
    if line.light.due is not None:
        parts.append(_due_words(line, today))
    return " · ".join(part for part in parts if part)
