"""Saving an edit: what is written, what it starts from, and what is refused."""

import pytest

from sync.errors import (
    EntryIsFinal,
    FieldComputed,
    FieldUnknown,
    NotFound,
    NothingToResolve,
    OperationTooLarge,
    ScopeNotHere,
    ValueRefused,
)
from sync.merge.operation import OpKind, encode_op
from sync.store import records
from tests.support.feed import GRID
from tests.support.laptops import open_store


def only_op(store):
    """The one operation that waits."""
    (op,) = store.replica.batch(GRID)
    return op


def op_of(store, written):
    """The operation that one saving wrote."""
    (op,) = [op for op in store.replica.batch(GRID) if op.op_id in written.op_ids]
    return op


def test_an_edit_shows_at_once_and_waits_to_be_sent(store):
    """Nothing asks the network."""
    written = store.records.write([records.patch("household", "h1", {"contact": " 139 "})])

    assert store.reading.find("household", "h1").get("contact") == "139"
    assert only_op(store).op_id == written.op_ids[0]
    assert store.reading.counts().waiting == 1


def test_an_operation_says_what_it_started_from_and_what_was_seen(store, feed):
    """The server decides by the base; ``seen`` tells it how old the laptop's picture was."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])

    op = only_op(store)

    assert op.f == {"contact": ("13800001024", "139")}
    assert op.seen == (feed.epoch, feed.head)
    assert op.seq == 1
    assert op.at.startswith("2026-11-21T01:0")
    assert op.boot


def test_the_base_is_the_servers_value_and_never_ones_own_pending_one(store):
    """Else a second thought offline would look like a quarrel with oneself."""
    for number in ("1", "2", "3"):
        store.records.write([records.patch("household", "h1", {"contact": number})])

    bases = [op.f["contact"][0] for op in store.replica.batch(GRID)]

    assert bases == ["13800001024"] * 3
    assert store.reading.find("household", "h1").get("contact") == "3"


def test_a_tag_added_and_taken_back_offline_is_gone(store):
    """A set travels as what was added and removed, so it starts from what the person saw."""
    store.records.write([records.patch("person", "p1", {"tags": ["elder_alone", "veteran"]})])
    store.records.write([records.patch("person", "p1", {"tags": ["elder_alone"]})])

    first, second = store.replica.batch(GRID)

    assert first.f["tags"] == (["elder_alone"], ["elder_alone", "veteran"])
    assert second.f["tags"] == (["elder_alone", "veteran"], ["elder_alone"])
    assert store.reading.find("person", "p1").get("tags") == ["elder_alone"]


def test_values_that_are_there_already_make_no_operation(store):
    """Saving a form without a change is not an edit."""
    written = store.records.write([records.patch("person", "p1", {"name": "王桂兰 ", "sex": "2"})])

    assert written.op_ids == ("",)
    assert store.replica.lanes() == {}


def test_only_changed_fields_travel(store):
    """A form sends all its fields; the others must not overwrite a colleague's edit."""
    store.records.write([records.patch("person", "p1", {"name": "王桂兰", "phone": "137"})])

    assert set(only_op(store).f) == {"phone"}


def test_a_new_row_gets_its_id_here(store):
    """And may be changed before the server ever heard of it."""
    made = store.records.write(
        [records.create("person", {"household_id": "h1", "name": "李娜"}, scope_id=GRID)]
    )
    (row_id,) = made.row_ids

    store.records.write([records.patch("person", row_id, {"phone": "135"})])

    assert store.reading.find("person", row_id).fields == {
        "household_id": "h1",
        "name": "李娜",
        "phone": "135",
    }
    assert [op.seq for op in store.replica.batch(GRID)] == [1, 2]


def test_several_edits_are_saved_together_or_not_at_all(store):
    """A refused one takes the others with it; the numbers have no gap afterwards."""
    with pytest.raises(ValueRefused):
        store.records.write(
            [
                records.patch("household", "h1", {"contact": "139"}),
                records.patch("person", "p1", {"sex": "woman"}),
            ]
        )

    assert store.reading.find("household", "h1").get("contact") == "13800001024"
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    assert only_op(store).seq == 1


