"""The front desk's last weeks: cases in every stage, booked hours, certificates, small things."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from sync.identity import LOCAL_ZONE, stamp
from sync.rules.workdays import is_workday, workday_after
from sync.schema.policy import ScopeKind
from sync.server.demo.identity import Numbers
from sync.server.demo.neighbours import Neighbour
from sync.server.demo.rows import DemoCommunity

WINDOW: Final = "1"


@dataclass(frozen=True)
class Errand:
    """One errand: the service with its way of handling and working days, the papers it takes, who
    comes for it by their age, what the clerk noted."""

    item: str
    mode: str
    days: int
    papers: tuple[str, ...]
    ages: range = range(25, 80)
    text: str = ""


_ERRANDS: Final = (
    Errand("dibao_review", "accept", 5, ("id", "book", "bank", "photo"), range(45, 85)),
    Errand("aged_allowance", "accept", 5, ("id", "book", "bank"), range(80, 99)),
    Errand("medical_fee", "handle", 1, ("id", "card")),
    Errand("repair", "agent", 3, (), text="厨房下水管漏，白天家里有人。"),
    Errand("chronic", "agent", 10, ("id", "medical", "card"), range(55, 90), "腿脚不便，代办。"),
    Errand("pension_alive", "handle", 1, ("id",), range(60, 90)),
    Errand("medical_join", "accept", 5, ("id", "book"), range(18, 60)),
    Errand("temp_relief", "accept", 5, ("id", "income", "bank"), range(40, 80)),
    Errand("meal_help", "handle", 1, ("id",), range(70, 95), "中午一份，送到家。"),
    Errand("unemployed", "handle", 1, ("id", "unemploy"), range(22, 55)),
    Errand("medical_remote", "handle", 1, ("id", "card"), range(50, 80), "随女儿去外地住半年。"),
    Errand("public_rent", "accept", 20, ("id", "book", "income", "house"), range(25, 50)),
)
_STAGES: Final = (
    # Today's, then back through the weeks: (working days ago, stage).
    *((0, stage) for stage in ("received", "received", "supplement", "ready")),
    *((1, stage) for stage in ("received", "forwarded", "ready", "picked_up")),
    *((2, stage) for stage in ("received", "approved", "supplement", "ready")),
    *((3, stage) for stage in ("forwarded", "picked_up", "closed")),
    *((5, stage) for stage in ("ready", "rejected", "closed", "closed")),
    *((days, "closed") for days in range(6, 22)),
)
_DONE: Final = frozenset({"ready", "picked_up", "closed"})
_SCORES: Final = (5, 5, 5, 4, 4, 3, 0)
_BOOKED: Final = (
    (0, "10:30", "dibao_review", "booked"),
    (0, "14:30", "public_rent", "booked"),
    (1, "09:30", "disabled_card", "booked"),
    (1, "10:00", "aged_allowance", "booked"),
    (2, "15:00", "medical_help", "booked"),
)
_HELPED: Final = (
    "帮着在手机上交了水费。",
    "打印了孩子的报名表。",
    "教会用手机挂号。",
    "借出雨伞一把。",
    "代取快递，送到三楼。",
    "量了血压，记在本子上。",
)
_CERTIFIED: Final = (
    ("residence", "居证", {"since": "2019年3月", "purpose": "孩子入学"}, 16),
    ("residence", "居证", {"since": "2021年8月", "purpose": "办理居住证"}, 11),
    ("conduct", "表证", {"facts": "遵纪守法，邻里和睦", "purpose": "应聘保安"}, 9),
    ("hardship", "困证", {"facts": "一人患病，两人无收入", "purpose": "申请助学金"}, 7),
    ("volunteer", "志证", {"facts": "周末值守三十二小时", "purpose": "评先"}, 4),
    ("residence", "居证", {"since": "2023年5月", "purpose": "办理公交卡"}, 2),
)
_SEX: Final = {"1": "男", "2": "女"}


class DeskRows:
    """Writes them into a community. ``clerk`` is a staff id; ``people`` are those who come;
    ``opened``: the window has been open today, so some of them came this morning."""

    def __init__(
        self,
        out: DemoCommunity,
        numbers: Numbers,
        clerk: str,
        people: Sequence[Neighbour],
        today: date,
        *,
        opened: bool,
    ) -> None:
        self._out = out
        self._numbers = numbers
        self._clerk = clerk
        self._today = today
        self._opened = opened
        self._random = Random(f"{out.id}-desk")
        self._people = [one for one in people if one.phone]
        self._random.shuffle(self._people)
        births = (row for row in out.all_rows() if row.type == "person")
        self._births = {row.id: str(row.body.get("birth") or "") for row in births}
        self._receipts: dict[date, int] = {}

    def write(self) -> None:
        """Cases, booked hours, certificates, and what was only counted."""
        for number, (ago, stage) in reversed(list(enumerate(_STAGES))):
            self._case(number, self._workday_before(ago), stage)
        for number, (ahead, hour, item, state) in enumerate(_BOOKED):
            self._hour(number, self._workday_ahead(ahead), hour, item, state)
        for number, (kind, series, said, ago) in enumerate(_CERTIFIED):
            self._certificate(number, kind, series, said, self._workday_before(ago))
        for ago in range(12):
            self._counted(self._workday_before(ago), 7 if ago else 3)

    def _add(self, type_: str, number: str, body: Mapping[str, Any]) -> None:
        row_id = self._numbers.row_id(type_, "desk", number)
        self._out.add(ScopeKind.DESK, self._out.id, type_, row_id, **body)

    def _workday_before(self, count: int) -> date:
        """Today, whatever day it is, or a working day before."""
        day = self._today if self._opened else self._today - timedelta(days=1)
        while count:
            day -= timedelta(days=1)
            count -= is_workday(day)
        return day

    def _workday_ahead(self, count: int) -> date:
        return workday_after(self._today, count) if count else self._today

    def _someone(self, ages: range = range(25, 80)) -> Neighbour:
        """Somebody of that age who did not come yet."""
        found = next((one for one in self._people if one.age in ages), self._people[0])
        self._people.remove(found)
        return found

    # --- Cases ------------------------------------------------------------------------------------

    def _case(self, number: int, day: date, stage: str) -> None:
        errand = _ERRANDS[number % len(_ERRANDS)]
        if stage == "supplement" and not errand.papers:
            errand = _ERRANDS[0]
        who = self._someone(errand.ages)
        count = self._receipts[day] = self._receipts.get(day, 0) + 1
        at = _moment(day, 8, 10 + 7 * count)
        missing = list(errand.papers[-1:]) if stage == "supplement" else []
        body: dict[str, Any] = {
            "receipt": f"{day:%m%d}-{WINDOW}-{count:03d}",
            "item": errand.item,
            "mode": errand.mode,
            "stage": stage,
            "person_id": who.person_id,
            "household_id": who.household_id,
            "applicant": who.name,
            "phone": who.phone,
            "got": sorted(set(errand.papers) - set(missing)),
            "missing": missing,
            "told_at": at if missing else None,
            "text": errand.text,
            "window": WINDOW,
            "staff_id": self._clerk,
            "owner_id": self._clerk,
            "received_at": at,
            "due": workday_after(day, errand.days).isoformat(),
        }
        self._add("service_case", str(number), body | self._later(day, at, stage, who))

    def _later(self, day: date, at: str, stage: str, who: Neighbour) -> dict[str, Any]:
        """What came after a case was received, as far as it came."""
        if stage not in _DONE:
            return {}
        after = min(day + timedelta(days=2), self._today)
        fields: dict[str, Any] = {"ready_at": max(at, _moment(day, 8, 55))}
        if stage != "ready":
            fields |= {"picked_up_at": _moment(after, 8, 5), "picked_up_by": who.name}
        if stage == "closed":
            fields["called_back_at"] = _moment(after, 8, 40)
            fields["satisfaction"] = self._random.choice(_SCORES)
        return fields

    # --- The rest ---------------------------------------------------------------------------------

    def _hour(self, number: int, day: date, hour: str, item: str, state: str) -> None:
        who = self._someone()
        self._add(
            "appointment",
            str(number),
            {
                "day": day.isoformat(),
                "hour": hour,
                "person_id": who.person_id,
                "household_id": who.household_id,
                "applicant": who.name,
                "phone": who.phone,
                "item": item,
                "state": state,
                "staff_id": self._clerk,
                "booked_at": _moment(self._workday_before(2), 8, 30 + number),
            },
        )

    def _certificate(
        self, number: int, kind: str, series: str, said: Mapping[str, str], day: date
    ) -> None:
        who = self._someone(range(20, 60))
        used = sum(earlier[0] == kind for earlier in _CERTIFIED[:number])
        born = date.fromisoformat(self._births[who.person_id])
        door = who.place.door
        about = {
            "name": who.name,
            "sex": _SEX[who.sex],
            "born": f"{born.year}年{born.month}月{born.day}日",
            "address": door.address or f"{who.place.estate.name}{door.room}",
        }
        self._add(
            "certificate",
            str(number),
            {
                "kind": kind,
                "number": f"{series}〔{day.year}〕{WINDOW}-K7QD-{used + 1:03d}号",
                "person_id": who.person_id,
                "household_id": who.household_id,
                "applicant": who.name,
                "said": {**said, **about},
                "window": WINDOW,
                "staff_id": self._clerk,
                "made_at": _moment(day, 9, 20),
            },
        )

    def _counted(self, day: date, consultations: int) -> None:
        for number in range(consultations):
            at = _moment(day, 8, 3 + 6 * number)
            body = {"kind": "consult", "at": at, "staff_id": self._clerk}
            self._add("service_entry", f"{day}-{number}", body)
        words = _HELPED[day.toordinal() % len(_HELPED)]
        at = _moment(day, 8, 50)
        body = {"kind": "help", "at": at, "staff_id": self._clerk, "text": words}
        self._add("service_entry", f"{day}-help", body)


def _moment(day: date, hour: int, minute: int) -> str:
    return stamp(datetime.combine(day, time(hour, minute), LOCAL_ZONE))
