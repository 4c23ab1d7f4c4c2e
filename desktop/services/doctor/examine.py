"""The whole examination, in the order in which somebody mends things."""

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop.services.doctor import computer, ledger, line
from desktop.services.doctor.finding import Finding, State, trouble, well
from desktop.services.doctor.line import Dial, Way
from desktop.services.policy import NO_POLICY, Policy
from desktop.services.profiles import ProfileFolder, Profiles
from desktop.services.syncing import Connect
from sync.errors import DoorstepError
from sync.i18n import _
from sync.identity import Clock, Minter
from sync.store.keychain import Keychain
from sync.store.store import Store
from sync.store.vault import NO_KEYCHAIN


@dataclass(frozen=True)
class Desktop:
    """What only the window system knows: characters without a glyph, and what Qt has plugins
    for, such as ``ibus``."""

    missing_characters: str
    input_plugins: Collection[str]


@dataclass(frozen=True)
class Surroundings:
    """The computer as the examination meets it."""

    data: Path
    logs: Path
    clock: Clock
    environment: Mapping[str, str]
    desktop: Desktop
    connect: Connect
    dial: Dial
    policy: Callable[[], Policy] = lambda: NO_POLICY
    keychain: Keychain = NO_KEYCHAIN


def examine(around: Surroundings, profile: str | None, password: str | None) -> Iterator[Finding]:
    """Everything that commonly goes wrong, found one by one.

    Without a ``password`` what lies behind it is told as not looked at.
    """
    yield computer.folder(around.data)
    yield computer.disk(_free(around.data))
    yield computer.clock(around.clock.now())
    yield computer.fonts(around.desktop.missing_characters)
    yield computer.input_method(
        around.environment,
        around.desktop.input_plugins,
        lambda program: shutil.which(program, path=around.environment.get("PATH")) is not None,
    )
    yield computer.crashes(around.logs)
    try:
        policy = around.policy()
    except DoorstepError as error:
        yield trouble("policy", error)
        return
    yield computer.policy(policy)
    yield computer.keychain(around.keychain, policy.allow_without_keychain)
    try:
        folder = Profiles(around.data / "profiles", policy).pick(profile)
        connection = folder.connection()
    except DoorstepError as error:
        yield trouble("profile", error)
        return
    yield well("profile", _("There is one, and its connection is written down."))
    if not policy.is_server(connection.server):
        yield computer.other_server(policy)
    way = Way(connection, around.connect, around.dial)
    yield line.proxy(way)
    yield line.server(way, around.environment)
    yield from _behind_the_password(around, folder, way, password)


def _behind_the_password(
    around: Surroundings, folder: ProfileFolder, way: Way, password: str | None
) -> Iterator[Finding]:
    if password is None:
        told = _("Not looked at: no password was given.")
        yield Finding("password", State.UNKNOWN, told)
        return
    key = ledger.key_of(folder, password, around.clock)
    if isinstance(key, Finding):
        yield key
        return
    yield well("password", _("The key file is whole and the password is right."))
    whole = ledger.whole(folder, key)
    if whole.state is not State.WELL:
        yield whole
        return
    try:
        minter = Minter(now=around.clock.now)
        store = Store.open_with(folder.path, key, clock=around.clock, minter=minter)
    except DoorstepError as error:
        yield trouble("store", error)
        return
    try:
        yield whole
        yield from _in(store, around, way)
    finally:
        store.close()


def _in(store: Store, around: Surroundings, way: Way) -> Iterator[Finding]:
    now = around.clock.now()
    yield from line.sign_in(replace(way, who=store.credentials()), now)
    yield ledger.brought_back(store, now)
    yield ledger.waiting(store, now)
    yield ledger.backup(store, now)
    yield ledger.copies(store)


def _free(data: Path) -> int:
    """Bytes that are free where the app keeps things, or will."""
    there = next(place for place in (data, *data.parents) if place.exists())
    return shutil.disk_usage(there).free