def test_a_draft_ends_with_the_saving_it_became(store):
    """A kill in between would offer the same visit for saving twice; what lay beside it goes too,
    in the same transaction: another one would wait for the disk again."""
    store.drafts.keep("visit:h1", {"result": "met"})
    store.drafts.keep("photos:h1", [])
    store.drafts.keep("visit:h2", {"result": "met"})
    before = store.replica._database.writes

    store.records.write(
        [records.append("visit", {"household_id": "h1", "result": "met"}, scope_id=GRID)],
        ends_draft="visit:h1",
        and_drafts=["photos:h1"],
    )

    assert store.drafts.keys() == ["visit:h2"]
    assert store.replica._database.writes == before + 1


def test_a_removed_row_is_out_of_sight_and_can_be_brought_back(store):
    """Until the server has taken the removal."""
    store.records.write([records.delete("person", "p2")])
    assert store.reading.find("person", "p2") is None

    store.records.write([records.restore("person", "p2")])

    assert store.reading.find("person", "p2").get("name") == "王小明"
    kinds = [op.kind for op in store.replica.batch(GRID)]
    assert kinds == [OpKind.DELETE, OpKind.RESTORE]


def test_too_much_text_is_refused_when_saving(store):
    """Not by the server a day later."""
    long_list = [f"陪同人员{number:05d}" for number in range(15_000)]

    with pytest.raises(OperationTooLarge) as refused:
        store.records.write(
            [
                records.append(
                    "visit", {"household_id": "h1", "companions": long_list}, scope_id=GRID
                )
            ]
        )

    assert refused.value.details["most"] == 256
    assert store.replica.lanes() == {}


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (records.patch("visit", "v1", {"note": "x"}), EntryIsFinal),
        (records.delete("visit", "v1"), EntryIsFinal),
        (records.append("person", {"name": "x"}, scope_id=GRID), EntryIsFinal),
        (records.patch("person", "p1", {"py": "x"}), FieldComputed),
        (records.patch("person", "p1", {"shoe_size": "x"}), FieldUnknown),
        (records.patch("person", "nobody", {"name": "x"}), NotFound),
        (records.patch("unicorn", "p1", {"name": "x"}), FieldUnknown),
        (records.create("person", {"name": "x"}, scope_id="grid:other"), ScopeNotHere),
        (records.resolve("none", "x"), NotFound),
    ],
)
def test_what_cannot_be_saved_is_refused_with_its_own_error(store, edit, error):
    """And nothing is left behind."""
    with pytest.raises(error):
        store.records.write([edit])

    assert store.replica.lanes() == {}


class TestWhatWasSeen:
    """A form stands open while a sync brings a colleague's value."""

    def test_a_value_that_came_meanwhile_is_no_base(self, store, feed):
        """The server will find that somebody else wrote there, and ask."""
        saw = store.reading.saw([("household", "h1")])["household", "h1"]
        feed.put("household", "h1", dwelling_id="d1", contact="137")
        feed.pull_into(store)

        store.records.write([records.patch("household", "h1", {"contact": "139"}, saw=saw)])

        op = only_op(store)
        assert op.f == {"contact": ("13800001024", "139")}
        assert op.seen == saw.seen

    def test_ones_own_value_that_arrived_meanwhile_was_seen(self, store, feed):
        """Shown as pending when the form opened, and the server's by the time it is saved."""
        store.records.write([records.patch("household", "h1", {"contact": "137"})])
        saw = store.reading.saw([("household", "h1")])["household", "h1"]
        assert (saw.server["contact"], saw.shown["contact"]) == ("13800001024", "137")
        feed.push_from(store)
        feed.pull_into(store)

        edit = records.patch("household", "h1", {"contact": "139"}, saw=saw)
        written = store.records.write([edit])

        assert op_of(store, written).f == {"contact": ("137", "139")}

    def test_ones_own_pending_value_is_no_base(self, store):
        """Also where it is what the form showed."""
        store.records.write([records.patch("household", "h1", {"contact": "137"})])
        saw = store.reading.saw([("household", "h1")])["household", "h1"]

        edit = records.patch("household", "h1", {"contact": "139"}, saw=saw)
        written = store.records.write([edit])

        assert op_of(store, written).f == {"contact": ("13800001024", "139")}

    def test_a_tag_that_came_meanwhile_is_not_taken_away(self, store, feed):
        """Added and removed against what the form showed."""
        saw = store.reading.saw([("person", "p1")])["person", "p1"]
        feed.put("person", "p1", household_id="h1", tags=["dibao", "elder_alone"])
        feed.pull_into(store)

        edit = records.patch("person", "p1", {"tags": ["elder_alone", "veteran"]}, saw=saw)
        store.records.write([edit])

        assert only_op(store).f == {"tags": (["elder_alone"], ["elder_alone", "veteran"])}
        shown = store.reading.find("person", "p1").get("tags")
        assert shown == ["dibao", "elder_alone", "veteran"]

    def test_a_removal_names_what_was_seen(self, store, feed):
        """Whoever worked below the row since is not overlooked."""
        saw = store.reading.saw([("person", "p2")])["person", "p2"]
        feed.put("note", "n1", household_id="h1", text="x")
        feed.pull_into(store)

        store.records.write([records.delete("person", "p2", saw=saw)])

        assert only_op(store).seen == saw.seen


