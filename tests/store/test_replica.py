"""What the server says, applied: stage, promotion, digests, fresh copies, receipts."""

import pytest
from sqlalchemy import event, select

from sync.schema.registry import SCHEMA_VERSION
from sync.store import feed as received
from sync.store import generations, records
from sync.store.tables import SHADOW, STAGE, STALE, TABLES
from sync.wire.messages import Lane
from tests.support.feed import GRID, Feed
from tests.support.laptops import new_store


@pytest.fixture
def fresh(folder):
    """A profile that was never synced."""
    made = new_store(folder)
    yield made
    made.close()


def asked(store):
    (cursor,) = store.replica.cursors([GRID])
    return cursor


def count(store, table):
    with store.database.reading() as connection:
        return len(connection.execute(select(table)).all())


def contact(store):
    return store.reading.find("household", "h1").get("contact")


class TestFirstSync:
    """A copy is filled out of sight and shown whole."""

    def test_nothing_is_shown_before_the_last_page(self, fresh, feed):
        """Half a grid would look like a whole one."""
        fresh.replica.grant([GRID])
        seen = []
        while True:
            done = fresh.replica.apply(feed.page(asked(fresh), limit=2), feed.epoch).done
            seen.append(len(fresh.reading.rows("household")) + len(fresh.reading.rows("person")))
            if done:
                break

        assert seen == [0] * (len(seen) - 1) + [3]
        assert len(seen) > 2

    def test_it_goes_on_from_where_it_was(self, fresh, feed, folder):
        """Each page counts, also over a restart."""
        fresh.replica.grant([GRID])
        fresh.replica.apply(feed.page(asked(fresh), limit=2), feed.epoch)

        assert asked(fresh).cursor == 2

    def test_a_page_that_comes_twice_is_taken_once(self, fresh, feed):
        """The second one answers from where the copy no longer is."""
        fresh.replica.grant([GRID])
        page = feed.page(asked(fresh), limit=2)
        assert not fresh.replica.apply(page, feed.epoch).stale

        assert fresh.replica.apply(page, feed.epoch).stale

    def test_rows_equal_the_servers(self, store, feed):
        """Byte for byte, revision for revision."""
        assert store.replica.server_rows(GRID) == feed.live()
        assert store.replica.verify_deep(GRID)
        assert store.reading.scopes()[0].digest == feed.digest()

    def test_a_row_that_changes_between_two_pages_is_there_once(self, fresh, feed):
        """Its later page replaces the earlier one."""
        fresh.replica.grant([GRID])
        fresh.replica.apply(feed.page(asked(fresh), limit=3), feed.epoch)
        feed.put("household", "h1", dwelling_id="d1", contact="1")
        feed.remove("dwelling", "d1")

        feed.pull_into(fresh)

        assert fresh.replica.server_rows(GRID) == feed.live()

    def test_a_copy_that_sums_up_differently_is_never_shown(self, fresh, feed):
        """The laptop does not adopt the server's digest; it starts again."""
        fresh.replica.grant([GRID])
        page = feed.page(asked(fresh))
        page.digest = "0" * 32

        applied = fresh.replica.apply(page, feed.epoch)

        assert not applied.equal
        assert fresh.reading.rows("household") == []
        assert asked(fresh).cursor == 0
        feed.pull_into(fresh)
        assert fresh.replica.server_rows(GRID) == feed.live()

    def test_an_empty_scope_is_ready_at_once(self, fresh):
        """A new grid without a household can be written into."""
        Feed().pull_into(fresh)

        fresh.records.write([records.create("dwelling", {"room": "1-1-101"}, scope_id=GRID)])

        assert fresh.replica.lanes() == {GRID: 1}


