"""A week without a line: work leaves on a stick, and receipts come back on it."""

import pytest

from tests.journeys.test_offline_week import NO_NETWORK, _assert_all_there, _rows, _served, _sync
from tests.journeys.week import OPERATIONS, actions, collisions
from tests.support.plaintext import leaks
from tests.support.processes import command_server
from tests.support.scene import Scene


@pytest.fixture
def written(scene: Scene):
    """Forty actions of the worker, and forty of the clerk, who has a line; ten of them clash."""
    scene.worker_line.unplug()
    clashing = collisions(scene.town)
    told = {}
    for who, laptop in (("worker", scene.worker), ("desk", scene.desk)):
        planned = actions(scene.town, who, clashing)
        ids = laptop.apply(planned)
        told[who] = [{**action, "id": id_} for action, id_ in zip(planned, ids, strict=True)]
    _sync(scene.desk)
    assert scene.worker.do("sync").code == NO_NETWORK
    return told


@pytest.mark.timeout(600)
def test_the_desk_hands_a_workers_week_over(scene: Scene, written, tmp_path):
    """Export, carry, hand over, carry back: an empty outbox, receipts, and the conflicts."""
    out, back = tmp_path / "out.courier", tmp_path / "out-answers.courier"
    assert scene.worker.must("courier", "export", str(out), "--json").json()["packed"] == OPERATIONS

    scene.desk.must("courier", "import", str(out))
    brought = scene.worker.must("courier", "import", str(back), "--json").json()

    assert (brought["delivered"], brought["pending"], brought["conflicts"]) == (OPERATIONS, 0, 10)
    assert scene.worker.must("status", "--json").json()["pending"] == 0
    for home in (scene.worker.home, scene.desk.home):
        assert leaks(home, scene.town.canaries) == []
    for file in (out, back):
        assert not [c for c in scene.town.canaries if c.encode() in file.read_bytes()]

    # Everything once more, and a line at last: nothing is doubled, and nothing is left to do.
    scene.desk.must("courier", "import", str(out))
    scene.worker.must("courier", "import", str(back))
    scene.worker_line.plug_in()
    report = scene.worker.must("sync", "--json").json()
    assert (report["pushed"], report["pending"], report["conflicts"]) == (0, 0, 10)
    _sync(scene.desk)
    seen = [laptop.must("conflicts", "--json").json() for laptop in (scene.worker, scene.desk)]
    assert [one["id"] for one in seen[0]] == [one["id"] for one in seen[1]]
    for copy in (_rows(scene.worker), _rows(scene.desk), _served(scene)):
        _assert_all_there(written, copy)


@pytest.mark.timeout(600)
def test_the_server_takes_the_stick_itself(scene: Scene, written, tmp_path):
    """Where no computer of the office has a line to it either."""
    out, back = tmp_path / "out.courier", tmp_path / "back.courier"
    scene.worker.must("courier", "export", str(out))

    told = command_server(scene.data, "courier", "import", str(out), "--out", str(back))

    assert told.code == 0, told.err
    brought = scene.worker.must("courier", "import", str(back), "--json").json()
    assert (brought["delivered"], brought["pending"]) == (OPERATIONS, 0)


def test_a_file_that_is_none_is_refused_calmly(scene: Scene, tmp_path):
    """One line, exit 1, and nothing changed."""
    file = tmp_path / "holiday.courier"
    for content in (b"", b"not ours", b"DOORSTEP" + bytes(200)):
        file.write_bytes(content)
        ended = scene.desk.do("courier", "import", str(file))
        assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert scene.desk.do("courier", "import", str(tmp_path / "none")).code == 1
