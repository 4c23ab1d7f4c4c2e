"""Enrolling this computer, its password, and where it stands."""

import platform
import secrets
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Final

import typer

from desktop.cli.context import (
    Access,
    JsonOption,
    access_of,
    print_json,
    tell_or_silent,
)
from desktop.services import keeping, leasing, locking, mending
from desktop.services.profiles import DEFAULT_NAME
from desktop.services.status import status_document, status_lines
from desktop.services.syncing import NewComputer, enroll_again
from desktop.services.syncing import enroll as enroll_computer
from desktop.services.tries import counted
from desktop.services.workplace import open_workplace
from sync.errors import DoorstepError
from sync.i18n import N_, _, n_
from sync.identity import SystemClock
from sync.store import vault
from sync.store.keychain import system_keychain

ALONE: Final = N_(
    "This computer has no keychain: the password and the server's lease protect it alone. Encrypt "
    "its disk, too."
)
LOCK_WITHIN_S: Final = 10.0
LOOK_EVERY_S: Final = 0.05


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("enroll")(enroll)
    app.command("status")(status)
    app.command("password")(password)
    app.command("lock")(lock)
    app.command("extend")(extend)
    app.command("recover")(recover)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("mend")(mend)


def enroll(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The server's address.")],
    code: Annotated[str, typer.Option("--code", help="The one-time code from IT.")],
    ca: Annotated[str, typer.Option("--ca", help="The organisation's CA file.")] = "",
    proxy: Annotated[str, typer.Option("--proxy", help="The proxy's address.")] = "",
    device: Annotated[str, typer.Option("--device", help="What others call this computer.")] = "",
) -> None:
    """Enrol this computer with a one-time code, and set the password.

    A profile that is here already keeps its password and everything in it.
    """
    access = access_of(context)
    computer = NewComputer(url, code, device or platform.node(), ca, proxy)
    if (access.profile or DEFAULT_NAME) in access.profiles.names():
        _enroll_again(access, computer)
        return
    folder = access.profiles.reserve(access.profile)
    chosen = access.password(new=True)
    store = enroll_computer(folder, computer, chosen, SystemClock())
    is_alone = store.vault is not None and not store.vault.keychain.is_there
    store.close()
    if is_alone:
        typer.echo(_(ALONE))
    typer.echo(_("This computer is set up as {profile}.").format(profile=folder.name))


def _enroll_again(access: Access, computer: NewComputer) -> None:
    with access.workplace() as place:
        enroll_again(place.folder, place.store, computer)
        told = _("{profile} is set up anew. Everything in it is still here.")
        typer.echo(told.format(profile=place.folder.name))


def status(
    context: typer.Context,
    json_: JsonOption = False,
) -> None:
    """Say what is on this computer, what waits, and when it last reached the server."""
    with access_of(context).workplace() as place:
        if json_:
            print_json(status_document(place))
            return
        for line in status_lines(place):
            typer.echo(line)


def password(
    context: typer.Context,
) -> None:
    """Change the password; nothing is encrypted anew. Standard input: old, then new."""
    access = access_of(context)
    folder = access.folder()
    old = access.password()
    new = access.password(new=True)
    with counted(folder, SystemClock()):
        keychain = system_keychain()
        vault.change_password(folder.path, old, new, secrets.token_bytes, keychain=keychain)
    typer.echo(_("The password is changed."))


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
) -> None:
    """Write this profile into FILE, as encrypted as it is: what waits and drafts are in it."""
    with access_of(context).workplace() as place:
        was_there = file.exists()
        keeping.back_up(place.store, place.folder, file, place.clock, tell_or_silent())
        typer.echo(_("The backup is in {file}.").format(file=file))
        if was_there:
            typer.echo(_("It took the place of an earlier file of that name."))


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup's file.")],
) -> None:
    """Make a profile of what FILE holds. One that is here already is never written over."""
    access = access_of(context)
    profiles = access.profiles
    folder = keeping.restore(profiles, access.profile, file, access.password(), tell_or_silent())
    typer.echo(_("{profile} is back. Sync it next.").format(profile=folder.name))


def mend(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Option("--backup", metavar="FILE", help="A backup of this profile.")
    ] = None,
) -> None:
    """Set a profile right whose data does not open any more. What was not sent stays."""
    access = access_of(context)
    folder, typed = access.folder(), access.password()
    with counted(folder, SystemClock()):
        mending.mend(folder, typed, SystemClock(), file)
    with closing(open_workplace(folder, typed, SystemClock())) as place:
        count = place.store.reading.counts().waiting
        found = mending.found_words(place.store.found)
    # Only the server knows which of them it has: the file that knew as well is damaged.
    told = n_(
        "One edit is here that waits, or that no backup of the server holds yet.",
        "{count} edits are here that wait, or that no backup of the server holds yet.",
        count,
    )
    typer.echo(told.format(count=count))
    for words in found:
        typer.echo(words)
    typer.echo(_("It opens again. Sync it next."))


def extend(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="What IT reads to you.")],
) -> None:
    """Open this profile again without a network, by a code that IT reads over the telephone."""
    folder = access_of(context).folder()
    with counted(folder, SystemClock()):
        days = leasing.extend(folder, code)
    typer.echo(
        n_("It opens for one more day.", "It opens for {days} more days.", days).format(days=days)
    )


def recover(
    context: typer.Context,
    first: Annotated[Path, typer.Argument(metavar="FIRST", help="One person's file.")],
    second: Annotated[Path, typer.Argument(metavar="SECOND", help="The other person's file.")],
) -> None:
    """Open this profile with the organisation's recovery key, and set a new password."""
    access = access_of(context)
    leasing.recover(access.folder(), first, second, access.password(new=True))
    typer.echo(_("The password is changed."))


class StaysOpen(DoorstepError):
    """The window did not follow: an older version, a command at work, or it hangs."""

    code = "profile.stays_open"
    message = N_("The profile stays open: a command is at work, or the window does not answer.")


def lock(context: typer.Context) -> None:
    """Have the window that shows this profile lock it, drafts kept. Needs no password."""
    folder = access_of(context).folder()
    if not locking.is_open(folder):
        typer.echo(_("This profile is not open."))
        return
    locking.ask_to_lock(folder)
    until = monotonic() + LOCK_WITHIN_S
    while locking.is_open(folder):
        if monotonic() > until:
            raise StaysOpen
        sleep(LOOK_EVERY_S)
    typer.echo(_("It is locked."))