class TestPromotion:
    """A page of the feed, the cursor and what people see move together."""

    def test_several_pages_show_at_the_last(self, store, feed):
        """Between two pages nobody sees a mixture of revisions."""
        feed.put("person", "p1", household_id="h1", name="王桂蓝")
        feed.put("person", "p2", household_id="h1", name="王大明")

        store.replica.apply(feed.page(asked(store), limit=1), feed.epoch)
        assert store.reading.find("person", "p1").get("name") == "王桂兰"
        assert count(store, STAGE) == 1
        store.replica.apply(feed.page(asked(store), limit=1), feed.epoch)

        assert store.reading.find("person", "p1").get("name") == "王桂蓝"
        assert store.reading.find("person", "p2").get("name") == "王大明"
        assert count(store, STAGE) == 0
        assert store.replica.verify_deep(GRID)

    def test_a_row_staged_twice_counts_once(self, store, feed):
        """The later version is the one."""
        feed.put("person", "p1", household_id="h1", name="一")
        feed.put("person", "p2", household_id="h1", name="二")
        store.replica.apply(feed.page(asked(store), limit=1), feed.epoch)
        feed.put("person", "p1", household_id="h1", name="三")

        feed.pull_into(store, limit=1)

        assert store.replica.server_rows(GRID) == feed.live()
        assert store.reading.scopes()[0].digest == feed.digest()

    def test_a_reply_that_comes_too_late_changes_nothing(self, store, feed):
        """It answers a question that was asked from another place."""
        late = feed.page(asked(store))
        feed.put("household", "h1", dwelling_id="d1", contact="1")
        answer = feed.page(asked(store))
        store.replica.apply(answer, feed.epoch)

        assert store.replica.apply(answer, feed.epoch).stale
        late.gen += 1
        assert store.replica.apply(late, feed.epoch).stale
        assert contact(store) == "1"
        assert store.replica.verify_deep(GRID)

    def test_a_tombstone_takes_the_row_away(self, store, feed):
        """And its share of the digest."""
        feed.remove("person", "p2")

        feed.pull_into(store)

        assert store.reading.find("person", "p2") is None
        assert store.reading.scopes()[0].digest == feed.digest()

    def test_a_pending_edit_stays_on_top_of_what_comes_in(self, store, feed):
        """The worker's own value is what she sees until the server has spoken about it."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        feed.put("household", "h1", dwelling_id="d1", contact="1", best_time="晚上")

        feed.pull_into(store)

        assert contact(store) == "139"
        assert store.reading.find("household", "h1").get("best_time") == "晚上"
        assert store.replica.server_rows(GRID) == feed.live()
        assert store.reading.scopes()[0].digest == feed.digest()

    def test_news_are_shown_though_the_digests_differ(self, store, feed):
        """A copy that differs is named, and what people wrote stays laid over the news."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        feed.put("household", "h1", dwelling_id="d1", contact="1", best_time="晚上")
        page = feed.page(asked(store))
        page.digest = "0" * 32

        applied = store.replica.apply(page, feed.epoch)

        assert (applied.done, applied.equal) == (True, False)
        assert contact(store) == "139"
        assert store.reading.find("household", "h1").get("best_time") == "晚上"
        assert asked(store).cursor == feed.head

    def test_a_fresh_copy_takes_the_place_of_a_wrong_one(self, store, feed):
        """What is shown stays shown meanwhile, and pending work is laid over the fresh copy."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        with store.database.writing() as connection:
            people = TABLES["person"]
            connection.execute(people.delete().where(people.c.id == "p2"))
        store.replica.refill(GRID)

        assert contact(store) == "139"
        assert asked(store).cursor == 0
        feed.pull_into(store)

        assert store.replica.server_rows(GRID) == feed.live()
        assert contact(store) == "139"
        assert store.replica.lanes() == {GRID: 1}

    def test_rot_on_the_disk_is_found_by_summing_up(self, store):
        """The kept sum is compared with the rows as they are."""
        assert store.replica.verify_deep(GRID)
        with store.database.writing() as connection:
            people = TABLES["person"]
            connection.execute(people.update().where(people.c.id == "p2").values(name="乙"))

        assert not store.replica.verify_deep(GRID)

    def test_a_copy_far_behind_is_filled_anew(self, store, feed, monkeypatch):
        """One promotion must not hold up whoever saves."""
        monkeypatch.setattr(received, "MOST_PROMOTED", 3)
        for number in range(5):
            feed.put("note", f"n{number}", household_id="h1", text="好")

        feed.pull_into(store)

        assert store.replica.server_rows(GRID) == feed.live()
        assert len(store.replica.copies()) == 1

    def test_ones_own_edit_coming_back_leaves_the_due_date_alone(self, store, feed):
        """Nothing changed, so nothing is worked out again; a colleague's edit is."""
        while store.dues.refresh():
            pass
        store.records.write([records.patch("household", "h1", {"best_time": "晚上"})])
        feed.push_from(store)
        feed.pull_into(store)
        assert count(store, STALE) == 0

        store.records.write([records.patch("household", "h1", {"best_time": "中午"})])
        feed.push_from(store)
        feed.put("household", "h1", dwelling_id="d1", contact="1", best_time="早上")
        feed.pull_into(store)
        assert count(store, STALE) == 1

    def test_a_quiet_answer_with_another_digest_is_not_quiet(self, store, feed):
        """The copies differ although neither side moved."""
        page = feed.page(asked(store))
        page.digest = "0" * 32

        assert not store.replica.apply(page, feed.epoch).equal

    def test_a_quiet_answer_writes_nothing(self, store, feed):
        """The most frequent answer of all."""
        statements = []

        @event.listens_for(store.database._writer, "before_cursor_execute")
        def note(*arguments):
            statements.append(arguments[2])

        assert store.replica.apply(feed.page(asked(store)), feed.epoch).done
        assert statements == []


