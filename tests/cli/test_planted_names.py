"""Fifty planted names and their numbers: nothing that IT is given holds any of them."""

import logging
import zipfile
from http.client import HTTPConnection
from urllib.parse import urlsplit

import msgspec
import pytest

from desktop.crash import report_unhandled, start_log
from desktop.services.profiles import Profiles
from sync.identity import Minter, SystemClock
from sync.server.cli import run as run_server
from sync.server.office import Office
from sync.server.people import mint_code
from sync.wire.device_messages import DeviceRequest
from tests.support.plaintext import leaks
from tests.support.town import COMMUNITY

PLACE = "6-1-101"


@pytest.fixture
def everything(tmp_path):
    """A folder for all that is told, with a log of every word that either program says."""
    folder = tmp_path / "told"
    start_log(folder)
    root = logging.getLogger()
    level, handler = root.level, root.handlers[-1]
    root.setLevel(logging.DEBUG)
    yield folder
    root.setLevel(level)
    root.removeHandler(handler)
    handler.close()


def test_none_of_them_is_in_what_it_gets(
    worker, town_server, founded, everything, tmp_path, capsys, monkeypatch
):
    """Logs at their most talkative, a crash over a resident's row, the bundle, devices by both
    ways, metrics, refusals by name, and the home folder itself."""
    names = founded.town.canaries
    told = [worker.type("visit", PLACE, "--result", "met", "--note", " ".join(names)).err]
    for name in names[:3]:  # Whoever typed the name reads it on their terminal, and nobody else.
        assert worker.type("visit", f"{name}@9-9-909", "--result", "met").code != 0
    told += [worker.type("apply", "-", stdin=f'{{"do":"note","ref":"{names[0]}"').err]
    told += [worker.type("sync").out, worker.type("status", "--json").out]
    _fall_over(names[1], monkeypatch)
    bundle = tmp_path / "bundle.zip"
    told += [worker.type("doctor", "--json", "--bundle", str(bundle)).out]
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(everything / "bundle")
    told += _devices_and_metrics(worker, town_server, names[2])
    assert run_server(["devices", "--data", str(tmp_path / "server"), "--json"]) == 0
    told.append(capsys.readouterr().out)
    (everything / "told.txt").write_text("\n".join(told), encoding="utf-8")

    assert "doorstep.crash unhandled" in (everything / "doorstep.log").read_text("utf-8")
    assert leaks(everything, names) + leaks(worker.home, names) == []


def _fall_over(name, monkeypatch):
    """A bug whose exception quotes the row at hand."""
    monkeypatch.setattr("sys.excepthook", None)
    hook = report_unhandled(lambda: None)
    try:
        raise ValueError(f"no such row: {name}") from KeyError(name)
    except ValueError as error:
        hook(ValueError, error, error.__traceback__)


def _devices_and_metrics(worker, database, name):
    """What IT's own computer and the office's monitoring are given, refusals included."""
    clock = SystemClock()
    office = Office(database, clock, Minter(now=clock.now))
    office.add_user(COMMUNITY, "it", "小吴")
    office.assign("it", "it_admin", COMMUNITY)
    server = urlsplit(Profiles(worker.home / "profiles").pick(None).connection().server)
    line = HTTPConnection(server.hostname, server.port, timeout=30)

    def ask(method, path, body=None, token=""):
        line.request(method, path, body, {"Authorization": f"Bearer {token}"} if token else {})
        return line.getresponse().read()

    code = msgspec.json.encode({"code": mint_code(database, "it", clock).code, "device_name": "x"})
    token = msgspec.json.decode(ask("POST", "/v1/enroll", code))["token"]
    found = [
        ask("GET", "/v1/devices", token=token),
        ask("POST", "/v1/devices/lost", msgspec.json.encode(DeviceRequest(name)), token),
        ask("GET", "/metrics"),
        ask("POST", "/v1/push", f'{{"scope":"{name}"}}'.encode(), token),
    ]
    line.close()
    assert b'"login":"chen"' in found[0]
    assert b"doorstep_devices" in found[2]
    return [one.decode() for one in found]
