"""The year's written mediation cases: most in the archive, three under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from sync.identity import LOCAL_ZONE, stamp
from sync.schema.policy import ScopeKind
from sync.server.demo.household_rows import Place
from sync.server.demo.identity import Numbers
from sync.server.demo.quarrels import QUARRELS, TermWords
from sync.server.demo.rows import DemoCommunity
from sync.server.demo.words import DISPUTES

LEAK: Final = 17
"""The number of the leak between 1602 and 1702, the last one given."""

_LEAK_DOORS: Final = ("6-2-1602", "6-2-1702")
_UNDER_WAY: Final = {LEAK - 2: "accepted", LEAK - 1: "mediating"}
_FAILED: Final = frozenset({4, 11})
_WITNESS: Final = "张玉珍"
_LEAK_TERMS: Final = (
    TermWords("{second}于7日内修好卫生间防水，并做闭水试验", 0, 7, "请人维修", "1702室"),
    TermWords("{second}赔偿{first}吊顶费", 120_000, 7, "当面付清", "社区调解室"),
    TermWords("双方就本次漏水不再争执"),
)


@dataclass(frozen=True)
class Side:
    """A party: a resident of a household of the ledger."""

    place: Place
    household_id: str
    person_id: str


class CaseRows:
    """Writes one case after another into a community. ``mediator`` is a staff id."""

    def __init__(
        self, out: DemoCommunity, numbers: Numbers, mediator: str, name: str, today: date
    ) -> None:
        self._out = out
        self._numbers = numbers
        self._mediator = mediator
        self._name = name
        self._today = today
        self._random = Random(f"{out.id}-cases")
        people = (row for row in out.all_rows() if row.type == "person")
        self._births = {row.id: row.body.get("birth") for row in people}

    def write(self, sides: Sequence[Side]) -> None:
        """Seventeen cases, between neighbours among ``sides``."""
        by_room = {side.place.door.room: side for side in sides}
        for number in range(1, LEAK):
            at = self._random.randrange(len(sides) - 5)
            self._ordinary(number, sides[at], sides[at + 4])
        first, second = (by_room[room] for room in _LEAK_DOORS)
        self._leak(first, second)

    # --- What every case has ---------------------------------------------------------------

    def _add(self, case_id: str, type_: str, place: str, /, **body: Any) -> str:
        row_id = self._numbers.row_id(type_, case_id, place)
        return self._out.add(ScopeKind.CASE, case_id, type_, row_id, case_id=case_id, **body)

    def _open(self, number: int, first: Side, second: Side, **body: Any) -> str:
        case_id = self._numbers.row_id("mediation_case", str(number))
        accepted = str(body["accepted_on"])
        self._out.add(
            ScopeKind.CASE,
            case_id,
            "mediation_case",
            case_id,
            scale="01",
            origin="application",
            opened_by=self._mediator,
            opened_at=_moment(date.fromisoformat(accepted), 9),
            mediators=[self._mediator],
            grid_id=self._out.grid_ids[first.place.building.grid],
            place="社区调解室",
            **body,
        )
        self._out.cases.append(case_id)
        for side, who in (("applicant", first), ("respondent", second)):
            self._party(case_id, side, who)
        self._step(case_id, "rights_told", date.fromisoformat(accepted))
        return case_id

    def _party(self, case_id: str, side: str, who: Side) -> None:
        member = who.place.home.members[0]
        self._add(
            case_id,
            "case_party",
            side,
            side=side,
            name=member.name,
            sex=member.sex,
            nation="汉族",
            birth=self._births.get(who.person_id),
            occupation=member.work or None,
            phone=member.phone or None,
            address=who.place.door.address or who.place.door.room,
            household_id=who.household_id,
            person_id=who.person_id,
        )

    def _step(self, case_id: str, kind: str, day: date, **body: Any) -> None:
        where = f"{kind}-{day}"
        body = {"done_on": day.isoformat(), "staff_id": self._mediator, **body}
        self._add(case_id, "case_step", where, kind=kind, **body)

    def _talk(self, case_id: str, kind: str, at: str, **body: Any) -> str:
        body = {"place": "社区调解室", "staff_id": self._mediator, **body}
        return self._add(case_id, "case_talk", at, kind=kind, held_at=at, **body)

    def _days_ago(self, days: int) -> date:
        """A day of this year: numbers begin anew with it."""
        return max(self._today - timedelta(days=days), date(self._today.year, 1, 1))

    # --- The cases -------------------------------------------------------------------------

    def _ordinary(self, number: int, first: Side, second: Side) -> None:
        dispute, quarrel = DISPUTES[number % len(DISPUTES)], QUARRELS[number % len(QUARRELS)]
        accepted = self._days_ago(18 + (LEAK - number) * 9)
        stage = _UNDER_WAY.get(number, "archived")
        case_id = self._open(
            number,
            first,
            second,
            title=dispute.what.rstrip("。"),
            stage=stage,
            dispute=dispute.code,
            accepted_on=accepted.isoformat(),
            facts=dispute.what,
            demands=quarrel.demands,
            points=quarrel.points,
        )
        if stage == "accepted":
            return
        names = _names(first, second)
        failed = number in _FAILED
        result = "约好过三天再谈。" if stage == "mediating" else "双方没有谈拢。"
        if stage != "mediating" and not failed:
            result = quarrel.outcome.format(first=names[0], second=names[1])
        self._talk(
            case_id,
            "mediation",
            _moment(accepted + timedelta(days=3), 19),
            present=sorted([*names, self._name]),
            said=[
                {"who": who, "words": words} for who, words in zip(names, quarrel.said, strict=True)
            ],
            result=result,
        )
        if stage == "mediating":
            return
        day = accepted + timedelta(days=6)
        terms = [term.signed_on(day, *names) for term in quarrel.terms]
        if not failed:
            self._agree(case_id, day, terms, facts=dispute.what, points=quarrel.points)
        self._end(case_id, day, failed=failed)

    def _end(self, case_id: str, day: date, *, failed: bool) -> None:
        if failed:
            self._step(case_id, "failed", day, text="双方差距大，已告知可以申请仲裁或起诉。")
        else:
            self._step(case_id, "performed", day + timedelta(days=7), text="都做到了。", done=True)
            self._step(
                case_id,
                "called_back",
                day + timedelta(days=12),
                text="双方见面能打招呼。",
                satisfaction=self._random.choice((4, 5, 5)),
            )
        self._step(case_id, "archived", day + timedelta(days=14))

    def _agree(self, case_id: str, day: date, terms: list[dict[str, Any]], **body: Any) -> None:
        self._add(
            case_id,
            "case_agreement",
            "agreement",
            kind="agreement",
            terms=terms,
            copies=3,
            signed_on=day.isoformat(),
            written_at=_moment(day, 15),
            staff_id=self._mediator,
            **body,
        )
        self._step(case_id, "signed", day)

    def _leak(self, first: Side, second: Side) -> None:
        """A leak from 1702 into 1602: agreed, repaired, and to be called back today."""
        accepted, looked, agreed = (self._days_ago(days) for days in (16, 14, 7))
        began = self._days_ago(17)
        facts = (
            f"{began.year}年{began.month}月{began.day}日起，1702室卫生间排水接头渗漏，"
            "泡坏楼下1602室卫生间吊顶约2平方米。"
        )
        case_id = self._open(
            LEAK,
            first,
            second,
            title="楼上卫生间漏水，泡了吊顶",
            stage="follow_up",
            dispute="02",
            accepted_on=accepted.isoformat(),
            facts=facts,
            demands="修好漏水，赔偿吊顶。",
            points="吊顶赔多少，什么时候修好。",
        )
        mine, theirs = names = _names(first, second)
        self._talk(
            case_id,
            "inquiry",
            _moment(looked, 10),
            place="1602室、1702室卫生间",
            present=sorted([mine, theirs, self._name, _WITNESS]),
            text="两家一起看了现场：接头松动，吊顶两块石膏板泡坏，拍照4张。",
        )
        for day, words, answer, result in (
            (
                self._days_ago(11),
                "吊顶要一千五，还得尽快修。",
                "修可以，一千五太高了。",
                "都同意先修，赔多少过两天再谈。",
            ),
            (
                self._days_ago(9),
                "一千二也行，钱当面给清。",
                "七天内我找人把防水重做。",
                "双方同意按1200元赔，七天内修好。",
            ),
        ):
            self._talk(
                case_id,
                "mediation",
                _moment(day, 19),
                present=sorted([mine, theirs, self._name]),
                said=[{"who": mine, "words": words}, {"who": theirs, "words": answer}],
                result=result,
            )
        noted = self._talk(
            case_id,
            "mediation",
            _moment(agreed, 15),
            present=sorted([mine, theirs, self._name, _WITNESS]),
            text="双方到场，楼栋长见证，谈妥后当场签字。修好后7日内回访。",
            result="达成协议。",
        )
        self._talk(
            case_id,
            "other",
            _moment(self._days_ago(6), 9),
            text="双方到场，楼栋长见证，谈妥后当场签字。修好后3日内回访。",
            corrects=noted,
            reason="回访应为3日内，原写7日内。",
        )
        terms = [term.signed_on(agreed, *names) for term in _LEAK_TERMS]
        self._agree(case_id, agreed, terms, facts=facts, points="吊顶赔多少，什么时候修好。")
        self._step(
            case_id,
            "performed",
            self._days_ago(3),
            text="卫生间防水重做完毕，闭水24小时不漏；吊顶费1200元当面付清，收条入卷。",
            done=True,
        )


def _moment(day: date, hour: int) -> str:
    return stamp(datetime.combine(day, time(hour, 10), LOCAL_ZONE))


def _names(first: Side, second: Side) -> tuple[str, str]:
    return first.place.home.members[0].name, second.place.home.members[0].name
