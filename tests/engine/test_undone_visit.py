"""A visit is undone after the server has it: as an operation of its own, for everybody."""

from desktop.services.matters import Matters
from desktop.services.promises import Promises
from desktop.services.visits import VisitForm, Visits
from sync.rules.visits import standing, visit_fact


def test_a_visit_is_undone_after_it_was_sent(worker, clerk, household):
    """The desk saw it, and sees that it did not happen; both stay in the record."""
    store = worker.store
    visits = Visits(store, store.clock, Matters(store, store.clock), Promises(store, store.clock))
    form = VisitForm("met", hazards=("gas",), promise="带药盒")
    saved = visits.record(store.reading.find("household", household), form)
    worker.sync()
    clerk.sync()
    reading = clerk.store.reading
    assert [row.get("stage") for row in reading.rows("matter")] == ["reported"]

    visits.undo(saved, form)
    worker.sync()
    clerk.sync()

    rows = reading.rows("visit", where={"household_id": household})
    assert len(rows) == 2
    assert standing(visit_fact(row.id, row.fields) for row in rows) == ()
    assert [row.get("stage") for row in reading.rows("matter")] == ["withdrawn"]
    assert [bool(row.get("dropped")) for row in reading.rows("promise")] == [True]
    assert visits.draft(household).form == form


def test_what_the_desk_took_up_meanwhile_stays(worker, clerk, household):
    """The worker did not know: the step is news for a person, and the matter goes on."""
    store = worker.store
    visits = Visits(store, store.clock, Matters(store, store.clock), Promises(store, store.clock))
    form = VisitForm("met", hazards=("gas",))
    saved = visits.record(store.reading.find("household", household), form)
    worker.sync()
    clerk.sync()
    (matter,) = clerk.store.reading.rows("matter")
    clerk.patch("matter", matter.id, stage="accepted")
    clerk.sync()

    visits.undo(saved, form)
    worker.sync()

    assert worker.value("matter", matter.id, "stage") == "accepted"
    (asked,) = worker.store.reading.conflicts()
    assert (asked.get("field"), asked.get("target_id")) == ("stage", matter.id)
