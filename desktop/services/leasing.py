"""The server's part of a profile's key: kept, fetched again, typed in by a code, given up for good.

Nothing here takes anything away before the server has what was not sent.
"""

import logging
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from msgspec import Raw

from desktop.services.locking import ask_to_lock
from desktop.services.policy import NO_POLICY, Policy
from desktop.services.profiles import ProfileFolder
from sync.disk import sync_folder
from sync.errors import (
    DeviceRevoked,
    KeychainLost,
    LeaseEnded,
    NetworkError,
    PasswordChanged,
    RecoveryRefused,
    VaultUnreadable,
)
from sync.i18n import n_
from sync.identity import Clock, ComputerClock
from sync.store import header, lease, vault
from sync.store.account import credentials_of
from sync.store.attachments import State
from sync.store.keychain import Keychain
from sync.store.store import Store
from sync.store.vault import NO_KEYCHAIN, Outside
from sync.wire.client import Client
from sync.wire.messages import LeaseReply, PushRequest
from sync.wire.recovery import Shares
from sync.wire.signing import Credentials, new_key, public_of

COMPUTER_CLOCK: Final = ComputerClock()
log: Final = logging.getLogger("doorstep.lease")


def keep_lease(store: Store, client: Client, policy: Policy = NO_POLICY) -> None:
    """A session reached the server: the days begin anew, and once a day it is asked what holds.

    That it does not answer this, that the password is another by now, that the keychain stays shut
    or the disk is full keeps no sync from ending well.
    """
    try:
        store.lease.met_server()
        if store.vault is not None and store.lease.wants_asking():
            reply = client.lease()
            store.take_lease(policy.lent(reply))
            _keep_signing(store, client, reply)
    except (NetworkError, PasswordChanged, KeychainLost, LeaseEnded, VaultUnreadable) as error:
        log.info("lease not renewed: %s", error.code)
    except OSError as error:
        log.warning("lease not noted: errno %s", error.errno)


def _keep_signing(store: Store, client: Client, reply: LeaseReply) -> None:
    """Give the server the key that requests are signed with, and take the next token. A reply
    that is lost changes nothing: the same is asked and answered another day."""
    if reply.wants_key:
        if not store.account.key:
            store.take_key(new_key())
        client.take_key(public_of(store.account.key))
    elif reply.wants_token:
        store.take_token(client.renew_token())


def note_contact(store: Store) -> None:
    """The server answered, and the session did not end well all the same: the days begin anew."""
    try:
        store.lease.met_server()
    except OSError as error:
        log.warning("lease not noted: errno %s", error.errno)


def fetch_again(
    folder: ProfileFolder, password: str, call: Callable[[Credentials], Client], outside: Outside
) -> None:
    """Get the part back that was given up; ``call`` makes a client for who asks.

    Raises WrongPassword, :class:`DeviceRevoked` once the profile is closed, or :class:`LeaseEnded`
    where the server is out of reach or has another part.
    """
    who = credentials_of(vault.login_of(folder.path, password), folder.path)
    try:
        reply = call(who).lease()
    except NetworkError as error:
        raise LeaseEnded from error
    except DeviceRevoked:
        close_keys(folder, outside.keychain)  # What was not sent cannot be handed in from here.
        raise
    lease.take(folder.path, folder.policy.lent(reply), outside.clock)


def locks_within(store: Store, folder: ProfileFolder) -> int:
    """In how many days this profile locks without contact, once it is time to say so; else 0.

    Where the server's part is none of the key's, its end closes nothing and nothing is said.
    """
    left = days_left(store, folder) if store.lease.ends_soon else None
    return 0 if left is None else max(1, left)


def days_left(store: Store, folder: ProfileFolder) -> int | None:
    """In how many days, begun ones counted, this profile locks without contact; ``None`` where
    nothing ends."""
    found = store.lease.lease
    if found is None or not _is_lent(folder):
        return None
    return -(-found.left // timedelta(days=1))


def said_within(days: int) -> str:
    """The same for people."""
    return n_(
        "This computer has to reach the server within a day, or it locks until it does.",
        "This computer has to reach the server within {days} days, or it locks until it does.",
        days,
    ).format(days=days)


def _is_lent(folder: ProfileFolder) -> bool:
    try:
        told = header.read(folder.path)
        return any(one.kind == header.LEASE for one in header.others_of(told))
    except VaultUnreadable:
        return False


def extend(folder: ProfileFolder, code: str, clock: Clock = COMPUTER_CLOCK) -> int:
    """Take a code that IT read over the telephone: for how many days it counts.

    Raises :class:`~sync.errors.CodeWrong`.
    """
    return lease.extend(folder.path, code, clock).days


def recover(folder: ProfileFolder, first: Path, second: Path, password: str) -> None:
    """Give a profile this password by the organisation's recovery key, from its two files.

    Raises PasswordTooShort or RecoveryRefused; then nothing was changed.
    """
    shares = Shares(_half(first), _half(second))
    vault.recover(folder.path, shares.key(), password, secrets.token_bytes)


def _half(file: Path) -> bytes:
    try:
        return bytes.fromhex(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        raise RecoveryRefused from None


def give_up(store: Store, folder: ProfileFolder, client: Client) -> None:
    """This computer is lost to its office: hand in what was not sent, then erase the keys.

    Where something is left that cannot be handed in, a photo or a draft that belongs to no home,
    the profile is closed instead. Raises NetworkError; then everything is as before, and the next
    contact tries again.
    """
    _hand_in(store, client)
    end = close_keys if _is_left(store) else erase_keys
    end(folder, NO_KEYCHAIN if store.vault is None else store.vault.keychain)
    ask_to_lock(folder)


def close_keys(folder: ProfileFolder, keychain: Keychain) -> None:
    """Leave only the way by the recovery files into the profile; without such a way, every one."""
    with suppress(VaultUnreadable):
        told = header.read(folder.path)
        if "recovery" in told:
            _forget(told, keychain)
            (folder.path / lease.FILE_NAME).unlink(missing_ok=True)
            sync_folder(folder.path)


def erase_keys(folder: ProfileFolder, keychain: Keychain) -> None:
    """Make everything in the profile noise, in the keychain first. The profile is gone then."""
    with suppress(VaultUnreadable):
        _forget(header.read(folder.path), keychain)
    for name in (lease.FILE_NAME, header.FILE_NAME, "connection.json"):
        (folder.path / name).unlink(missing_ok=True)
    sync_folder(folder.path)


def _forget(told: header.Document, keychain: Keychain) -> None:
    for factor in header.others_of(told):
        if factor.kind == header.DEVICE:
            keychain.forget(factor.told.get("entry", ""))


def _is_left(store: Store) -> bool:
    return bool(store.attachments.states()[State.WAITING] or store.drafts.keys())


def _hand_in(store: Store, client: Client) -> None:
    """Drafts become operations first, as they do where a scope is taken away."""
    for copy in store.replica.copies():
        store.replica.revoke(copy.scope_id)
    for scope in store.replica.lanes():
        after = 0
        while waiting := store.replica.waiting(scope, after):
            ops = [Raw(one.raw) for one in waiting]
            client.hand_in(PushRequest(scope, store.account.client_id, waiting[0].seq, ops))
            after = waiting[-1].seq
