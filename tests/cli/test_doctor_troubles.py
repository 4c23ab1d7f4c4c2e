"""``doorstep doctor`` as IT types it: each trouble planted for real, and its remedy named in both
languages. A font that is missing is planted where the packages are tried."""

import json
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import update

from desktop.services.profiles import ProfileFolder, Profiles
from sync.i18n import LANGUAGES
from sync.identity import SystemClock
from sync.server.tables import DEVICE
from sync.store import vault
from sync.store.database import open_database
from tests.support.processes import PASSWORD
from tests.support.secure import certificate, secure
from tests.support.stranger import stranger
from tests.support.terminal import Terminal

__all__ = ["secure"]

PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")


@dataclass
class Ground:
    """A sound computer before something goes wrong on it, and its server."""

    worker: Terminal
    monkeypatch: pytest.MonkeyPatch
    folder: Path
    request: pytest.FixtureRequest
    around: AbstractContextManager[Any]

    @property
    def profile(self) -> ProfileFolder:
        """The worker's."""
        return Profiles(self.worker.home / "profiles").pick(None)

    def serve(self) -> Any:
        """Bring the server into reach; its store."""
        return self.request.getfixturevalue("town_server")

    def say(self, **environment: str) -> None:
        """What the computer's session says."""
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)

    def later(self, **so_much: float) -> None:
        """Have the computer's clock show another time."""
        self.say(DOORSTEP_NOW=(SystemClock().now() + timedelta(**so_much)).isoformat())

    def connected(self, **changed: str) -> None:
        """Have the connection written down differently."""
        self.profile.remember(replace(self.profile.connection(), **changed))

    def policy(self, text: str) -> None:
        """Have IT set this."""
        file = self.folder / "policy.toml"
        file.write_text(text, encoding="utf-8")
        self.say(DOORSTEP_POLICY=str(file))


def open_to_others(ground: Ground) -> None:
    ground.profile.path.chmod(0o755)


def clock_fell_back(ground: Ground) -> None:
    ground.say(DOORSTEP_NOW=datetime(2001, 1, 1, tzinfo=UTC).isoformat())


def no_input_method(ground: Ground) -> None:
    ground.say(PATH=str(ground.folder), QT_IM_MODULE="", XMODIFIERS="")


def fell_over(ground: Ground) -> None:
    logs = ground.worker.home / "logs"
    logs.mkdir(exist_ok=True)
    line = "2026-11-28 08:00:00,000 ERROR doorstep.crash unhandled\nValueError\n"
    (logs / "doorstep.log").write_text(line, encoding="utf-8")


def broken_policy(ground: Ground) -> None:
    ground.policy('# The office.\nlanguage = "fr"\n')


def no_keychain(ground: Ground) -> None:
    ground.policy("allow_without_keychain = false\n")


def never_set_up(ground: Ground) -> None:
    (ground.worker.home / "profiles").rename(ground.folder / "elsewhere")


def nobody_listens(ground: Ground) -> None:
    ground.worker.reach(f"http://127.0.0.1:{_closed_port()}")


def proxy_not_used(ground: Ground) -> None:
    nobody_listens(ground)
    ground.say(HTTPS_PROXY="http://10.0.0.1:3128")


def proxy_gone(ground: Ground) -> None:
    ground.connected(proxy=f"http://127.0.0.1:{_closed_port()}")


def login_page(ground: Ground) -> None:
    ground.around = stranger(body=b"<html>Welcome</html>")


def unknown_authority(ground: Ground) -> None:
    serve = ground.request.getfixturevalue("secure")
    ground.worker.reach(serve(certificate(ground.folder, "127.0.0.1"), b""))


def signed_out(ground: Ground) -> None:
    with ground.serve().write() as connection:
        connection.execute(update(DEVICE).values(revoked_at="2026-01-01T00:00:00Z"))


