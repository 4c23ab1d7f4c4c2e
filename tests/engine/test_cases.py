"""Mediation cases that begin on a laptop without a network, and go to whom they belong."""

from collections.abc import Iterator

import pytest

from sync.errors import ServerUnreachable
from sync.identity import Minter
from sync.store import records
from sync.store.facts import Grants
from tests.support.laptops import LOST, REPLY_LOST, TestLaptop, laptop


@pytest.fixture
def mediators(staffed, tmp_path) -> Iterator[tuple[TestLaptop, TestLaptop]]:
    """The laptops of two mediators, synced."""
    for login in ("zoudahai", "qinlan"):
        staffed.add_user(login, "mediator", "fenghe", login)
    with (
        laptop(tmp_path / "zou", staffed, "zoudahai") as one,
        laptop(tmp_path / "qin", staffed, "qinlan") as other,
    ):
        one.sync()
        other.sync()
        yield one, other


def staff(device: TestLaptop) -> str:
    return device.store.account.user.staff_id


def open_case(device: TestLaptop, stage: str, *mediators: str) -> str:
    """Open a case and write a talk into it, in one saving; the case's id."""
    case = Minter().new_id()
    scope = f"case:{case}"
    fields = {"stage": stage, "mediators": list(mediators), "opened_by": staff(device)}
    talk = {"case_id": case, "kind": "inquiry", "text": "楼上漏水。"}
    device.store.records.write(
        [
            records.create("mediation_case", fields, scope_id=scope, row_id=case),
            records.append("case_talk", talk, scope_id=scope),
        ]
    )
    return case


def talks(device: TestLaptop) -> list[str]:
    return [row.get("text") for row in device.store.reading.rows("case_talk")]


def test_a_case_begun_offline_is_worked_on_at_once_and_numbered_later(mediators):
    """Nobody waits for a server to write down what is said."""
    zou, qin = mediators
    case = open_case(zou, "accepted", staff(zou), staff(qin))
    assert zou.value("mediation_case", case, "stage") == "accepted"
    assert talks(zou) == ["楼上漏水。"]

    report = zou.sync()
    qin.sync()

    assert report.pending == report.held == 0
    assert zou.value("mediation_case", case, "no").endswith("人调字第1号")
    assert talks(zou) == talks(qin) == ["楼上漏水。"]
    assert f"case:{case}" in report.heads
    assert zou.store.replica.verify_deep(f"case:{case}")


@pytest.mark.parametrize("accident", [LOST, REPLY_LOST])
def test_a_case_is_not_put_away_before_it_was_sent(mediators, accident):
    """A server that does not know the scope yet has no say in it."""
    zou, qin = mediators
    case = open_case(zou, "accepted", staff(zou), staff(qin))
    zou.store.facts.set_grants(Grants())  # Hello is said anew.
    zou.transport.accidents = [None, accident, LOST, LOST, LOST, LOST]
    with pytest.raises(ServerUnreachable):
        zou.sync()
    assert talks(zou) == ["楼上漏水。"]

    zou.transport.accidents = []
    zou.sync()
    qin.sync()

    assert zou.value("mediation_case", case, "no").endswith("人调字第1号")
    assert talks(zou) == talks(qin) == ["楼上漏水。"]


def test_what_a_worker_hands_on_is_not_theirs_once_it_is_accepted(mediators, worker):
    """Sealed and purged as any scope that is taken away; nothing of it is lost."""
    zou, _ = mediators
    worker.sync()
    case = open_case(worker, "clue", staff(zou))
    worker.sync()
    zou.sync()
    assert talks(worker) == talks(zou) == ["楼上漏水。"]

    zou.patch("mediation_case", case, stage="accepted")
    zou.sync()
    worker.sync()

    assert talks(worker) == []
    assert talks(zou) == ["楼上漏水。"]


def test_two_mediators_offline_keep_every_talk(mediators):
    """Each writes and steps on by themselves; the graph settles what it can."""
    zou, qin = mediators
    case = open_case(zou, "accepted", staff(zou), staff(qin))
    zou.sync()
    qin.sync()
    for device, words, stage in ((zou, "甲说", "investigating"), (qin, "乙说", "mediating")):
        talk = {"case_id": case, "kind": "mediation", "text": words}
        device.append("case_talk", f"case:{case}", **talk)
        device.patch("mediation_case", case, stage=stage)

    for device in (zou, qin, zou, qin):
        device.sync()

    assert sorted(talks(zou)) == sorted(talks(qin)) == sorted(["楼上漏水。", "甲说", "乙说"])
    assert zou.value("mediation_case", case, "stage") == "mediating"
    assert qin.value("mediation_case", case, "stage") == "mediating"


def test_a_case_that_may_not_be_opened_is_kept_aside_not_lost(mediators, staffed):
    """The post was taken away meanwhile: the office finds what was written."""
    zou, _ = mediators
    open_case(zou, "accepted", staff(zou))
    staffed.office.assign("zoudahai", "mediator", "fenghe", until="2026-01-01")

    report = zou.sync()

    assert report.held == 2
