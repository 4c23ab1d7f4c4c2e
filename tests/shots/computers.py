"""What whoever looks after the computers comes to: the page of all of them, with its troubles."""

from typing import Final

from PySide6.QtCore import Qt

from desktop.page import Route
from desktop.pages.devices import DevicesPage
from desktop.services.devices import DevicesReply, DeviceTold
from desktop.services.workplace import Workplace
from tests.shots.scenes import Scene, press
from tests.shots.windows import Opened

Key = Qt.Key


def computer_scenes(_place: Workplace) -> tuple[Scene, ...]:
    """Those to look at, one that met a login page, all, and what is asked before one is lost."""
    devices = Route("devices")
    return (
        Scene("devices-silent", devices, show_computers),
        Scene("devices-error", devices, lambda w: show_computers(w, Key.Key_J)),
        Scene("devices-all", devices, lambda w: show_computers(w, Key.Key_2)),
        Scene("devices-lost", devices, lambda w: show_computers(w, Key.Key_L)),
    )


def show_computers(window: Opened, *keys: Qt.Key) -> None:
    """What a server would tell after some weeks: all of the demo's computers are new and well."""
    page = window.space.page
    assert isinstance(page, DevicesPage)
    page._close()
    page.veil.lift()  # A server that was asked may have refused a copy of the profile.
    page._take(DevicesReply([*_COMPUTERS], 14))
    page.show_filter("look")
    page.rows.go_to_first()
    for key in keys:
        press(window, key)


def _computer(at: int, login: str, owner: str, seen: str, **more: object) -> DeviceTold:
    told = {
        "device": f"0197{at:04d}-7c11-7d20-9a3e-5b1f00c0de{at:02d}",
        "staff_id": f"staff-{login}",
        "login": login,
        "name": f"fenghe-{at:02d}",
        "owner": owner,
        "version": "0.1.0",
        "system": "linux-x86_64",
        "enrolled": "2026-05-20T01:30:00.000Z",
        "seen": seen,
        "told": seen,
        "lease_until": "2026-07-01T02:00:00.000Z",
    }
    return DeviceTold(**(told | more))


_COMPUTERS: Final = (
    _computer(
        1,
        "chenxiaohe",
        "陈晓禾",
        "2026-06-08T09:12:00.000Z",
        pending=12,
        oldest="2026-06-08T07:40:00.000Z",
        lease_until="2026-06-22T09:12:00.000Z",
        silent=True,
    ),
    _computer(
        2,
        "liujianping",
        "刘建平",
        "2026-06-17T23:55:00.000Z",
        pending=3,
        oldest="2026-06-17T08:05:00.000Z",
        held=1,
        error="net.portal",
        system="windows-x86_64",
    ),
    _computer(3, "zoudahai", "邹大海", "2026-06-16T03:20:00.000Z", suspended=True),
    _computer(4, "mengxue", "孟雪", "2026-06-18T01:58:00.000Z"),
    _computer(5, "hanzhiyuan", "韩致远", "2026-06-18T01:30:00.000Z", system="windows-x86_64"),
    _computer(6, "it", "小吴", "2026-06-18T02:00:00.000Z", own=True),
)
