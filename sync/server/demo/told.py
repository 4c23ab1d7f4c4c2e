"""What reached the community another way than by a visit, and the departments it called in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Final

from sync.identity import LOCAL_ZONE, stamp
from sync.server.demo.matter_book import MatterBook
from sync.server.demo.matter_words import RAIN, SNOW, SNOW_MONTHS, TOLD, Told
from sync.server.demo.neighbours import Neighbour

_OPINION: Final = "管径太小，换大一号的管，先清淤。"


class ToldMatters:
    """Writes them into a book. ``clerk`` wrote down what nobody saw on patrol."""

    def __init__(self, book: MatterBook, clerk: str) -> None:
        self._book = book
        self._clerk = clerk

    def write(self, people: Sequence[Neighbour]) -> None:
        """All of them."""
        rooms = {one.place.door.room: one.household_id for one in reversed(people)}
        for told in TOLD:
            self._told(told, rooms)

    def _told(self, told: Told, rooms: Mapping[str, str]) -> None:
        grid = next(name for name in self._book.out.grid_ids if str(told.grid) in name)
        day = self._book.today - timedelta(days=told.days)
        at = stamp(datetime.combine(day, time(9, 40), LOCAL_ZONE))
        household_id = rooms.get(told.where.removeprefix("@")) if told.where[:1] == "@" else None
        title = SNOW if told.title == RAIN and day.month in SNOW_MONTHS else told.title
        body: dict[str, Any] = {
            "household_id": household_id,
            "title": title,
            "text": told.text,
            "category": told.category,
            "urgency": told.urgency,
            "source": told.source,
            "stage": told.stage,
            "place": None if household_id else told.where,
            "reporter": told.reporter,
            "staff_id": self._book.workers[grid] if told.source == "patrol" else self._clerk,
            "reported_at": at,
            "lines": sorted(told.lines),
            "result_text": told.done,
            "duplicate_of": self._id(told.same_as) if told.same_as else None,
            **self._owner(told),
        }
        until = (self._book.today + timedelta(days=told.until)).isoformat() if told.until else None
        if told.stage == "suspended":
            body["review_on"] = until
        elif told.stage == "whistled":
            body["deadline"] = until
        elif until:
            body["extended_to"] = until
        if told.told:
            answer = self._book.later(at, 1, time(15, 30))
            body |= self._book.answer(answer, told.reporter or "反映人", told.told)
        matter_id = self._book.add(grid, "matter", told.title, body)
        self._told_steps(told, grid, (matter_id, household_id or ""), at, until)

    def _id(self, title: str) -> str:
        return self._book.numbers.row_id("matter", title)

    def _owner(self, told: Told) -> dict[str, Any]:
        if told.owner in self._book.staff:
            return {"owner_id": self._book.staff[told.owner], "disposition": "self"}
        return {"owner": told.owner, "disposition": "joint" if told.owner else None}

    def _told_steps(
        self, told: Told, grid: str, matter: tuple[str, str], at: str, until: str | None
    ) -> None:
        hours = (time(hour, 15) for hour in range(10, 18))
        step = self._book.step
        if told.owner and told.stage not in ("withdrawn", "void"):
            unit = "" if told.owner in self._book.staff else told.owner
            step(grid, matter, "assign", self._book.later(at, 0, next(hours)), unit=unit)
        if told.done:
            step(grid, matter, "finish", self._book.later(at, 0, next(hours)), text=told.done)
        last = {
            "returned": ("send_back", "没写门牌，补上再派。"),
            "transferred": ("hand_over", "属派出所管，已移交。"),
            "suspended": ("hold", "两户不同意，下次议事会再议。"),
            "reopened": ("reopen", "又抖了，居民不敢坐。"),
            "withdrawn": ("withdraw", "纸箱当天搬走了。"),
            "void": ("cancel", "与已办结的是同一件。"),
            "verified": ("check", ""),
            "feedback": ("ask_back", ""),
            "closed": ("close", told.told),
        }.get(told.stage)
        if told.stage in ("feedback", "closed"):
            step(grid, matter, "check", self._book.later(at, 0, next(hours)))
        if last is not None:
            kind, text = last
            step(grid, matter, kind, self._book.later(at, 1, next(hours)), text=text)
        if told.units:
            self._whistle(told, grid, matter, at, until)

    def _whistle(
        self, told: Told, grid: str, matter: tuple[str, str], at: str, until: str | None
    ) -> None:
        """Called by the leader; whistled by the street where the matter stands so, and then every
        department came. Where the day is over the first one has finished, and the second not."""
        book, units = self._book, ", ".join(told.units)
        matter_id, household_id = matter
        belongs = {"matter_id": matter_id, "household_id": household_id, "deadline": until}
        called, blown = book.later(at, 0, time(14, 10)), book.later(at, 1, time(9, 30))
        book.step(grid, matter, "call", called, unit=units, text=told.text)
        body: dict[str, Any] = {
            "called_by": book.leader,
            "called_at": called,
            "reason": told.text,
            "units": sorted(told.units),
        }
        if told.stage == "whistled":
            body |= {"whistled_by": "云岭街道", "whistled_at": blown}
        whistle_id = book.add(grid, "whistle", matter_id, body | belongs)
        if told.stage != "whistled":
            return
        book.step(grid, matter, "whistle", blown, unit=units, until=until)
        for number, unit in enumerate(told.units):
            came = book.later(at, 2, time(10, 20 + number))
            body = {"whistle_id": whistle_id, "unit": unit, "checked_in_at": came}
            body |= {"arrived_at": came, **belongs}
            if number == 0 and told.until < 0:
                finished = book.later(at, 6, time(17))
                body |= {"opinion": _OPINION, "finished_at": finished, "rating": 4}
            book.add(grid, "whistle_unit", f"{matter_id}-{unit}", body)
