"""Two windows of one community on real computers of a real server: what is undone, and what not."""

from datetime import UTC, datetime

import pytest

from desktop.services.desk_cases import NewCase
from desktop.services.outbox import held_reason
from tests.support.disagreement import side_of
from tests.support.laptops import TickingClock
from tests.support.server import COMMUNITY, server  # noqa: F401


@pytest.fixture
def windows(tmp_path, server):  # noqa: F811
    """Two clerks, each with a computer, and a case of the first that both know."""
    clock = TickingClock(datetime(2026, 6, 18, 2, 0, tzinfo=UTC))
    sides = []
    for login, name in (("chen", "陈晓禾"), ("lin", "林小雨")):
        server.add_user(login, "desk_clerk", COMMUNITY, name)
        sides.append(side_of(tmp_path, server, login, clock))
        sides[-1].sync()
    cases = sides[0].place.service_cases
    papers = tuple(cases.services.item("dibao_review").materials)
    case = cases.receive(NewCase("dibao_review", got=papers, applicant="王桂兰"))
    for side in sides:
        side.sync()
    yield (*sides, case.id)
    for side in sides:
        side.place.close()


def stands(side, case_id):
    row = side.place.store.reading.find("service_case", case_id)
    return row.get("stage"), row.get("ready_at"), row.get("picked_up_by")


def ready_and_handed_over(chen, lin, case_id):
    """Chen makes it ready and Lin hands it over, which Chen's computer has not heard of."""
    done = chen.place.service_cases.step(case_id, "ready")
    chen.sync()
    lin.sync()
    lin.place.service_cases.pick_up(case_id, "王晓燕")
    lin.sync()
    return done


@pytest.mark.parametrize("uploaded", [False, True])
def test_a_step_is_undone_sent_or_not(windows, uploaded):
    """Both windows read then what stood before."""
    chen, lin, case = windows
    before = stands(chen, case)
    done = chen.place.service_cases.step(case, "ready")
    if uploaded:
        chen.sync()
        lin.sync()
    assert chen.place.service_cases.take_back(done)
    for side in (chen, lin):
        side.sync()
    assert stands(chen, case) == stands(lin, case) == before


def test_the_undo_of_a_stale_computer_overwrites_nothing(windows):
    """Lin handed it over before Chen, of whose line nothing came through, took ready back."""
    chen, lin, case = windows
    done = ready_and_handed_over(chen, lin, case)
    assert chen.place.service_cases.take_back(done)
    chen.sync()
    chen.sync()
    assert stands(chen, case) == stands(lin, case)
    assert stands(chen, case)[::2] == ("picked_up", "王晓燕")
    (held,) = [one for one in chen.place.store.reading.deliveries("service_case", case) if one.code]
    assert held_reason(held.code).startswith("Somebody went on")


def test_where_it_is_known_the_undo_is_refused_at_once(windows):
    """Nothing is written then."""
    chen, lin, case = windows
    done = ready_and_handed_over(chen, lin, case)
    chen.sync()
    assert not chen.place.service_cases.take_back(done)
    assert chen.place.store.reading.counts().waiting == 0
