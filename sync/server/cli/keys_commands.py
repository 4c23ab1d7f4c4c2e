"""Keys: what laptops are asked for, the recovery key, codes by telephone, and lost computers."""

import csv
import secrets
from pathlib import Path
from typing import Annotated, Final

import msgspec
import typer
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from sync.errors import CourierFileMissing, DoorstepError, WrongUsage
from sync.i18n import N_, _
from sync.server import leases
from sync.server.cli.context import DataOption, JsonOption, office, say_json
from sync.server.leases import rules_of, set_rules
from sync.server.lost import Loss, hand_in_sealed, loss_of
from sync.wire.recovery import name_of

keys_app: Final = typer.Typer(
    help="What protects laptops.", no_args_is_help=True, rich_markup_mode=None
)


class FileThere(DoorstepError):
    """Writing over a half would make all that was sealed with the key unreadable."""

    code = "server.file_there"
    message = N_("{file} is there already. Choose another name.")


class OneFile(WrongUsage):
    """One file with one half in it would be half a key."""

    code = "server.one_file"
    message = N_("Name two different files: each person keeps a half.")


class KeyThere(DoorstepError):
    """The former halves open nothing that is sealed from now on."""

    code = "server.key_there"
    message = N_(
        "There is a recovery key already, {name}. Keep its two files: what was sealed with them "
        "opens with no others. To make another one all the same, add --replace."
    )


@keys_app.command("rules")
def keys_rules(
    data: DataOption,
    days: Annotated[
        int | None, typer.Option(help="How long a laptop opens without contact.")
    ] = None,
    keychain: Annotated[
        bool | None,
        typer.Option("--keychain/--no-keychain", help="Enrol no computer without a keychain."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Say what holds, or decide anew."""
    with office(data) as desk, desk.db.write() as connection:
        before = rules_of(connection)
        rules = msgspec.structs.replace(
            before,
            days=before.days if days is None else days,
            keychain_needed=before.keychain_needed if keychain is None else keychain,
        )
        if rules != before:
            set_rules(connection, rules)
            desk.audit(connection, "keys.rules", "")
    named = name_of(rules.recovery_key) if rules.recovery_key else ""
    if as_json:
        say_json({"days": rules.days, "keychain": rules.keychain_needed, "recovery": named})
        return
    typer.echo(_("A laptop opens for {days} days without contact.").format(days=rules.days))
    typer.echo(
        _("No computer without a keychain is enrolled.")
        if rules.keychain_needed
        else _("A computer without a keychain may be enrolled.")
    )
    typer.echo(_("Recovery key: {name}").format(name=named or _("none yet")))


@keys_app.command("recovery")
def keys_recovery(
    first: Annotated[Path, typer.Argument(metavar="FIRST", help="File for one person.")],
    second: Annotated[Path, typer.Argument(metavar="SECOND", help="File for another person.")],
    data: DataOption,
    replace: Annotated[
        bool, typer.Option("--replace", help="Make another one beside the one there is.")
    ] = False,
) -> None:
    """Make the organisation's recovery key: two files, kept by two people, off this server."""
    if first.resolve() == second.resolve():
        raise OneFile
    for file in (first, second):
        if file.exists():
            raise FileThere(file=str(file))
    private = X25519PrivateKey.generate()
    half = secrets.token_bytes(32)
    other = bytes(a ^ b for a, b in zip(half, private.private_bytes_raw(), strict=True))
    public = private.public_key().public_bytes_raw()
    with office(data) as desk, desk.db.write() as connection:
        former = rules_of(connection).recovery_key
        if former and not replace:
            raise KeyThere(name=name_of(former))
        # Before the key holds: nothing may be sealed to one whose halves are nowhere.
        for file, content in ((first, half), (second, other)):
            file.touch(mode=0o600)
            file.write_text(f"{content.hex()}\n", encoding="ascii")
        set_rules(connection, msgspec.structs.replace(rules_of(connection), recovery_key=public))
        desk.audit(connection, "keys.recovery", name_of(public))
    typer.echo(_("The recovery key is made. Take both files off this computer, to two people."))


def device_extend(device: str, data: DataOption, as_json: JsonOption = False) -> None:
    """A code to read out over the telephone: the computer opens again without a network."""
    with office(data) as desk, desk.db.write() as connection:
        code = leases.next_code(connection, device)
        desk.audit(connection, "lease.extend", device)
    if as_json:
        say_json({"device": device, "code": code})
    else:
        typer.echo(code)


def device_lost(
    device: str,
    data: DataOption,
    list_file: Annotated[
        Path | None, typer.Option("--list", help="Write whose data was on it into this .csv.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """A computer is lost: revoke it, have it erase its keys, and say whose data was on it."""
    with office(data) as desk, desk.db.write() as connection:
        loss = loss_of(connection, device, desk.clock)
        leases.destroy(connection, device, desk.clock)
        desk.audit(connection, "device.lost", device)
    if list_file is not None:
        _write(list_file, loss)
    if as_json:
        say_json(
            {
                "device": loss.device,
                "since": loss.since,
                "last_seen": loss.last_seen,
                "scopes": list(loss.scopes),
                "people": len(loss.people),
            }
        )
        return
    told = _("Lost: {device}, with the data of {people} people since {since}, last seen {seen}.")
    typer.echo(
        told.format(
            device=loss.device, people=len(loss.people), since=loss.since, seen=loss.last_seen
        )
    )


def device_hand_in(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="edits.journal from the computer's profile.")
    ],
    data: DataOption,
    as_json: JsonOption = False,
) -> None:
    """Take what a computer had not sent that nobody can unlock any more; the desk looks at it."""
    if not file.is_file():
        raise CourierFileMissing(file=str(file))
    with office(data) as desk:
        done = hand_in_sealed(desk.db, file.read_bytes(), desk.clock)
        desk.note("device.hand_in", "")
    if as_json:
        say_json({"taken": done.taken, "known": done.known, "unreadable": done.unreadable})
        return
    told = _("Kept aside for the desk: {taken}. Here already: {known}. Not to be read: {spoilt}.")
    typer.echo(told.format(taken=done.taken, known=done.known, spoilt=done.unreadable))


def _write(file: Path, loss: Loss) -> None:
    """Names are masked: who has to tell these people finds them in the app by their ids."""
    file.touch(mode=0o600)
    with file.open("w", encoding="utf-8-sig", newline="") as disk:
        lines = csv.writer(disk)
        lines.writerow(["person", "scope", "name", "since", "last_seen"])
        for one in loss.people:
            lines.writerow([one.person_id, one.scope_id, one.name, loss.since, loss.last_seen])
