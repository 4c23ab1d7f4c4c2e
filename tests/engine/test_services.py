"""Services between two windows and the server: numbers, merging, and who never holds them."""

import pytest

from desktop.services.desk_cases import NewCase, ServiceCases
from desktop.services.matter_forms import NewMatter, Step
from desktop.services.matter_work import MatterWork
from tests.support.laptops import laptop


@pytest.fixture
def second(staffed, tmp_path):
    """Another clerk's computer."""
    staffed.add_user("fangting", "desk_clerk", "fenghe", "方婷")
    with laptop(tmp_path / "second", staffed, "fangting") as made:
        made.sync()
        yield made


def desk_of(made):
    """The window's services on a laptop."""
    return ServiceCases(made.store, made.store.clock)


def test_two_windows_supplement_one_case_and_nothing_is_lost(clerk, second, worker):
    """Papers unite; the register's number is the server's; no worker ever holds a case."""
    clerk.sync()
    mine = desk_of(clerk)
    case = mine.receive(NewCase("dibao_review", applicant="王桂兰"), "1")
    clerk.sync()
    second.sync()
    mine.supplement(case.id, ["id", "book"])
    desk_of(second).supplement(case.id, ["bank", "photo"])
    for made in (clerk, second, clerk):
        made.sync()

    for made in (clerk, second):
        assert made.value("service_case", case.id, "got") == ["bank", "book", "id", "photo"]
        assert made.value("service_case", case.id, "missing") is None
        assert made.value("service_case", case.id, "no").startswith("F-")
    worker.sync()
    assert worker.store.reading.rows("service_case") == []
    assert not [one for one in worker.store.reading.scopes() if one.scope_id.startswith("desk:")]


def test_nothing_is_picked_up_by_nobody_or_closed_unasked(clerk):
    """The graph says what each stage needs; anything else is kept aside by the server."""
    clerk.sync()
    case = desk_of(clerk).receive(NewCase("residence_proof", got=("id", "house"), applicant="王"))
    clerk.patch("service_case", case.id, stage="ready")
    clerk.patch("service_case", case.id, stage="picked_up")
    report = clerk.sync()
    assert report.held == 1
    assert clerk.value("service_case", case.id, "stage") == "ready"


def test_two_clerks_and_a_worker_collide_on_one_matter_and_nothing_is_lost(
    clerk, second, worker, household
):
    """Handed on twice while she begins it: her step stays, one owner stands, the other is asked."""
    for made in (worker, clerk, second):
        made.sync()
    mine, theirs, hers = (MatterWork(one.store, one.store.clock) for one in (clerk, second, worker))
    matter_id = mine.report(NewMatter("楼道灯不亮", household_id=household, source="desk"))
    mine.take(matter_id, Step("assign", owner_id="chen"))
    for made in (clerk, second, worker):
        made.sync()

    mine.take(matter_id, Step("assign", owner="安居物业"))
    theirs.take(matter_id, Step("assign", owner="供电所"))
    hers.take(matter_id, Step("start", text="我先去看看"))
    for made in (worker, clerk, second, worker, clerk):
        made.sync()

    steps = [row.get("kind") for row in clerk.store.reading.rows("matter_step")]
    assert sorted(steps) == ["assign", "assign", "assign", "start"]
    for made in (clerk, second, worker):
        assert made.value("matter", matter_id, "stage") in ("assigned", "processing")
        asked = made.store.reading.conflicts(open_only=True)
        said = {asked[0].get("current"), *(one["value"] for one in asked[0].get("candidates"))}
        assert said == {"安居物业", "供电所"}


def test_a_case_that_another_window_went_on_with_is_not_undone_in_silence(clerk, second):
    """Whoever received it by mistake has not heard of the other one: the case lives, and is asked
    about; one that nobody touched goes everywhere."""
    clerk.sync()
    mine = desk_of(clerk)
    case, untouched = (mine.receive(NewCase("dibao_review", applicant="王桂兰")) for _ in range(2))
    clerk.sync()
    second.sync()
    desk_of(second).supplement(case.id, ["id"])
    second.sync()
    assert mine.unreceive(case, "误登")
    assert mine.unreceive(untouched, "误登")
    for made in (clerk, second, clerk):
        made.sync()
    for made in (clerk, second):
        assert made.value("service_case", case.id, "got") == ["id"]
        assert made.store.reading.find("service_case", untouched.id) is None
        (asked,) = made.store.reading.conflicts(open_only=True)
        assert asked.get("target_id") == case.id
