"""Campaigns (专项) at the door: whom to ask, one answer sheet a household, the tally.

Answering is a visit where somebody was met, so both are saved in one breath.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from desktop.services.campaign_records import (
    PURPOSE,
    AnswerRefused,
    Campaign,
    CampaignDoor,
    CampaignLine,
    CampaignNotHere,
    CampaignRound,
    NotOnTheList,
    OpenSheet,
    SavedSheet,
    SheetForm,
    SheetIncomplete,
    SheetState,
    Spoken,
    Way,
    label_of,
)
from desktop.services.households import HouseholdLine, Households
from desktop.services.names import Names
from desktop.services.visits import SavedVisit, VisitForm, Visits, planned_day, result_chosen
from sync.errors import NotFound
from sync.i18n import N_, _, catalogue
from sync.identity import Clock, local_day, stamp
from sync.rules.expressions import Answer
from sync.rules.questions import AnswerWrong, QuestionSet, from_json, read_answer
from sync.rules.route import House
from sync.rules.sheets import Sheet, Together, sheet_of, together
from sync.rules.tally import Door, Tally, tally
from sync.store.record import Record
from sync.store.records import append
from sync.store.store import Store

_SHEET: Final = "campaign_sheet"
_ON_LIST: Final = "campaign_household"


class Campaigns:
    """Campaigns of one profile's user."""

    def __init__(
        self, store: Store, clock: Clock, households: Households, names: Names, visits: Visits
    ) -> None:
        self._store = store
        self._reading = store.reading
        self._clock = clock
        self._households = households
        self._names = names
        self._visits = visits

    # --- Reading ------------------------------------------------------------------------------

    def listed(self) -> list[CampaignLine]:
        """Every campaign that asks somebody here, the ones under way first."""
        doors = self._on_lists()
        sheets = self._sheets()
        today = self._today()
        found = []
        for row in self._reading.rows("campaign"):
            homes = doors.get(row.id, set())
            if homes:
                found.append(self._line(_campaign(row), homes, sheets.get(row.id, {})))
        return sorted(found, key=lambda line: _order(line.campaign, today))

    def count(self) -> int:
        """How many campaigns ask somebody here today."""
        today, asking = self._today(), self._on_lists()
        rows = self._reading.rows("campaign") if asking else []
        return sum(row.id in asking and _campaign(row).is_open(today) for row in rows)

    def find(self, wanted: str) -> Campaign:
        """The campaign with this id, form or title. Raises :class:`CampaignNotHere`."""
        rows = self._reading.rows("campaign")
        by_id = [row for row in rows if row.id == wanted]
        named = [[row for row in rows if row.get(name) == wanted] for name in ("form", "title")]
        for found in (by_id, *named):
            if len(found) == 1:
                return _campaign(found[0])
        raise CampaignNotHere(campaign=wanted)

    def round(self, campaign_id: str) -> CampaignRound:
        """The households to ask, in walking order. Raises :class:`CampaignNotHere`."""
        campaign = self.find(campaign_id)
        homes = self._on_lists(campaign_id).get(campaign_id, set())
        sheets = self._sheets(campaign_id).get(campaign_id, {})
        knocks, begun = self._knocks(homes), self._begun(campaign_id)
        lines = [line for line in self._households.in_walking_order() if line.id in homes]
        doors = []
        for line in lines:
            told = together(sheets.get(line.id, ()))
            kept = self.draft(campaign_id, line.id) if line.id in begun else None
            last = max((sheet.at for sheet in told.sheets), default="")
            knocked = knocks.get(line.id, "")
            doors.append(
                CampaignDoor(
                    line=line,
                    state=_state(told, kept),
                    told=told,
                    knocked=knocked if knocked > last else "",
                    kept=self._done(campaign, kept) if kept else 0,
                )
            )
        return CampaignRound(campaign, tuple(doors), self._households.houses())

    def open(self, campaign_id: str, household_id: str) -> OpenSheet:
        """The sheet of one household: its draft, else what stands, else empty.

        Raises :class:`CampaignNotHere` or NotFound.
        """
        campaign = self.find(campaign_id)
        line = self._households.line(household_id)
        told = together(self._sheets_of(campaign_id, household_id))
        kept = self.draft(campaign_id, household_id)
        at = self._store.drafts.saved_at(draft_key(campaign_id, household_id)) if kept else ""
        return OpenSheet(
            campaign=campaign,
            line=line,
            form=kept or SheetForm(dict(told.answers)),
            kept_at=at,
            differing={
                name: tuple(
                    Spoken(self._names.staff(one.sheet.staff_id), one.sheet.at, one.answer)
                    for one in told_by
                )
                for name, told_by in told.differing.items()
            },
            corrects=tuple(sheet.id for sheet in told.sheets),
        )

    def tally(self, campaign_id: str) -> Tally:
        """The sheets counted by building. Raises :class:`CampaignNotHere`."""
        found = self.round(campaign_id)
        doors = [
            Door(door.line.id, _building(door.line, found.houses), door.told)
            for door in found.doors
        ]
        return tally(found.campaign.questions, doors, self._today())

    # --- Drafts -------------------------------------------------------------------------------

    def keep_draft(self, campaign_id: str, household_id: str, form: SheetForm) -> str:
        """Keep what was answered so far, on disk; the time is returned as a stamp."""
        key = draft_key(campaign_id, household_id)
        self._store.drafts.keep(key, _kept(form))
        return self._store.drafts.saved_at(key)

    def draft(self, campaign_id: str, household_id: str) -> SheetForm | None:
        """What was answered before a lock, a kill or a change of mind."""
        kept = self._store.drafts.find(draft_key(campaign_id, household_id))
        if not isinstance(kept, dict):
            return None
        answers = kept.get("answers")
        return SheetForm(
            answers if isinstance(answers, dict) else {},
            str(kept.get("way", "")),
            str(kept.get("at", "")),
        )

    def drop_draft(self, campaign_id: str, household_id: str) -> None:
        """Throw a draft away, because the worker said so."""
        self._store.drafts.drop(draft_key(campaign_id, household_id))

    def put_back_draft(self, campaign_id: str, household_id: str, form: SheetForm) -> None:
        """Have a former draft back; one that was begun since stays."""
        self._store.drafts.put_back(draft_key(campaign_id, household_id), _kept(form))

    # --- Saving -------------------------------------------------------------------------------

    def save(self, sheet: OpenSheet, form: SheetForm) -> SavedSheet:
        """Save a sheet, and the visit that it was; its draft ends in the same transaction.

        Raises :class:`SheetIncomplete` where an answer is missing or does not fit, and whatever
        saving raises.
        """
        campaign, household = sheet.campaign, self._household(sheet.line.id)
        way = Way(form.way) if form.way else None
        self._check(campaign, form, way)
        sheet_id, visit_id = self._store.minter.new_id(), ""
        edits = []
        visit = way.visit(two_people=sheet.line.two_people) if way else None
        if visit is not None:
            visit_id = self._store.minter.new_id()
            due = self._reading.due_of(household.id)
            planned = replace(visit, planned_for=planned_day(due, self._today()))
            edits.append(self._visits.entry(household, planned, visit_id))
        body = {
            **self._signed(campaign.id, household.id),
            "version": campaign.version,
            "answers": campaign.questions.counted(form.answers, self._today()),
            "visit_id": visit_id,
            "corrects": list(sheet.corrects),
        }
        edits.append(append(_SHEET, body, scope_id=household.scope_id, row_id=sheet_id))
        self._store.records.write(edits, ends_draft=draft_key(campaign.id, household.id))
        return SavedSheet(campaign.id, household.id, sheet_id, visit_id)

    def undo(self, saved: SavedSheet, form: SheetForm) -> None:
        """Take a sheet back that was saved a moment ago, and its visit; what was answered is a
        draft again. What it had corrected stands as before."""
        household = self._household(saved.household_id)
        reason = _("Undone right after saving")
        body = {
            **self._signed(saved.campaign_id, household.id),
            "corrects": [saved.sheet_id],
            "void": True,
            "reason": reason,
        }
        edits = [append(_SHEET, body, scope_id=household.scope_id)]
        if saved.visit_id:
            edits.append(self._visits.taking_back(saved.visit_id, reason))
        self._store.records.write(edits)
        self.put_back_draft(saved.campaign_id, saved.household_id, form)

    def knock(self, household_id: str) -> SavedVisit | None:
        """Record that nobody answered when the campaign was asked.

        ``None`` where two have to go: who came along is asked first. Raises NotFound.
        """
        household = self._household(household_id)
        if household.get("two_people"):
            return None
        due = self._reading.due_of(household_id)
        form = VisitForm(purposes=(PURPOSE,), planned_for=planned_day(due, self._today()))
        return self._visits.record(household, result_chosen(form, "not_home"))

    def answer(
        self, wanted: str, household_id: str, given: Mapping[str, object], way: str
    ) -> SavedSheet:
        """Save a whole sheet at once, as ``apply`` does.

        Raises :class:`AnswerRefused`, :class:`NotOnTheList`, and what :meth:`save` raises.
        """
        campaign = self.find(wanted)
        if household_id not in self._on_lists(campaign.id).get(campaign.id, set()):
            raise NotOnTheList
        answers = _read(campaign.questions, given)
        if way not in set(Way):
            raise AnswerRefused(question="way", why=_choose_from(Way))
        return self.save(self.open(campaign.id, household_id), SheetForm(answers, way))

    # --- Below --------------------------------------------------------------------------------

    def _check(self, campaign: Campaign, form: SheetForm, way: Way | None) -> None:
        wrong = campaign.questions.problems(form.answers, self._today(), catalogue.language)
        missing = [label_of(campaign.questions.find(name)) for name in wrong]
        if way is None:
            missing.append(_(N_("How they were asked")))
        if missing:
            raise SheetIncomplete(count=len(missing), first=missing[0])

    def _line(
        self, campaign: Campaign, homes: set[str], sheets: Mapping[str, list[Sheet]]
    ) -> CampaignLine:
        here = [together(told) for home, told in sheets.items() if home in homes]
        answered = [told for told in here if told.sheets]
        return CampaignLine(
            campaign=campaign,
            doors=len(homes),
            answered=len(answered),
            differing=sum(bool(told.differing) for told in answered),
            begun=len(self._begun(campaign.id) & homes),
        )

    def _begun(self, campaign_id: str) -> set[str]:
        """The households with a draft."""
        prefix = draft_key(campaign_id, "")
        return {key.removeprefix(prefix) for key in self._store.drafts.keys(prefix)}

    def _done(self, campaign: Campaign, kept: SheetForm) -> int:
        """How many of the questions that a draft asks it has answered."""
        return len(campaign.questions.counted(kept.answers, self._today()))

    def _on_lists(self, campaign_id: str = "") -> dict[str, set[str]]:
        """The households of each campaign that are on this computer."""
        where = {"campaign_id": campaign_id} if campaign_id else None
        found: dict[str, set[str]] = {}
        for row in self._reading.rows(_ON_LIST, where=where):
            found.setdefault(str(row.get("campaign_id")), set()).add(str(row.get("household_id")))
        return found

    def _sheets(self, campaign_id: str = "") -> dict[str, dict[str, list[Sheet]]]:
        """Every sheet, by campaign and household."""
        where = {"campaign_id": campaign_id} if campaign_id else None
        found: dict[str, dict[str, list[Sheet]]] = {}
        for row in self._reading.rows(_SHEET, where=where):
            sheet = sheet_of(row.id, row.fields)
            of_campaign = found.setdefault(str(row.get("campaign_id")), {})
            of_campaign.setdefault(sheet.household_id, []).append(sheet)
        return found

    def _sheets_of(self, campaign_id: str, household_id: str) -> Iterable[Sheet]:
        where = {"campaign_id": campaign_id, "household_id": household_id}
        return [sheet_of(row.id, row.fields) for row in self._reading.rows(_SHEET, where=where)]

    def _knocks(self, homes: set[str]) -> dict[str, str]:
        """When nobody answered last at each of these doors, for a campaign."""
        found: dict[str, str] = {}
        void = set()
        where = {"result": "not_home", "household_id": homes}
        for row in self._reading.rows("visit", where={"void": True, "household_id": homes}):
            void.add(row.get("corrects"))
        for row in self._reading.rows("visit", where=where):
            if PURPOSE in row.get("purposes", ()) and row.id not in void:
                home, at = str(row.get("household_id")), str(row.get("started_at", ""))
                found[home] = max(found.get(home, ""), at)
        return found

    def _household(self, household_id: str) -> Record:
        found = self._reading.find("household", household_id)
        if found is None:
            raise NotFound(what=household_id)
        return found

    def _signed(self, campaign_id: str, household_id: str) -> dict[str, Any]:
        return {
            "campaign_id": campaign_id,
            "household_id": household_id,
            "staff_id": self._store.account.user.staff_id,
            "answered_at": stamp(self._clock.now()),
        }

    def _today(self) -> date:
        return local_day(self._clock.now())


