"""What screens ask: households with all below them, deliveries, counts, and the search."""

import threading
from datetime import date

import pytest
from sqlalchemy import select

from sync.store import derived, records
from sync.store.record import DeliveryState, Match
from sync.store.tables import STALE
from tests.support.feed import GRID


class TestHousehold:
    """One household with everything that is on this computer."""

    def test_it_comes_with_its_door_its_people_and_its_visits(self, store):
        """Residents with what they are to the head, where that is known."""
        view = store.reading.household("h1")

        assert view.dwelling.get("room") == "6-2-1602"
        assert [(member.person.id, bool(member.residency)) for member in view.members] == [
            ("p1", True),
            ("p2", False),
        ]
        assert [visit.id for visit in view.visits] == ["v1"]
        assert view.household.scope_id == GRID

    def test_one_that_is_not_here_is_none(self, store):
        """It may belong to another grid."""
        assert store.reading.household("h9") is None
        assert store.reading.find("person", "p9") is None

    def test_visits_are_newest_first_and_notes_stand_beside_them(self, store):
        """Corrections too: the page decides what to strike out."""
        for day in ("2026-11-03", "2026-11-02"):
            fields = {"household_id": "h1", "started_at": f"{day}T02:00:00Z", "result": "met"}
            store.records.write([records.append("visit", fields, scope_id=GRID)])
        note = {"household_id": "h1", "text": "门铃坏了", "written_at": "2026-11-02T02:00:00Z"}
        store.records.write([records.append("note", note, scope_id=GRID)])

        view = store.reading.household("h1")

        days = [visit.get("started_at")[:10] for visit in view.visits]
        assert days == ["2026-11-03", "2026-11-02", "2026-11-01"]
        assert [entry.get("text") for entry in view.notes] == ["门铃坏了"]
        assert len(view.deliveries) == 3

    def test_a_mediation_shows_on_both_households(self, store):
        """It was written from one of them."""
        other = records.create("household", {}, scope_id=GRID, row_id="h2")
        mediation = {"household_id": "h1", "other_household_id": "h2", "what": "漏水"}
        store.records.write([other, records.append("oral_mediation", mediation, scope_id=GRID)])

        for household in ("h1", "h2"):
            assert len(store.reading.household(household).mediations) == 1

    def test_edits_of_its_people_wait_with_it(self, store):
        """The page shows one line for the household."""
        store.records.write([records.patch("person", "p1", {"phone": "1"})])

        (waiting,) = store.reading.household("h1").deliveries

        assert (waiting.row_id, waiting.state) == ("p1", DeliveryState.WAITING)

    def test_records_never_print_what_they_hold(self, store):
        """A repr may reach a log."""
        assert "王桂兰" not in repr(store.reading.find("person", "p1"))
        assert "王桂兰" not in repr(store.reading.household("h1"))


class TestRows:
    """Plain lists."""

    def test_they_are_chosen_by_fields_ids_and_scope(self, store):
        """A list of values means any of them."""
        rows = store.reading.rows
        assert [row.id for row in rows("person")] == ["p1", "p2"]
        assert [row.id for row in rows("person", where={"sex": "2"})] == ["p1"]
        assert [row.id for row in rows("person", where={"sex": ["1", "2"]}, limit=1)] == ["p1"]
        assert [row.id for row in rows("person", ids=["p2", "p9"])] == ["p2"]
        assert rows("person", scope_id="grid:other") == []

    def test_empty_fields_are_left_out(self, store):
        """A reader asks with ``get``."""
        person = store.reading.find("person", "p2")

        assert "phone" not in person.fields
        assert person.get("tags", []) == []

    def test_counts_tell_what_waits_and_what_is_here(self, store):
        """For the pill and for ``status``."""
        store.records.write([records.patch("person", "p1", {"phone": "1"})])

        counts = store.reading.counts(rows=True)

        assert (counts.waiting, counts.conflicts, counts.held) == (1, 0, 0)
        assert counts.rows["person"] == 2

    def test_a_settled_conflict_is_no_longer_asked_about(self, store, feed):
        """The edit that met it counts as delivered then."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        (op,) = store.replica.batch(GRID)
        receipt = feed.take(op)
        receipt.outcome, receipt.conflicts = "conflict", ["c1"]
        store.replica.acknowledge(feed.reply(receipt))
        feed.put("conflict", "c1", target_id="h1", status="open", target_root="h1")
        feed.pull_into(store)
        assert store.reading.deliveries("household", "h1")[0].state is DeliveryState.CONFLICT
        assert [row.id for row in store.reading.household("h1").conflicts] == ["c1"]

        feed.put("conflict", "c1", target_id="h1", status="settled", target_root="h1")
        feed.pull_into(store)

        assert store.reading.deliveries("household", "h1")[0].state is DeliveryState.DELIVERED
        assert store.reading.conflicts() == []
        assert len(store.reading.conflicts(open_only=False)) == 1


class TestSearch:
    """By whatever somebody remembers."""

    @pytest.mark.parametrize(
        "text",
        ["王桂兰", "桂兰", "wgl", "WGL", "wangguilan", "wang gui lan", "wanggui", "2048"],
    )
    def test_a_person_answers_to_name_pinyin_and_phone_tail(self, store, text):
        """One of them is enough."""
        found = store.reading.search(text)

        assert "p1" in [match.person_id for match in found]

    @pytest.mark.parametrize(
        "text",
        [
            "6-2-1602",
            "6栋2单元1602",
            "6号楼二单元1602室",
            "6#-2-1602",
            "丰和苑6-2-1602",
            "1602",
            "1024",
        ],
    )
    def test_a_door_answers_to_its_room_however_written(self, store, text):
        """And to its household's phone."""
        assert Match("h1", "") in [
            Match(match.household_id, match.person_id) for match in store.reading.search(text)
        ]

    def test_somebody_written_down_here_is_found_before_the_next_sync(self, store):
        """The server works pinyin out for everyone else."""
        person = {"household_id": "h1", "name": "单雄信"}
        made = store.records.write([records.create("person", person, scope_id=GRID)])

        for text in ("sxx", "shan xiong", "shanxiongxin"):
            assert [m.person_id for m in store.reading.search(text)] == list(made.row_ids)

    def test_the_best_answer_comes_first(self, store):
        """A whole name before a part of one."""
        for name in ("王", "小王"):
            edit = records.create("person", {"household_id": "h1", "name": name}, scope_id=GRID)
            store.records.write([edit])

        names = [
            store.reading.find("person", match.person_id).get("name")
            for match in store.reading.search("王")
        ]

        assert names[0] == "王"
        assert names[-1] == "小王"
        assert len(names) == 4

    @pytest.mark.parametrize(
        "text", ["", "  ", "%", "_", "赵", "zzz", "6-2-1603", "丰和里6-2-1602"]
    )
    def test_what_fits_nothing_finds_nothing(self, store, text):
        """Wildcards of SQL are plain characters."""
        assert store.reading.search(text) == []

    def test_the_list_is_bounded(self, store):
        """A single letter must not fill the screen."""
        assert len(store.reading.search("王", limit=1)) == 1