class TestResolving:
    """A conflict is settled by choosing; the choice shows at once."""

    @pytest.fixture
    def conflict(self, store, feed):
        """The clerk's number beside the worker's."""
        feed.put(
            "conflict",
            "c1",
            kind="value",
            target_type="household",
            target_id="h1",
            target_root="h1",
            field="contact",
            base="13800001024",
            current="13700000000",
            candidates=[
                {"client": "a", "op": "o", "author": "s", "device": "d", "at": "", "value": "139"}
            ],
            status="open",
        )
        feed.put("household", "h1", dwelling_id="d1", contact="13700000000")
        feed.pull_into(store)
        return "c1"

    def test_the_choice_shows_on_the_row_and_on_the_conflict(self, store, conflict):
        """Both before the server has heard of it."""
        store.records.write([records.resolve(conflict, "139")])

        assert store.reading.find("household", "h1").get("contact") == "139"
        assert store.reading.conflicts() == []
        op = only_op(store)
        assert op.f == {"value": ("13700000000", "139")}
        assert op.target == ("household", "h1", "contact")

    def test_a_settled_conflict_cannot_be_settled_again(self, store, conflict):
        """The second click says so."""
        store.records.write([records.resolve(conflict, "139")])

        with pytest.raises(NothingToResolve):
            store.records.write([records.resolve(conflict, "137")])

    def test_a_decision_is_about_the_value_that_was_on_the_screen(self, store, feed, conflict):
        """Not about the one that came before the button was pressed."""
        saw = store.reading.saw([("conflict", conflict)])["conflict", conflict]
        body = feed.rows["conflict", conflict][1]
        feed.put("conflict", conflict, **{**body, "current": "135"})
        feed.pull_into(store)

        store.records.write([records.resolve(conflict, "139", saw=saw)])

        op = only_op(store)
        assert op.f == {"value": ("13700000000", "139")}
        assert op.seen == saw.seen

    def test_who_saw_a_decision_decides_anew(self, store, conflict):
        """That undoes it; who saw it still open is told that it is settled."""
        before = store.reading.saw([("conflict", conflict)])["conflict", conflict]
        store.records.write([records.resolve(conflict, "139")])
        after = store.reading.saw([("conflict", conflict)])["conflict", conflict]

        with pytest.raises(NothingToResolve):
            store.records.write([records.resolve(conflict, "137", saw=before)])
        store.records.write([records.resolve(conflict, "137", saw=after)])

        assert store.reading.find("household", "h1").get("contact") == "137"

    def test_a_choice_is_a_value_of_that_field(self, store, conflict):
        """What the field refuses, the conflict refuses."""
        with pytest.raises(ValueRefused):
            store.records.write([records.resolve(conflict, "1" * 500)])


def test_a_retry_sends_the_same_bytes(store, folder):
    """Also after a restart: the operation was written down once."""
    store.records.write([records.patch("person", "p1", {"name": "王桂蓝", "phone": "1"})])
    before = encode_op(only_op(store))
    store.close()

    again = open_store(folder)
    after = encode_op(only_op(again))
    again.close()

    assert before == after


def test_edits_survive_a_restart(store, folder):
    """Pending and visible alike."""
    store.records.write([records.patch("household", "h1", {"contact": "139"})])
    store.close()

    again = open_store(folder)

    assert again.reading.find("household", "h1").get("contact") == "139"
    assert again.replica.lanes() == {GRID: 1}
    again.close()