def draft_key(campaign_id: str, household_id: str) -> str:
    """The draft of one household's sheet."""
    return f"sheet/{campaign_id}:{household_id}"


def _campaign(row: Record) -> Campaign:
    return Campaign(
        id=row.id,
        title=str(row.get("title", "")),
        version=str(row.get("version", "")),
        questions=from_json(row.get("questions")),
        valid_from=_day(row.get("valid_from")),
        valid_to=_day(row.get("valid_to")),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _order(campaign: Campaign, today: date) -> tuple[bool, date, str]:
    """Under way before over and not begun; the one that ends first before the others."""
    return not campaign.is_open(today), campaign.valid_to or date.max, campaign.title


def _building(line: HouseholdLine, houses: Mapping[str, House]) -> str:
    """The building as a tally names it, with its estate where it has one."""
    house = houses.get(line.building_id)
    if house is None or not house.name:
        return line.estate or _(N_("Other doors"))
    return " ".join(part for part in (house.estate, house.name) if part)


def _state(told: Together, kept: SheetForm | None) -> SheetState:
    if told.differing:
        return SheetState.DIFFERS
    if kept is not None and kept.is_begun:
        return SheetState.BEGUN
    return SheetState.ANSWERED if told.sheets else SheetState.OPEN


def _read(questions: QuestionSet, given: Mapping[str, object]) -> dict[str, Answer]:
    """Answers as a script gives them. Raises :class:`AnswerRefused`."""
    answers: dict[str, Answer] = {}
    for name, value in given.items():
        question = questions.find(name)
        if question is None:
            names = (one.name for one in questions.questions)
            raise AnswerRefused(question=name, why=_choose_from(names))
        try:
            read = read_answer(question, value)
        except AnswerWrong as error:
            raise AnswerRefused(question=name, why=str(error)) from None
        if read is not None:
            answers[name] = read
    return answers


def _choose_from(names: Iterable[str]) -> str:
    return _(N_("Choose from {choices}.")).format(choices=", ".join(names))


def _kept(form: SheetForm) -> dict[str, Any]:
    return {"answers": dict(form.answers), "way": form.way, "at": form.at}
