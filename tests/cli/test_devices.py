"""``doorstep-server devices``: a laptop syncs, and IT sees it without seeing anybody."""

import json

from sync import __version__
from sync.server.cli import run
from tests.support.scene import Founded

PLACE = "6-1-101"


def test_it_sees_a_laptop_and_no_resident(worker, town_server, founded: Founded, tmp_path, capsys):
    """None of 50 names and 50 numbers, in words and as a document."""
    worker.must("note", PLACE, founded.town.canaries[0])
    worker.must("sync")
    data = str(tmp_path / "server")

    said = []
    for more in ((), ("--json",), ("--silent",)):
        assert run(["devices", "--data", data, *more]) == 0
        said.append(capsys.readouterr().out)

    told = [one for one in json.loads(said[1]) if one["told"]]
    assert {(one["version"], one["pending"], one["silent"]) for one in told} == {
        (__version__, 0, False)
    }
    assert [word for word in founded.town.canaries if word in "".join(said)] == []
