"""丰和社区: the counts of the hand-book, the people that stories name, and rows that fit."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from sync.identity import local_day, parse_stamp
from sync.rules.due import Due, due_of, facts_of
from sync.rules.frequency import Level, Resident
from sync.rules.people import age
from sync.rules.pinyin import py
from sync.rules.route import is_planned
from sync.rules.visits import visit_fact
from sync.schema.canonical import compact
from sync.schema.policy import Merge
from sync.schema.registry import ENTITIES
from sync.schema.tags import CLOSED_TAGS, OPEN_TAGS
from sync.schema.values import settled_fields
from sync.server.demo import fenghe
from sync.server.demo.identity import check_digit
from sync.server.derived import care_fields, care_of_rows

TODAY = date(2026, 6, 18)
SEED = 20260618
GRIDS = {"第1网格": 286, "第2网格": 290, "第3网格": 412, "第4网格": 298}


@pytest.fixture(scope="module")
def community():
    """The demo as it is on the sample day."""
    return fenghe(SEED, TODAY)


def rows_of(community, type_):
    """The rows of one entity, wherever they live."""
    return [row for row in community.all_rows() if row.type == type_]


class Ledger:
    """A community's households with everything below them."""

    def __init__(self, community, today=TODAY):
        self.today = today
        self.community = community
        self.below = {}
        for row in community.all_rows():
            self.below.setdefault(row.body.get("household_id"), []).append(row)
        self.dwellings = {row.id: row.body for row in rows_of(community, "dwelling")}

    def households(self, grid):
        """The households of a grid."""
        scope = f"grid:{self.community.grid_ids[grid]}"
        return [row for row in self.community.rows[scope] if row.type == "household"]

    def people(self, household):
        """The people of a household, by id."""
        below = self.below.get(household.id, [])
        return {row.id: row.body for row in below if row.type == "person"}

    def room(self, household):
        """The room it lives in."""
        return self.dwellings[household.body["dwelling_id"]]["room"]

    def due(self, household) -> Due | None:
        """When it is due, by the rules alone."""
        below = [(row.type, row.id, row.body) for row in self.below.get(household.id, [])]
        people = self.people(household)
        care = care_fields(care_of_rows(below, self.today), self.today)
        residents = [
            Resident(people[body["person_id"]], body["status"])
            for type_, _, body in below
            if type_ == "residency"
        ]
        visits = [visit_fact(row_id, body) for type_, row_id, body in below if type_ == "visit"]
        dwelling = self.dwellings[household.body["dwelling_id"]]
        return due_of(
            facts_of(household.id, {**household.body, **care}, dwelling, residents, visits)
        )


@pytest.fixture(scope="module")
def ledger(community):
    """The sample day's ledger."""
    return Ledger(community)


@pytest.fixture(scope="module")
def wang(ledger):
    """The household of 王桂兰."""
    return next(one for one in ledger.households("第3网格") if ledger.room(one) == "6-2-1602")


# --- Counts ------------------------------------------------------------------------------------


def test_the_counts_are_those_of_the_hand_book(community, ledger):
    """1,286 households in four grids, 3,910 residents, 26 micro-grids."""
    assert {grid: len(ledger.households(grid)) for grid in GRIDS} == GRIDS
    assert len(rows_of(community, "household")) == 1286
    assert len(rows_of(community, "person")) == len(rows_of(community, "residency")) == 3910
    levels = Counter(area["level"] for area in community.areas)
    assert (levels["grid"], levels["micro_grid"]) == (4, 26)


def test_estates_are_as_large_as_they_say(community):
    """720, 210, 300 and 56 households; twelve buildings, five walk-ups, three towers."""
    places = {
        area["name"]: area["households"]
        for area in community.areas
        if area["level"] in ("estate", "courtyard")
    }
    assert places == {"丰和苑": 720, "纺织厂家属院": 210, "枫林里": 300, "平安巷院落": 56}
    buildings = [area for area in community.areas if area["level"] == "building"]
    assert sum(area["households"] for area in buildings) == 1286
    assert Counter(area["has_lift"] for area in buildings)[True] == 8
    micro = [area["households"] for area in community.areas if area["level"] == "micro_grid"]
    assert sum(micro) == 1286
    assert min(micro) >= 30
    assert max(micro) <= 100


