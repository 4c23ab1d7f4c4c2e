"""The cases on this computer in a line each, and what they ask for today."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from desktop.services.case_file import CASE, CaseFile, Party, day_of
from desktop.services.case_reading import CaseRows, case_of, whole_case
from sync.errors import NotFound
from sync.i18n import N_, _, n_
from sync.identity import Clock, local_day
from sync.rules.cases import CALL_BACK_DAYS, OF_AGE, is_soon
from sync.rules.masking import mask_name
from sync.rules.reason import Lamp
from sync.store.record import Record
from sync.store.store import Store


class TaskKind(StrEnum):
    """What a case asks for."""

    REPORT = "report"  # Risk of violence: told to the police within the hour.
    ACCEPT = "accept"
    LIMIT = "limit"
    PERFORM = "perform"
    CALL_BACK = "call_back"
    REFERRAL = "referral"  # Somebody was referred to psychological help: ask how it goes.


@dataclass(frozen=True)
class CaseTask:
    """Something to do in a case. ``due`` is its day; ``words`` say it, with how late it is."""

    case_id: str
    kind: TaskKind
    due: date
    words: str
    lamp: Lamp


@dataclass(frozen=True)
class CaseLine:
    """A case in a list. ``who`` names the parties, children and cases with a risk of violence by
    no name. ``mine``: I am one of its mediators. ``last`` is the stamp of its last talk;
    ``running``: its time limit runs."""

    id: str
    no: str
    title: str = field(repr=False)
    stage: str
    dispute: str
    who: str = field(repr=False)
    two_people: bool
    mine: bool
    grid_id: str
    opened_at: str
    accepted_on: str
    limit: date | None
    running: bool
    last: str
    talks: int
    task: CaseTask | None
    words: str = field(repr=False)

    @property
    def is_open(self) -> bool:
        """Whether it still asks for somebody."""
        return self.stage != "archived"


class CaseList:
    """Lines and tasks of all cases here."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def lines(self) -> list[CaseLine]:
        """Every case, those that ask for something first, then the newest."""
        today, me = self._today(), self._store.account.user.staff_id
        made = [_line(file, me, today) for file in self.files()]
        return sorted(made, key=_order)

    def asking(self) -> list[CaseLine]:
        """My cases that ask for something today, the most pressing first."""
        return [
            line
            for line in self.lines()
            if line.task and line.mine and line.task.lamp is not Lamp.NOT_DUE
        ]

    def open_count(self) -> int:
        """How many cases on this computer are under way: as many as the list of them shows."""
        return sum(row.get("stage") != "archived" for row in self._store.reading.rows(CASE))

    def of_household(self, household_id: str) -> list[CaseLine]:
        """The cases in which somebody of this household is a party."""
        rows = self._store.reading.rows("case_party", where={"household_id": household_id})
        today, me = self._today(), self._store.account.user.staff_id
        made = []
        for case_id in sorted({str(row.get("case_id")) for row in rows}):
            with suppress(NotFound):  # A party of a case that is not here any more.
                made.append(_line(whole_case(self._store.reading, case_id), me, today))
        return sorted(made, key=_order)

    def files(self) -> list[CaseFile]:
        """Every case with all that belongs to it but its scans, in one go."""
        reading = self._store.reading
        roots = reading.rows(CASE)
        if not roots:
            return []
        parties, talks, agreements, steps = (
            _by_case(reading.rows(type_))
            for type_ in ("case_party", "case_talk", "case_agreement", "case_step")
        )
        return [
            case_of(
                CaseRows(
                    root, parties[root.id], talks[root.id], agreements[root.id], steps[root.id]
                )
            )
            for root in roots
        ]

    def _today(self) -> date:
        return local_day(self._clock.now())


def _by_case(rows: Iterable[Record]) -> defaultdict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for row in rows:
        found[str(row.get("case_id"))].append(row)
    return found


def _line(file: CaseFile, me: str, today: date) -> CaseLine:
    names = _(", ").join(list_name(one, today) for one in file.parties)
    hidden = file.violence_risk
    return CaseLine(
        id=file.id,
        no=file.no,
        title=_(N_("a case for two people")) if hidden else file.title,
        stage=file.stage,
        dispute=file.dispute,
        who="" if hidden else names,
        two_people=hidden,
        mine=me in file.mediators or me in file.invited,
        grid_id=file.grid_id,
        opened_at=file.opened_at,
        accepted_on=file.accepted_on,
        limit=file.limit,
        running=file.is_running,
        last=file.talks[-1].held_at if file.talks else "",
        talks=len(file.talks),
        task=task_of(file, today),
        words=" ".join(
            (
                file.title,
                file.no,
                file.place,
                *(f"{p.name} {p.told} {p.address} {p.phone}" for p in file.parties),
            )
        ),
    )


