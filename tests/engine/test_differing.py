"""Copies that differ from the server's: news come all the same, and the rows are mended."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from sync.engine.comparing import PROVE_EVERY, TRY_AGAIN_AFTER
from sync.schema.canonical import bucket_of
from sync.server.checking import check_store
from sync.server.tables import SCOPE
from sync.store import generations
from sync.store.tables import GENERATION, TABLES
from tests.engine.test_session import in_step
from tests.support.laptops import LOST, laptop
from tests.support.photos import attach

WRONG = "f" * 32


def spoil(laptop, statement):
    """Change the stored copy behind everybody's back."""
    with laptop.store.database.writing() as connection:
        connection.execute(statement)


def paths_of(laptop):
    """Where the requests of the next sessions go, in order."""
    seen = []
    laptop.transport.watch = seen.append
    return seen


@pytest.fixture
def filled(worker, clerk, household, grid):
    """The household with some notes, held by both."""
    for number in range(20):
        clerk.append("note", grid, household_id=household, text=str(number))
    clerk.sync()
    worker.sync()
    return household


@pytest.fixture
def forget_lately(worker):
    """Let a day pass for the worker's laptop."""

    def forget():
        worker.store.clock.moment += TRY_AGAIN_AFTER + timedelta(minutes=1)

    return forget


def household_row(worker, grid):
    with worker.store.database.reading() as connection:
        return generations.shown_copy(connection, grid).no


def test_a_row_that_went_missing_comes_back(worker, clerk, filled, grid):
    """Only the part that differs is fetched, and pending work stays as it was."""
    worker.patch("household", filled, contact="139")
    number = household_row(worker, grid)
    notes = TABLES["note"]
    lost = worker.store.reading.rows("note")[0].id
    spoil(worker, delete(notes).where(notes.c.generation == number, notes.c.id == lost))
    spoil(worker, update(GENERATION).where(GENERATION.c.no == number).values(digest=WRONG))
    paths = paths_of(worker)

    report = worker.sync()

    assert paths[-2:] == ["/v1/audit", "/v1/fetch"]
    assert report.differing == ()
    assert worker.store.reading.find("note", lost)
    assert worker.value("household", filled, "contact") == "139"
    assert in_step(worker)


@pytest.mark.parametrize("path", ["/v1/audit", "/v1/fetch"])
def test_a_comparison_that_gets_no_answer_keeps_no_session_from_its_end(
    worker, clerk, filled, grid, path
):
    """The news are in, photos go, and the next session compares again at once."""
    photo = attach(worker, grid, filled)
    number = household_row(worker, grid)
    notes = TABLES["note"]
    spoil(worker, delete(notes).where(notes.c.generation == number, notes.c.text == "7"))
    spoil(worker, update(GENERATION).where(GENERATION.c.no == number).values(digest=WRONG))
    clerk.patch("household", filled, contact="136")
    clerk.sync()
    worker.transport.watch = lambda asked: worker.transport.accidents.insert(
        0, LOST if asked == path else None
    )

    report = worker.sync()

    assert report.differing == (grid,)
    assert worker.value("household", filled, "contact") == "136"
    assert (report.photos, report.pending) == (1, 0)
    worker.transport.watch = lambda asked: None
    worker.transport.accidents = []
    assert worker.sync().differing == ()
    assert in_step(worker)
    assert worker.store.attachments.has(photo)


def test_a_row_that_was_changed_here_and_one_too_many_are_mended(worker, clerk, filled, grid):
    """Found by what is stored, whatever mark stands beside it: once a week, in an idle moment."""
    worker.sync()
    number = household_row(worker, grid)
    notes = TABLES["note"]
    here = (notes.c.generation == number,)
    first, second, *_ = worker.store.reading.rows("note")
    spoil(worker, update(notes).where(*here, notes.c.id == first.id).values(text="flipped"))
    spoil(worker, update(notes).where(*here, notes.c.id == second.id).values(id="nobody's"))
    worker.store.clock.moment += PROVE_EVERY + timedelta(minutes=1)
    assert not worker.store.replica.verify_deep(grid)
    proving = [worker.sync() for _ in worker.store.facts.grants().scopes]

    assert all(report.differing == () for report in proving)
    assert household_row(worker, grid) == number, "row by row, and not taken anew"
    assert worker.store.reading.find("note", first.id).get("text") == first.get("text")
    assert worker.store.reading.find("note", second.id)
    assert worker.store.reading.find("note", "nobody's") is None
    assert in_step(worker)


