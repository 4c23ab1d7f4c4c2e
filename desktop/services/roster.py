"""The roster of helpers (三长, stewards, part-time members), its vacancies, and colleagues' posts.

Helpers are ordinary edits, written offline. Posts of colleagues are read here; changing them is the
server's (:mod:`desktop.services.office_desk`), because a right comes of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from desktop.services.names import Names
from sync.errors import AreaNotHere, DaysWrong, NameWanted, NotFound
from sync.identity import Clock, derived_id, local_day
from sync.rules.pinyin import py
from sync.rules.post_areas import levels_of
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.schema.values import same
from sync.store.record import Record, Saw
from sync.store.records import create, patch
from sync.store.store import Store

EDITABLE: Final = ("name", "phone", "full_time", "department", "valid_from", "valid_to")
_FILLED_BY: Final = {"grid": "grid_leader", "building": "building_head"}
"""The post that each area of this level ought to have."""


@dataclass(frozen=True)
class HelperLine:
    """One post of one helper. ``covered_by`` and ``covers`` are names of substitutes."""

    id: str
    post: str
    area_id: str
    place: str
    unit: str
    name: str
    phone: str = field(repr=False)
    py: str
    full_time: bool
    department: str
    valid_from: str
    valid_to: str
    substitute_for: str
    covers: str = ""
    covered_by: str = ""
    holds: bool = True


@dataclass(frozen=True)
class OpenedHelper:
    """One post as it stood when somebody began to change it."""

    id: str
    saw: Saw = field(repr=False)


@dataclass(frozen=True)
class Vacancy:
    """A post that nobody holds today: an area, or one stair of a building."""

    post: str
    area_id: str
    place: str
    unit: str = ""


@dataclass(frozen=True)
class HelperRoster:
    """Everybody in a post, who was, and what stands empty."""

    helpers: tuple[HelperLine, ...]
    vacancies: tuple[Vacancy, ...]


@dataclass(frozen=True)
class PostLine:
    """One post of a colleague."""

    id: str
    post: str
    area_id: str
    area: str
    valid_from: str
    valid_to: str
    covers: str = ""
    holds: bool = True


@dataclass(frozen=True)
class StaffLine:
    """One colleague, with the posts of today first."""

    id: str
    name: str
    login: str
    phone: str = field(repr=False)
    posts: tuple[PostLine, ...]


class HelperRosters:
    """The roster on this computer."""

    def __init__(self, store: Store, clock: Clock, names: Names) -> None:
        self._store = store
        self._clock = clock
        self._names = names

    def listed(self) -> HelperRoster:
        """Everybody, by place and post; those whose days are over last."""
        today = local_day(self._clock.now()).isoformat()
        rows = {row.id: row for row in self._store.reading.rows("member")}
        covered = {
            str(row.get("substitute_for")): str(row.get("name") or "")
            for row in rows.values()
            if row.get("substitute_for") and _holds(row, today)
        }
        lines = [self._line(row, rows, covered, today) for row in rows.values()]
        lines.sort(key=lambda one: (not one.holds, one.place, one.unit, one.post, one.py))
        return HelperRoster(tuple(lines), tuple(self._vacancies(lines, today)))

    def open(self, helper_id: str) -> OpenedHelper:
        """A post whose fields are put on the screen. Raises :class:`NotFound`."""
        found = self._store.reading.saw([("member", helper_id)])
        if not found:
            raise NotFound(what=helper_id)
        return OpenedHelper(helper_id, found["member", helper_id])

    def save(self, told: Mapping[str, Any], helper_id: str = "", saw: Saw | None = None) -> str:
        """Write a post down, or what is new about one; its id. ``saw`` is what stood there when
        the form was opened; without it, what stands there now. Raises :class:`NameWanted`,
        DaysWrong, AreaNotHere, NotFound and whatever saving raises."""
        fields = {name: told.get(name) for name in EDITABLE if name in told}
        _check(fields)
        if helper_id:
            self._change(helper_id, fields, saw or self.open(helper_id).saw)
            return helper_id
        community_id = self._store.account.user.community_id
        post, area_id, unit = (str(told.get(key) or "") for key in ("post", "area_id", "unit"))
        if area_id not in self._names.areas():
            raise AreaNotHere
        # The id that an import gives the same post, so that the two meet in one row.
        row_id = derived_id("member", community_id, post, area_id, unit, str(fields["name"]))
        covers = told.get("substitute_for") or None
        filled = {name: value for name, value in fields.items() if value not in (None, "")}
        known = self._store.reading.find("member", row_id)
        if known is not None:
            self._begin_again(known, {**filled, "substitute_for": covers})
            return row_id
        body = {"post": post, "area_id": area_id, "unit": unit, "substitute_for": covers, **filled}
        body = {name: value for name, value in body.items() if value not in (None, "")}
        scope = scope_name(ScopeKind.COMMUNITY, community_id)
        self._store.records.write([create("member", body, scope_id=scope, row_id=row_id)])
        return row_id

    def _change(self, helper_id: str, fields: Mapping[str, Any], saw: Saw) -> None:
        """Write what differs from what was seen: the rest may be somebody else's by now."""
        new = {
            name: value for name, value in fields.items() if not same(saw.shown.get(name), value)
        }
        if new:
            self._store.records.write([patch("member", helper_id, new, saw=saw)])

    def _begin_again(self, known: Record, fields: Mapping[str, Any]) -> None:
        """A post that is known gets what was filled in; one that is over holds again."""
        today = local_day(self._clock.now()).isoformat()
        is_over = str(known.get("valid_to") or today) < today
        new = {"valid_to": None, **fields} if is_over else dict(fields)
        _check({name: new.get(name, known.get(name)) for name in EDITABLE})
        self._store.records.write([patch("member", known.id, new)])

    def end(self, helper_id: str, day: str) -> str:
        """The last day of a post; what it was before, for taking it back."""
        row = self._store.reading.find("member", helper_id)
        if row is None:
            raise NotFound(what=helper_id)
        _check({"name": row.get("name"), "valid_from": row.get("valid_from"), "valid_to": day})
        self._store.records.write([patch("member", helper_id, {"valid_to": day})])
        return str(row.get("valid_to") or "")

    def give_back(self, helper_id: str, day: str) -> None:
        """The end that was there before."""
        self._store.records.write([patch("member", helper_id, {"valid_to": day or None})])

    def staff(self) -> list[StaffLine]:
        """Every colleague, by name, with their posts."""
        today = local_day(self._clock.now()).isoformat()
        posts: dict[str, list[PostLine]] = {}
        for row in self._store.reading.rows("assignment"):
            covers = str(row.get("substitute_for") or "")
            line = PostLine(
                row.id,
                str(row.get("post") or ""),
                str(row.get("area_id") or ""),
                self._names.area(str(row.get("area_id") or "")),
                str(row.get("valid_from") or ""),
                str(row.get("valid_to") or ""),
                self._names.staff(covers) if covers else "",
                _holds(row, today),
            )
            posts.setdefault(str(row.get("staff_id")), []).append(line)
        found = [
            StaffLine(
                row.id,
                str(row.get("name") or ""),
                str(row.get("login") or ""),
                str(row.get("phone") or ""),
                tuple(sorted(posts.get(row.id, ()), key=lambda one: (not one.holds, one.area))),
            )
            for row in self._store.reading.rows("staff")
        ]
        return sorted(found, key=lambda one: (py(one.name), one.id))

    def find_area(self, text: str) -> str:
        """The area that somebody typed: its name, or estate and name. Raises AreaNotHere."""
        wanted = "".join(text.split())
        areas = self._names.areas()
        found = [key for key in areas if wanted and wanted in (self.place(key), _name(areas[key]))]
        if len(found) != 1:
            raise AreaNotHere
        return found[0]

    def areas_for(self, post: str) -> list[str]:
        """The names of the areas in which a post can be given, the wider ones first."""
        levels, today = levels_of(post), local_day(self._clock.now()).isoformat()
        found = [
            (levels.index(str(area.get("level"))), self.place(key))
            for key, area in self._names.areas().items()
            if area.get("level") in levels and _holds(area, today)
        ]
        return list(dict.fromkeys(name for _level, name in sorted(found)))

    def place(self, area_id: str) -> str:
        """An area as it is shown: a building with its estate before it."""
        area = self._names.areas().get(area_id)
        if area is None:
            return ""
        if area.get("level") != "building":
            return _name(area)
        return f"{self._names.estate_of(area)}{_name(area)}"

    def _in_order(self, item: tuple[str, Record]) -> tuple[str, str]:
        return self.place(item[0]), item[0]

    def _line(
        self, row: Record, rows: Mapping[str, Record], covered: Mapping[str, str], today: str
    ) -> HelperLine:
        covers = rows.get(str(row.get("substitute_for") or ""))
        area_id, name = str(row.get("area_id") or ""), str(row.get("name") or "")
        return HelperLine(
            id=row.id,
            post=str(row.get("post") or ""),
            area_id=area_id,
            place=self.place(area_id),
            unit=str(row.get("unit") or ""),
            name=name,
            phone=str(row.get("phone") or ""),
            py=py(name),
            full_time=bool(row.get("full_time")),
            department=str(row.get("department") or ""),
            valid_from=str(row.get("valid_from") or ""),
            valid_to=str(row.get("valid_to") or ""),
            substitute_for=str(row.get("substitute_for") or ""),
            covers=str(covers.get("name") or "") if covers else "",
            covered_by=covered.get(row.id, ""),
            holds=_holds(row, today),
        )

    def _vacancies(self, lines: Iterable[HelperLine], today: str) -> Iterable[Vacancy]:
        held = {(one.post, one.area_id, one.unit) for one in lines if one.holds}
        led = {
            str(row.get("area_id"))
            for row in self._store.reading.rows("assignment")
            if row.get("post") == "grid_leader" and _holds(row, today)
        }
        everywhere = self._store.account.user.community_id in led
        for area_id, area in sorted(self._names.areas().items(), key=self._in_order):
            post = _FILLED_BY.get(str(area.get("level")))
            if post is None or not _holds(area, today):
                continue
            by_account = post == "grid_leader" and (everywhere or area_id in led)
            if not by_account and not any(key[:2] == (post, area_id) for key in held):
                yield Vacancy(post, area_id, self.place(area_id))
            for unit in range(1, int(area.get("units") or 0) + 1):
                if ("unit_head", area_id, str(unit)) not in held:
                    yield Vacancy("unit_head", area_id, self.place(area_id), str(unit))


def _name(area: Record) -> str:
    return str(area.get("name") or "")


def _holds(row: Record, today: str) -> bool:
    first, last = str(row.get("valid_from") or ""), str(row.get("valid_to") or "9999-12-31")
    return first <= today <= last


def _check(fields: Mapping[str, Any]) -> None:
    if not str(fields.get("name") or "").strip():
        raise NameWanted
    days = [str(fields.get(name) or "") for name in ("valid_from", "valid_to")]
    try:
        read = [date.fromisoformat(day) for day in days if day]
    except ValueError:
        raise DaysWrong from None
    if read != sorted(read):
        raise DaysWrong