def test_homes_of_every_kind_are_there(community):
    """Rented, group-rented and vacant ones too; some doors are shared by two households."""
    kinds = Counter(row.body["occupancy"] for row in rows_of(community, "dwelling"))
    assert set(kinds) == {"owner", "rented", "group_rented", "vacant", "business"}
    doors = Counter(row.body["dwelling_id"] for row in rows_of(community, "household"))
    assert Counter(doors.values())[2] == kinds["business"] > 0


# --- Rows that fit -----------------------------------------------------------------------------


def test_every_body_is_as_it_would_be_stored(community):
    """Known fields only, values settled, nothing empty, nothing that the server computes."""
    for row in community.all_rows():
        specs = ENTITIES[row.type].fields
        assert compact(settled_fields(row.type, row.body)) == row.body
        assert not [name for name in row.body if specs[name].merge is Merge.SERVER]


def test_every_row_lives_in_a_scope_of_its_family(community):
    """Tier 3 and ID numbers have scopes of their own; ids are unique over all of them."""
    for scope, rows in community.rows.items():
        family = scope.partition(":")[0]
        assert {ENTITIES[row.type].scope_kind.value for row in rows} == {family}
    ids = [row.id for row in community.all_rows()]
    assert len(ids) == len(set(ids))


def test_tier_3_is_never_a_tag_of_a_person(community):
    """It stands in rows that only named companions hold, and somebody is named for each."""
    worn = {tag for row in rows_of(community, "person") for tag in row.body.get("tags", [])}
    assert worn <= set(OPEN_TAGS)
    special = rows_of(community, "special_care")
    assert {row.body["tag"] for row in special} == set(CLOSED_TAGS)
    named = Counter(person for _, person in community.companions)
    assert named == {row.body["person_id"]: 2 for row in special}


def test_parents_come_before_their_children(community):
    """A page that ends anywhere never shows a visit without its household."""
    for rows in community.rows.values():
        seen = {row.id for row in rows if row.type in ("person", "household")}
        known = set()
        for row in rows:
            known.add(row.id)
            for name in ("household_id", "person_id", "dwelling_id", "other_household_id"):
                parent = row.body.get(name)
                if name == "dwelling_id" or parent in seen:
                    assert parent is None or parent in known


def test_the_same_seed_gives_the_same_community():
    """And another seed another one, of the same size."""
    again, other = fenghe(SEED, TODAY), fenghe(SEED + 1, TODAY)
    assert fenghe(SEED, TODAY).rows == again.rows
    assert other.rows != again.rows
    assert len(rows_of(other, "person")) == 3910


# --- People ------------------------------------------------------------------------------------


def test_wang_guilan(ledger, wang):
    """A woman of 78, living alone, a party member, hard of hearing, with someone to call."""
    (person,) = ledger.people(wang).values()
    assert (person["name"], person["sex"]) == ("王桂兰", "2")
    assert age(date.fromisoformat(person["birth"]), TODAY) == 78
    assert person["tags"] == ["elder_alone", "party_member"]
    assert "听力弱" in ledger.dwellings[wang.body["dwelling_id"]]["door_note"]
    assert wang.body["contact_name"] == "1601 张阿姨"


def test_she_is_five_days_overdue(ledger, wang):
    """Monthly, last met on 13 May, fourteen visits in the year."""
    due = ledger.due(wang)
    assert due is not None
    assert (due.level, due.last_met) == (Level.YELLOW, date(2026, 5, 13))
    assert due.next_due == TODAY - timedelta(days=5)
    assert len([row for row in ledger.below[wang.id] if row.type == "visit"]) == 14


def test_a_family_lives_above_her(ledger):
    """The second party of a dispute about running children."""
    above = next(one for one in ledger.households("第3网格") if ledger.room(one) == "6-2-1702")
    assert len(ledger.people(above)) == 4


def test_searches_have_something_to_tell_apart(community):
    """One name twice and more, one pair of initials for several, rare characters, surnames."""
    names = Counter(row.body["name"] for row in rows_of(community, "person"))
    assert names["李娜"] >= 2
    assert len([name for name in names if py(name).startswith("wgl ")]) >= 3
    written = "".join(names)
    assert {"𠮷", "䶮", "㛃"} <= set(written)
    assert set("单曾仇解查区盖") <= {name[0] for name in names}