def broken_key(ground: Ground) -> None:
    (ground.profile.path / vault.FILE_NAME).write_text("{", encoding="utf-8")


def damaged(ground: Ground) -> None:
    file = ground.profile.store_file
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def newer_app(ground: Ground) -> None:
    key = vault.unlock(ground.profile.path, PASSWORD)
    database = open_database(ground.profile.path, key, now=SystemClock().now())
    with database.writing() as connection:
        connection.exec_driver_sql("PRAGMA user_version=9999")
    database.close()


def waits_for_days(ground: Ground) -> None:
    ground.worker.must("note", "6-1-101", "Four days ago")
    ground.later(days=4)


def never_backed_up(ground: Ground) -> None:
    ground.serve()
    ground.worker.must("note", "6-1-101", "Sent")
    ground.worker.must("sync")


@dataclass(frozen=True)
class Trouble:
    """One trouble: what is planted, where it is found, and words of its remedy by language."""

    plant: Callable[[Ground], None]
    check: str
    english: str
    chinese: str
    is_grave: bool = True


TROUBLES: Final = (
    Trouble(open_to_others, "folder", "chmod -R go-rwx", "chmod -R go-rwx", is_grave=False),
    Trouble(clock_fell_back, "clock", "Set date and time, zone Beijing", "北京"),
    Trouble(no_input_method, "input", "Install fcitx5 or ibus", "装上带中文输入的 fcitx5"),
    Trouble(fell_over, "crashes", "--bundle", "--bundle", is_grave=False),
    Trouble(broken_policy, "policy", "line 2: language", "第 2 行"),
    Trouble(no_keychain, "keychain", "Install gnome-keyring", "安装 gnome-keyring"),
    Trouble(never_set_up, "profile", "doorstep enroll", "doorstep enroll"),
    Trouble(nobody_listens, "server", "cable or Wi-Fi", "网线"),
    Trouble(proxy_not_used, "server", "--proxy", "--proxy"),
    Trouble(proxy_gone, "proxy", "enrol again with --proxy", "用 --proxy"),
    Trouble(login_page, "server", "Open the browser, log in", "浏览器"),
    Trouble(unknown_authority, "server", "ask IT for the CA file", "找技术员要证书文件"),
    Trouble(signed_out, "sign_in", "Ask IT for a new code", "注册码"),
    Trouble(broken_key, "password", "Keep the folder and ask IT", "找技术员"),
    Trouble(damaged, "store", "doorstep mend", "doorstep mend"),
    Trouble(newer_app, "store", "Update", "升级"),
    Trouble(waits_for_days, "waiting", "courier file", "U 盘文件", is_grave=False),
    Trouble(never_backed_up, "backup", "doorstep-server backup", "doorstep-server backup", False),
)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.plant.__name__)
def test_each_planted_trouble_is_found_and_its_remedy_named(
    worker, tmp_path, monkeypatch, request, trouble
):
    """The one finding about it is grave or not, as it should be, and says what to do."""
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    ground = Ground(worker, monkeypatch, tmp_path, request, nullcontext())
    trouble.plant(ground)

    with ground.around as somewhere:
        if somewhere:
            worker.reach(somewhere)
        told = {language: _told(worker, monkeypatch, language) for language in LANGUAGES}

    wanted = {"en": trouble.english, "zh_CN": trouble.chinese}
    for language, found in told.items():
        about = [one for one in found if one["check"] == trouble.check and one["state"] != "well"]
        assert [one["state"] for one in about] == ["trouble" if trouble.is_grave else "care"]
        assert wanted[language] in about[0]["told"] + about[0]["remedy"]


def _told(worker: Terminal, monkeypatch: pytest.MonkeyPatch, language: str) -> list[dict[str, Any]]:
    monkeypatch.setenv("DOORSTEP_LANG", language)
    return list(json.loads(worker.type("doctor", "--json").out)["findings"])


def _closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        return int(nobody.getsockname()[1])
