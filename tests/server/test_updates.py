"""What a server that hands out releases says to whoever asks, which anybody may."""

import json

from sync.server.updates import FOLDER_NAME
from tests.support.server import RunningServer

HERE = "/v1/updates/stable/linux-x86_64"


def test_whatever_part_is_asked_for_there_are_bytes_or_none(server, tmp_path):
    """Beyond the end, beyond what a file can be, and while another release takes its place: no
    stranger fills the log with errors."""
    folder = tmp_path / "server" / FOLDER_NAME
    folder.mkdir(parents=True)
    told = {"version": "1.0.0", "size": 3, "sha256": "", "file": "stable.release"}
    (folder / "stable-linux-x86_64.json").write_text(json.dumps(told))
    assert part(server, "0") == (200, b"")

    (folder / told["file"]).write_bytes(b"abc")
    assert part(server, "0") == (200, b"abc")
    for start in ("3", "4", "9" * 19, "9" * 300):
        assert part(server, start) == (200, b"")


def part(server: RunningServer, start: str) -> tuple[int, bytes]:
    answer = server.request("GET", f"{HERE}/{start}")
    return answer.status, answer.body