def test_id_numbers_are_valid_and_nobodys(community):
    """The right form, birth, sex and check digit; a county that does not exist."""
    people = {row.id: row.body for row in rows_of(community, "person")}
    numbers = rows_of(community, "id_number")
    for row in numbers:
        number, person = row.body["id_no"], people[row.body["person_id"]]
        assert number[17] == check_digit(number[:17])
        assert number[6:14] == person["birth"].replace("-", "")
        assert int(number[16]) % 2 == (person["sex"] == "1")
        assert number.startswith("990101")
    assert len({row.body["id_no"] for row in numbers}) == len(numbers)


def test_the_check_digit_is_the_standards():
    """The example of GB 11643-1999."""
    assert check_digit("11010519491231002") == "X"
    assert check_digit("44052418800101001") == "4"


def test_phones_are_phones(community):
    """Eleven digits, one person each."""
    phones = [row.body["phone"] for row in rows_of(community, "person") if "phone" in row.body]
    assert all(len(phone) == 11 and phone.isdecimal() and phone[0] == "1" for phone in phones)
    assert len(phones) == len(set(phones))


# --- The year and the day ----------------------------------------------------------------------


@pytest.mark.parametrize("today", [TODAY, date(2028, 2, 29), date(2027, 3, 31), date(2026, 1, 4)])
def test_the_day_begins_with_a_round_worth_walking(today):
    """Whatever the day: 12 to 25 doors in 第3网格, some overdue, one appointment at least."""
    ledger = Ledger(fenghe(SEED, today), today)
    dues = [due for one in ledger.households("第3网格") if (due := ledger.due(one))]
    planned = [due for due in dues if is_planned(due, today)]
    assert 12 <= len(planned) <= 25
    assert sum(due.next_due < today for due in planned) >= 5
    assert sum(due.appointment is not None for due in planned) >= 2
    assert any(due.failures for due in planned)
    assert any(due.level is Level.RED for due in planned)
    assert any(due.wait_until and due.wait_until > today for due in dues)


def test_every_grid_has_something_to_do(ledger):
    """Not everything, and not nothing."""
    for grid, households in GRIDS.items():
        dues = [due for one in ledger.households(grid) if (due := ledger.due(one))]
        assert len(dues) == households
        assert 3 <= sum(is_planned(due, TODAY) for due in dues) <= 25


def test_visits_fill_the_past_year_by_the_worker_of_the_grid(community):
    """None tomorrow, none on behalf of another grid, thousands in between."""
    for grid, grid_id in community.grid_ids.items():
        visits = [row.body for row in community.rows[f"grid:{grid_id}"] if row.type == "visit"]
        assert len({body["staff_id"] for body in visits}) == 1, grid
        days = [local_day(parse_stamp(body["started_at"])) for body in visits]
        assert max(days) < TODAY
        assert sum(day >= TODAY - timedelta(days=365) for day in days) > 0.97 * len(days)
        assert len(visits) > 3 * GRIDS[grid]


def test_nobody_writes_the_same_words_twice_while_others_fit(ledger):
    """A year behind one door reads like a year, and no baby is noted where none lives."""
    for household in ledger.households("第3网格"):
        ages = [
            age(date.fromisoformat(body["birth"]), TODAY)
            for body in ledger.people(household).values()
        ]
        notes = [
            row.body["note"]
            for row in ledger.below[household.id]
            if row.type == "visit" and row.body["result"] in ("met", "met_family")
        ]
        if len(notes) <= 5:
            assert len(notes) == len(set(notes))
        assert min(ages, default=99) <= 1 or not any("二宝" in text for text in notes)


def test_visits_keep_the_interval_that_care_asks_for(ledger):
    """Late now and then, as in life, and by a quarter of the interval at most."""
    late = waited = 0
    for household in ledger.households("第2网格"):
        due = ledger.due(household)
        met = sorted(
            local_day(parse_stamp(row.body["started_at"]))
            for row in ledger.below[household.id]
            if row.type == "visit" and row.body["result"] in ("met", "met_family")
        )
        if due is None or due.level is not Level.YELLOW:
            continue
        waits = [(after - before).days for before, after in pairwise(met)]
        waited += len(waits)
        late += sum(wait > 31 for wait in waits)
        assert max(waits, default=0) <= 41
    assert 0 < late < 0.2 * waited
