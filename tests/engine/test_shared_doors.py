"""An area officer and a worker share households: whoever knocks, it counts for both."""

from sync.identity import local_day
from sync.rules.route import is_done
from sync.store import records
from tests.support.laptops import laptop


def test_an_officer_s_visit_counts_for_the_worker(worker, staffed, grid, household, tmp_path):
    """包片员: after the next sync nobody knocks at that door a second time."""
    staffed.add_user("hanbing", "area_officer", "第3网格", "韩冰")
    with laptop(tmp_path / "officer", staffed, "hanbing") as officer:
        officer.sync()
        person = {"household_id": household, "name": "王桂兰", "tags": ["elder_alone"]}
        now = officer.store.clock.now()
        visit = {"household_id": household, "started_at": now.isoformat(), "result": "met"}
        officer.store.records.write(
            [
                records.create("person", person, scope_id=grid),
                records.append("visit", visit, scope_id=grid),
            ]
        )
        officer.sync()
    worker.sync()
    while worker.store.dues.refresh():
        pass

    due = worker.store.reading.due_of(household)
    assert due is not None
    assert is_done(due, local_day(now))
    assert due.last_met == local_day(now)