def list_name(party: Party, today: date) -> str:
    """A party's name in a list: of a child only the family name."""
    years = party.age(today)
    return mask_name(party.name) if years is not None and years < OF_AGE else party.name


def task_of(file: CaseFile, today: date) -> CaseTask | None:
    """The one thing that a case asks for next; ``None`` where it asks for nothing."""
    if file.violence_risk and not file.steps_of("violence_reported"):
        words = _(N_("risk of violence: report within the hour"))
        return CaseTask(file.id, TaskKind.REPORT, today, words, Lamp.RED)
    tasks = [task for task in (_stage_task(file, today), _referral_task(file, today)) if task]
    return min(tasks, key=lambda task: _PRESSING[task.lamp], default=None)


def _stage_task(file: CaseFile, today: date) -> CaseTask | None:
    if file.is_running:
        return _limit_task(file, today)
    match file.stage:
        case "clue":
            return CaseTask(
                file.id, TaskKind.ACCEPT, today, _(N_("new, to be accepted")), Lamp.YELLOW
            )
        case "agreed" | "judicial_confirm" | "performing":
            return _perform_task(file, today)
        case "follow_up":
            return _call_back_task(file, today)
    return None


def _limit_task(file: CaseFile, today: date) -> CaseTask | None:
    if file.limit is None:
        return None
    left = (file.limit - today).days
    accepted = date.fromisoformat(file.accepted_on)
    if left < 0:
        words = n_("{count} day over the limit", "{count} days over the limit", -left)
        return CaseTask(file.id, TaskKind.LIMIT, file.limit, words.format(count=-left), Lamp.RED)
    words = n_("{count} day left", "{count} days left", left).format(count=left)
    soon = is_soon(accepted, file.limit, today)
    return CaseTask(
        file.id, TaskKind.LIMIT, file.limit, words, Lamp.YELLOW if soon else Lamp.NOT_DUE
    )


def _perform_task(file: CaseFile, today: date) -> CaseTask | None:
    days = sorted(term.due_on for term in file.terms if term.due_on)
    if not days:
        return None
    due = date.fromisoformat(days[-1])
    return _due_task(file, TaskKind.PERFORM, due, _(_PERFORM), today)


def _call_back_task(file: CaseFile, today: date) -> CaseTask | None:
    if file.steps_of("called_back"):
        return CaseTask(
            file.id, TaskKind.CALL_BACK, today, _(N_("ready to be filed")), Lamp.NOT_DUE
        )
    done = file.fulfilled
    since = date.fromisoformat(done.done_on) if done and done.done_on else today
    due = since + timedelta(days=CALL_BACK_DAYS)
    return _due_task(file, TaskKind.CALL_BACK, due, _(_CALL_BACK), today)


def _referral_task(file: CaseFile, today: date) -> CaseTask | None:
    """Whoever was referred with consent is asked within a week whether they were received."""
    referred = file.step("referred")
    if referred is None or not referred.done_on or file.stage == "archived":
        return None
    talks = (day_of(talk.held_at) for talk in file.talks if talk.kind in _ASKING)
    backs = (step.done_on for step in file.steps_of("called_back"))
    if any(day >= referred.done_on for day in (*talks, *backs)):
        return None
    due = date.fromisoformat(referred.done_on) + timedelta(days=CALL_BACK_DAYS)
    return _due_task(file, TaskKind.REFERRAL, due, _(_REFERRED), today)


_ASKING: Final = frozenset({"call", "follow_up"})
_REFERRED: Final = N_("referral: ask how it goes")
_PERFORM: Final = N_("performed?")
_CALL_BACK: Final = N_("call back")


def _due_task(file: CaseFile, kind: TaskKind, due: date, what: str, today: date) -> CaseTask:
    left = (due - today).days
    if left < 0:
        late = n_("{count} day late", "{count} days late", -left).format(count=-left)
        return CaseTask(file.id, kind, due, f"{what} · {late}", Lamp.RED)
    if left == 0:
        return CaseTask(file.id, kind, due, f"{what} · " + _(N_("today")), Lamp.YELLOW)
    when = n_("in {count} day", "in {count} days", left).format(count=left)
    return CaseTask(file.id, kind, due, f"{what} · {when}", Lamp.NOT_DUE)


_PRESSING: Final = {Lamp.RED: 0, Lamp.YELLOW: 1, Lamp.GREEN: 2, Lamp.NOT_DUE: 2}


def _order(line: CaseLine) -> tuple[bool, int, date, str]:
    lamp = _PRESSING[line.task.lamp] if line.task else 3
    due = line.task.due if line.task else date.max
    return not line.is_open, lamp, due, line.id
