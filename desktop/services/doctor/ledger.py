"""The encrypted data of a profile: whether it opens, is whole, and gets away."""

from datetime import datetime, timedelta
from typing import Final

from desktop.services.doctor.finding import Finding, State, trouble, well
from desktop.services.mending import found_words
from desktop.services.profiles import ProfileFolder
from desktop.services.tries import counted
from sync.errors import DoorstepError, ProfileInUse
from sync.i18n import _, n_
from sync.identity import Clock, local_day, parse_stamp
from sync.store import vault
from sync.store.database import is_whole
from sync.store.edit_return import Found
from sync.store.keychain import system_keychain
from sync.store.lock import ProfileLock
from sync.store.store import Store
from sync.store.vault import Key

WAITS_TOO_LONG: Final = timedelta(days=3)
TOLD_FOR: Final = timedelta(days=30)
KEPT_TOO_LONG: Final = timedelta(days=7)
"""A server that is backed up every night is done with what it got after a day or two."""


def key_of(folder: ProfileFolder, password: str, clock: Clock) -> Key | Finding:
    """The profile's key, or what keeps it shut."""
    try:
        with counted(folder, clock):
            return vault.unlock(folder.path, password, system_keychain())
    except DoorstepError as error:
        return trouble("password", error)


def whole(folder: ProfileFolder, key: Key) -> Finding:
    """Whether every page of the file is what was written. Nothing is changed or set aside."""
    try:
        lock = ProfileLock(folder.path)
    except ProfileInUse:
        told = _("It is open in another window, so it could not be looked at.")
        return Finding("store", State.UNKNOWN, told, _("Close the app and ask again."))
    try:
        if is_whole(folder.path, key):
            return well("store", _("Every page is as it was written."))
    except DoorstepError as error:
        return trouble("store", error)
    finally:
        lock.release()
    remedy = _("Delete nothing. Close the app, then: doorstep mend. What was not sent stays.")
    return Finding("store", State.TROUBLE, _("The file is damaged."), remedy)


def brought_back(store: Store, now: datetime) -> Finding:
    """Whether anything that was saved was missing here, and what became of it."""
    found = store.facts.brought_back()
    if not found.at:
        return well("brought_back", _("Nothing that was saved was ever missing."))
    at = parse_stamp(found.at)
    words = found_words(Found(found.again, found.unreadable))
    told = " ".join([_("Last on {day}.").format(day=local_day(at)), *words])
    if found.unreadable and now - at < TOLD_FOR:
        remedy = _("Have the work of the last days looked through. Keep the profile's folder.")
        return Finding("brought_back", State.CARE, told, remedy)
    return well("brought_back", told)


def waiting(store: Store, now: datetime) -> Finding:
    """Whether what was saved gets away."""
    count = store.reading.counts().waiting
    oldest = store.reading.oldest_waiting()
    told = n_("One edit waits.", "{count} edits wait.", count).format(count=count)
    if oldest and now - parse_stamp(oldest) > WAITS_TOO_LONG:
        remedy = _("Sync where there is a network, or carry it to the office by a courier file.")
        return Finding("waiting", State.CARE, told, remedy)
    return well("waiting", told)


def backup(store: Store, now: datetime) -> Finding:
    """Whether the server's backups follow what it got: until they do it may lose it, and this
    computer keeps it."""
    oldest = store.reading.oldest_kept()
    if oldest and now - parse_stamp(oldest) > KEPT_TOO_LONG:
        told = _("The server has not been backed up since {day}, or longer.").format(
            day=parse_stamp(oldest).date()
        )
        remedy = _("Tell IT: doorstep-server backup FILE, every night. Until then it stays here.")
        return Finding("backup", State.CARE, told, remedy)
    if oldest and not store.reading.has_backup():
        told = _("The server tells of no backup yet. What was sent stays here until there is one.")
        return Finding("backup", State.CARE, told, _("Tell IT: doorstep-server backup FILE."))
    return well("backup", _("What was sent is in the server's backups, or soon will be."))


def copies(store: Store) -> Finding:
    """Whether both copies were equal when they were last compared."""
    if store.facts.differing():
        told = _("One part of the ledger differs from the server's.")
        remedy = _("Tell IT: doorstep-server check. Going on working is safe.")
        return Finding("copies", State.CARE, told, remedy)
    return well("copies", _("Both were equal when they were last compared."))
