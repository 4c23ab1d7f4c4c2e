"""The computer itself: its folder, disk, clock, fonts, input method and the app's own reports."""

import os
import sys
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from desktop.services.doctor.finding import Finding, State, well
from desktop.services.policy import Policy
from sync.errors import KeychainRefused
from sync.i18n import N_, _, n_
from sync.store.keychain import Keychain

MEGABYTE: Final = 1024 * 1024
LEAST_FREE: Final = 200 * MEGABYTE
COMFORTABLE_FREE: Final = 1024 * MEGABYTE
"""A first sync of a large grid with its photos, twice over while a copy is filled anew."""

MADE: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right stands before the app was written."""

_OTHERS: Final = 0o077
_TRIED: Final = "doctor"
_TRIED_BYTES: Final = 32
_CRASH: Final = " ERROR doorstep.crash "


def folder(data: Path) -> Finding:
    """Whether the app may write where it keeps things, and others may not read there."""
    if not data.exists():
        return well("folder", _("Nothing is kept on this computer yet."))
    if not data.is_dir() or not os.access(data, os.W_OK | os.X_OK):
        told = _("The app cannot write into {folder}.").format(folder=_shown(data))
        remedy = _("Give this folder to the user who opens the app.")
        return Finding("folder", State.TROUBLE, told, remedy)
    if sys.platform != "win32" and any(
        place.stat().st_mode & _OTHERS for place in (data / "profiles").glob("*") if place.is_dir()
    ):
        told = _("Other users of this computer can look into a profile's folder.")
        remedy = _("Take their right away: chmod -R go-rwx {folder}").format(folder=_shown(data))
        return Finding("folder", State.CARE, told, remedy)
    return well("folder", _("The app can write there, and nobody else can look."))


def _shown(path: Path) -> str:
    """The path without the name of the system's user, who is a person too."""
    home = Path.home()
    return str(Path("~") / path.relative_to(home)) if path.is_relative_to(home) else str(path)


def disk(free_bytes: int) -> Finding:
    """Whether there is space to save: a full disk refuses every saving."""
    told = _("{free} MB are free.").format(free=free_bytes // MEGABYTE)
    remedy = _("Make space on this disk: empty the bin, move films and downloads away.")
    if free_bytes < LEAST_FREE:
        return Finding("disk", State.TROUBLE, told, remedy)
    if free_bytes < COMFORTABLE_FREE:
        return Finding("disk", State.CARE, told, remedy)
    return well("disk", told)


def clock(now: datetime) -> Finding:
    """Whether the clock can be right at all; the server's clock is compared elsewhere."""
    if now < MADE:
        told = _("The clock says {day}: that is before this app was made.")
        remedy = _("Set date and time, zone Beijing; an old computer may need a new battery.")
        return Finding("clock", State.TROUBLE, told.format(day=now.date()), remedy)
    return well("clock", _("The date can be right."))


def fonts(missing: str) -> Finding:
    """``missing`` holds those of the tried characters that no installed font has."""
    remedy = _("Install a font with all characters: fonts-noto-cjk, or 思源黑体.")
    if "好" in missing:
        told = _("No font on this computer shows Chinese.")
        return Finding("fonts", State.TROUBLE, told, remedy)
    if missing:
        told = _("Names with rare characters show as boxes: {missing}").format(missing=missing)
        return Finding("fonts", State.CARE, told, remedy)
    return well("fonts", _("Common and rare characters are there."))


_INPUT_REMEDY: Final = N_(
    "Install fcitx5 or ibus with a Chinese engine, choose it in the system's settings, and sign in "
    "again."
)
_PROGRAMS: Final = {"fcitx": ("fcitx5", "fcitx"), "ibus": ("ibus-daemon",)}


def input_method(
    environment: Mapping[str, str],
    plugins: Collection[str],
    is_installed: Callable[[str], bool],
    platform: str = sys.platform,
) -> Finding:
    """Whether Chinese can be typed: what the session asks for is there, and Qt can speak to it.

    ``plugins`` are the input methods that this Qt has a plugin for.
    """
    if not platform.startswith("linux"):
        return well("input", _("The system's own input method is used."))
    said = environment.get("QT_IM_MODULE", "") or environment.get("XMODIFIERS", "")
    wanted = next((one for one in _PROGRAMS if one in said), "")
    if not wanted:
        there = [one for programs in _PROGRAMS.values() for one in programs if is_installed(one)]
        if there:
            told = _("The session does not say which input method it uses.")
            remedy = _("Choose {method} in the system's input settings (im-config), sign in again.")
            return Finding("input", State.CARE, told, remedy.format(method=there[0]))
        return Finding(
            "input", State.TROUBLE, _("There is no Chinese input method."), _(_INPUT_REMEDY)
        )
    if not any(map(is_installed, _PROGRAMS[wanted])):
        told = _("The session asks for {method}, and it is not installed.").format(method=wanted)
        return Finding("input", State.TROUBLE, told, _(_INPUT_REMEDY))
    direct = any(plugin.startswith(wanted) for plugin in plugins)
    if wanted == "fcitx" and not direct and not is_installed("fcitx5"):
        told = _("This app cannot speak to fcitx 4.")
        remedy = _("Install fcitx5 or ibus with a Chinese engine beside it, and choose that one.")
        return Finding("input", State.TROUBLE, told, remedy)
    return well("input", _("{method} is there.").format(method=wanted))


def crashes(logs: Path) -> Finding:
    """How often the app fell over, by its own reports; they hold no personal data."""
    count = sum(
        line.count(_CRASH)
        for file in sorted(logs.glob("doorstep.log*"))
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
    )
    if not count:
        return well("crashes", _("There is none."))
    told = n_("The app fell over once.", "The app fell over {count} times.", count)
    remedy = _("Send the file that --bundle writes to those who look after the app.")
    return Finding("crashes", State.CARE, told.format(count=count), remedy)


def policy(found: Policy) -> Finding:
    """What holds for everybody on this computer, and where that stands."""
    words = [name for name, _value in found.told()]
    if not words:
        return well("policy", _("IT set nothing for this computer."))
    told = _("{source} sets: {words}.").format(source=found.source, words=", ".join(words))
    return well("policy", told)


def other_server(found: Policy) -> Finding:
    """A profile from before the policy, at a server that it does not name."""
    told = _("This profile belongs to another server than {source} names.")
    remedy = _("Nothing is lost. Sync it, and enrol anew at the server of this computer.")
    return Finding("policy", State.CARE, told.format(source=found.source), remedy)


def keychain(found: Keychain, allowed_without: bool) -> Finding:
    """Whether a secret can be put into the system's keychain and read back, and taken out again."""
    remedy = _("Install gnome-keyring or KWallet and log in to the desktop with a password.")
    if not found.is_there:
        told = _("There is none: profiles are kept by the password and the server's part.")
        return Finding("keychain", State.CARE if allowed_without else State.TROUBLE, told, remedy)
    try:
        found.keep(_TRIED, bytes(range(_TRIED_BYTES)))
        found.forget(_TRIED)
    except KeychainRefused:
        told = _("It takes no secret.")
        return Finding("keychain", State.TROUBLE, told, remedy)
    return well("keychain", _("It keeps a secret and gives it back."))