def test_a_pending_edit_stays_over_a_mended_row(worker, clerk, filled, grid):
    """The shadow gets the server's row, and what people see stays theirs."""
    worker.transport.watch = lambda path: None
    number = household_row(worker, grid)
    table = TABLES["household"]
    spoil(
        worker,
        update(table)
        .where(table.c.generation == number, table.c.id == filled)
        .values(best_time="wrong"),
    )
    spoil(worker, update(GENERATION).where(GENERATION.c.no == number).values(digest=WRONG))

    def save(path):
        if path == "/v1/fetch":
            worker.patch("household", filled, contact="137")

    worker.transport.watch = save
    worker.sync()

    assert worker.value("household", filled, "contact") == "137"
    assert not worker.value("household", filled, "best_time")
    worker.transport.watch = lambda path: None
    worker.sync()
    assert in_step(worker)


def test_news_that_come_meanwhile_are_no_difference(worker, clerk, filled, grid):
    """The server moved on between the questions: the feed first, then the same again."""
    spoil(worker, update(GENERATION).where(GENERATION.c.shown).values(digest=WRONG))
    said = []

    def speak(path):
        if path in ("/v1/audit", "/v1/fetch") and len(said) < 2:
            said.append(path)
            clerk.append("note", grid, household_id=filled, text=f"news {len(said)}")
            clerk.sync()

    worker.transport.watch = speak
    report = worker.sync()

    assert report.differing == ()
    assert len(worker.store.reading.rows("note")) == 22
    assert in_step(worker)


def spoil_server(staffed, grid):
    with staffed.database.write() as connection:
        connection.execute(update(SCOPE).where(SCOPE.c.scope_id == grid).values(digest=WRONG))


def test_a_server_that_is_wrong_about_itself_stops_no_news(worker, clerk, filled, grid, staffed):
    """What it sends is shown; the difference is named until it is gone."""
    spoil_server(staffed, grid)

    for number in range(3):
        clerk.append("note", grid, household_id=filled, text=f"news {number}")
        clerk.sync()
        report = worker.sync()
        assert report.differing == (grid,)
        assert len(worker.store.reading.rows("note")) == 21 + number

    assert check_store(staffed.database).differences != []


def test_nor_does_it_stop_a_first_sync(staffed, household, grid, tmp_path):
    """A computer without a copy shows what comes."""
    spoil_server(staffed, grid)
    with laptop(tmp_path / "fresh", staffed, "chenxiaohe") as fresh:
        report = fresh.sync()

        assert report.differing == (grid,)
        assert fresh.store.reading.find("household", household)


def test_a_day_passes_before_a_whole_copy_is_taken_again(
    worker, clerk, filled, grid, staffed, forget_lately
):
    """Mending in vain costs something: not every three minutes."""
    spoil_server(staffed, grid)
    worker.sync()
    paths = paths_of(worker)

    worker.sync()
    assert paths == ["/v1/pull"]
    forget_lately()
    worker.sync()
    assert "/v1/audit" in paths


def test_a_lasting_difference_is_gone_once_the_server_is_right(worker, filled, grid, staffed):
    """And nobody has to do anything for it."""
    with staffed.database.read() as connection:
        right = connection.execute(SCOPE.select().where(SCOPE.c.scope_id == grid)).one().digest
    spoil_server(staffed, grid)
    assert worker.sync().differing == (grid,)
    with staffed.database.write() as connection:
        connection.execute(update(SCOPE).where(SCOPE.c.scope_id == grid).values(digest=right))

    assert worker.sync().differing == ()
    assert in_step(worker)


def test_a_copy_that_cannot_be_mended_row_by_row_is_taken_anew(worker, filled, grid, monkeypatch):
    """After two tries, and once."""
    monkeypatch.setattr(worker.store.replica, "mend", lambda told: True)
    number = household_row(worker, grid)
    notes = TABLES["note"]
    spoil(worker, delete(notes).where(notes.c.generation == number))
    spoil(worker, update(GENERATION).where(GENERATION.c.no == number).values(digest=WRONG))
    paths = paths_of(worker)

    report = worker.sync()

    assert paths.count("/v1/audit") == 2
    assert report.differing == ()
    assert len(worker.store.reading.rows("note")) == 20
    assert in_step(worker)


def test_nobody_audits_what_is_not_theirs(staffed, worker, grid):
    """The same refusal for a scope of others and for one that never was."""
    other = f"grid:{staffed.grids['第1网格']}"
    laptop = staffed.enroll("chenxiaohe", "probe")
    for scope in (other, "grid:nowhere"):
        body = f'{{"scope":"{scope}","buckets":[1]}}'.encode()
        for path in ("/v1/audit", "/v1/fetch"):
            answer = staffed.request("POST", path, body, laptop.enrolled.token)
            assert answer.status == 404


def test_the_parts_of_a_digest_are_its_rows(worker, filled, grid):
    """Each row counts in the part that its id names."""
    proof = worker.store.replica.prove(grid)
    held = worker.store.replica.server_rows(grid)

    assert proof.digest == proof.kept
    used = {bucket_of(row_id) for _, row_id in held}
    assert {n for n, part in enumerate(proof.sums) if int(part, 16)} == used