class TestUnknown:
    """A newer server says more than this app knows."""

    def test_fields_of_a_newer_version_survive(self, store, feed):
        """They count in the digest and stay through an edit here."""
        feed.put("household", "h1", dwelling_id="d1", contact="1", solar={"kw": 3}, cat="猫")
        page = feed.page(asked(store), schema=SCHEMA_VERSION + 1)
        assert store.replica.apply(page, feed.epoch).done

        store.records.write([records.patch("household", "h1", {"contact": "2"})])

        assert store.reading.find("household", "h1").get("solar") == {"kw": 3}
        assert store.replica.verify_deep(GRID)
        assert store.replica.server_rows(GRID) == feed.live()

    def test_rows_of_an_unknown_kind_are_kept_and_counted(self, store, feed):
        """Else the digest could never be equal."""
        feed.put("robot", "x1", battery=90, name="小家")
        feed.pull_into(store)
        feed.put("robot", "x1", battery=80, name="小家")
        feed.put("robot", "x2", battery=1)
        feed.remove("robot", "x2")
        feed.pull_into(store)

        assert store.replica.server_rows(GRID) == feed.live()
        assert store.replica.verify_deep(GRID)


class TestScopes:
    """Scopes come and go; edits never do."""

    def test_a_reset_keeps_pending_work_and_what_is_shown(self, store, feed):
        """The cursor was older than the server's tombstones."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        page = feed.page(asked(store))
        page.problem = "reset"

        store.replica.apply(page, feed.epoch)
        assert contact(store) == "139"
        feed.remove("person", "p2")
        feed.pull_into(store)

        assert contact(store) == "139"
        assert store.reading.find("person", "p2") is None
        assert store.replica.lanes() == {GRID: 1}
        assert store.replica.server_rows(GRID) == feed.live()

    def test_a_new_epoch_starts_a_fresh_copy(self, store, feed):
        """Revisions of another epoch mean nothing here."""
        other = Feed(epoch="epoch-2", rows=dict(list(feed.rows.items())[:3]), head=feed.head)

        applied = store.replica.apply(other.page(asked(store)), other.epoch)
        assert not applied.done
        other.pull_into(store)

        assert store.replica.server_rows(GRID) == other.live()

    def test_a_scope_taken_back_is_out_of_sight_at_once(self, store, feed):
        """Its rows go step by step; operations stay and can still be sent."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        page = feed.page(asked(store))
        page.problem = "revoked"

        assert store.replica.apply(page, feed.epoch).revoked

        assert store.reading.rows("household") == []
        assert store.reading.due() == []
        assert [op.f["contact"][1] for op in store.replica.batch(GRID)] == ["139"]

    def test_removing_a_copy_leaves_no_row(self, store, monkeypatch):
        """In steps of a bounded size."""
        monkeypatch.setattr(generations, "PURGE_ROWS", 1)
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        store.replica.revoke(GRID)

        steps = 0
        while store.replica.purge_step():
            steps += 1

        assert steps >= 6
        assert all(count(store, table) == 0 for table in (*TABLES.values(), SHADOW, STAGE))
        assert store.replica.copies() == []

    def test_a_scope_granted_again_is_read_anew(self, store, feed):
        """With the pending work on top."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        store.replica.revoke(GRID)

        feed.pull_into(store)

        assert contact(store) == "139"

    def test_lanes_of_other_scopes_are_left_alone(self, store, feed):
        """A receipt speaks about its own lane."""
        store.records.write([records.patch("household", "h1", {"contact": "139"})])
        other = Feed(scope="grid:other")
        other.pull_into(store)
        reply = other.reply()
        reply.lane = Lane(next=1, durable=99)

        store.replica.acknowledge(reply)

        assert store.replica.lanes() == {GRID: 1}