class TestDue:
    """Due dates follow the rows."""

    def test_a_first_sync_leaves_them_to_be_worked_out(self, store):
        """In small steps, then they are there."""
        while store.dues.refresh():
            pass

        (due,) = store.reading.due()

        assert due.household_id == "h1"
        assert due == store.reading.due_of("h1")
        assert due.last_met == date(2026, 11, 1)

    def test_a_visit_moves_the_day_at_once(self, store):
        """In the transaction that saves it."""
        while store.dues.refresh():
            pass
        before = store.reading.due_of("h1").next_due
        fields = {"household_id": "h1", "started_at": "2026-11-20T02:00:00Z", "result": "met"}

        visit = records.append("visit", fields, scope_id=GRID)
        (row_id,) = store.records.write([visit]).row_ids

        assert store.reading.due_of("h1").last_met == date(2026, 11, 20)
        assert store.reading.due_of("h1").next_due > before
        undo = {"household_id": "h1", "corrects": row_id, "void": True, "reason": "写错了"}
        undo["started_at"] = "2026-11-20T02:00:00Z"
        store.records.write([records.append("visit", undo, scope_id=GRID)])
        assert store.reading.due_of("h1").next_due == before

    def test_a_colleagues_visit_counts_after_the_next_sync(self, store, feed):
        """Anyone's visit counts for all."""
        feed.put("visit", "v2", household_id="h1", started_at="2026-11-19T02:00:00Z", result="met")
        feed.pull_into(store)
        while store.dues.refresh():
            pass

        assert store.reading.due_of("h1").last_met == date(2026, 11, 19)

    def test_only_what_may_be_asked_for_is_listed_for_a_day(self, store):
        """And what was seen on that day, to be shown as done."""
        while store.dues.refresh():
            pass
        due = store.reading.due_of("h1")

        assert store.reading.due(due.next_due) == [due]
        assert store.reading.due(date(2026, 11, 1)) == [due]
        assert store.reading.due(date(2026, 11, 2)) == []

    def test_a_touch_while_a_day_is_worked_out_is_not_lost(self, store, monkeypatch):
        """The rows were read before it; writing that day over it would be wrong for months."""
        work_out = derived._dues

        def slowly(connection, ids):
            dues = work_out(connection, ids)
            monkeypatch.setattr(derived, "_dues", work_out)
            threading.Thread(target=touch).start()
            assert touched.wait(10)
            return dues

        def touch():
            with store.database.writing() as connection:
                derived.mark_stale(connection, ["h1"])
            touched.set()

        touched = threading.Event()
        monkeypatch.setattr(derived, "_dues", slowly)

        store.dues.refresh()

        with store.database.reading() as connection:
            assert connection.execute(select(STALE.c.household_id)).scalars().all() == ["h1"]

    def test_a_household_that_leaves_takes_its_day_along(self, store, feed):
        """Nothing is due for a door that is not ours."""
        while store.dues.refresh():
            pass
        feed.remove("household", "h1")
        feed.pull_into(store)

        while store.dues.refresh():
            pass

        assert store.reading.due() == []
        assert store.reading.due_of("h1") is None


class TestDrafts:
    """Forms that were not saved yet."""

    def test_they_survive_a_restart(self, store, folder):
        """A kill in the middle of typing loses nothing that was kept."""
        from tests.support.laptops import open_store

        store.drafts.keep("visit:h1", {"note": "血压", "needs": ["meal"]})
        store.drafts.keep("visit:h1", {"note": "血压138", "needs": []})
        store.close()

        again = open_store(folder)

        assert again.drafts.find("visit:h1") == {"note": "血压138", "needs": []}
        again.close()

    def test_they_are_listed_newest_first_and_dropped(self, store):
        """By the beginning of their key."""
        for key in ("visit:h1", "visit:h2", "note:h1"):
            store.drafts.keep(key, {})

        assert store.drafts.keys("visit:") == ["visit:h2", "visit:h1"]
        store.drafts.drop("visit:h2")
        store.drafts.drop("never was")
        assert store.drafts.keys() == ["note:h1", "visit:h1"]
        assert store.drafts.find("visit:h2") is None
