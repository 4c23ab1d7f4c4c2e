"""``doorstep doctor``: what is wrong on this computer, for whoever looks after it."""

import json
import os
import platform
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from desktop.cli.context import Access, JsonOption, access_of, print_json
from desktop.services.doctor.examine import Surroundings, examine
from desktop.services.doctor.finding import Finding, State, worst
from desktop.services.doctor.line import dial
from desktop.services.syncing import connect
from sync import __version__
from sync.errors import DoorstepError, PasswordNeeded
from sync.i18n import N_, _
from sync.identity import SystemClock
from sync.store.keychain import system_keychain

_MARKS = {State.WELL: "✓", State.CARE: "!", State.TROUBLE: "✗", State.UNKNOWN: "?"}


class SomethingIsWrong(DoorstepError):
    """The examination found what keeps people from working."""

    code = "doctor.trouble"
    message = N_("Something is wrong with this computer: see what is marked ✗, and mend it.")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    json_: JsonOption = False,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", help="Also write the report and the app's logs into a .zip."),
    ] = None,
) -> None:
    """Look for what commonly goes wrong, and say how to mend it. Holds no personal data."""
    access = access_of(context)
    findings = []
    for finding in examine(_around(access), access.profile, _password(access)):
        findings.append(finding)
        if not json_:
            told = _("{label}: {value}").format(label=finding.name, value=finding.told)
            typer.echo(f"{_MARKS[finding.state]} {told}")
            if finding.remedy:
                typer.echo(f"  → {finding.remedy}")
    document = _document(findings)
    if json_:
        print_json(document)
    if bundle is not None:
        _write_bundle(bundle, document, access.paths.logs)
    if worst(findings) is State.TROUBLE:
        raise SomethingIsWrong


def _around(access: Access) -> Surroundings:
    # Qt takes a moment to load, and no other command needs it.
    from desktop.desktop_look import look_at_desktop

    return Surroundings(
        data=access.paths.data,
        logs=access.paths.logs,
        clock=SystemClock(),
        environment=os.environ,
        desktop=look_at_desktop(),
        connect=connect,
        dial=dial,
        policy=lambda: access.policy,
        keychain=system_keychain(),
    )


def _password(access: Access) -> str | None:
    """The password, or nothing where nobody can be asked: much can be looked at without it."""
    try:
        return access.password()
    except PasswordNeeded:
        return None


def _document(findings: Sequence[Finding]) -> dict[str, Any]:
    return {
        "version": __version__,
        "system": platform.platform(),
        "python": platform.python_version(),
        "worst": worst(findings).value,
        "findings": [
            {
                "check": finding.check,
                "state": finding.state.value,
                "told": finding.told,
                "remedy": finding.remedy,
            }
            for finding in findings
        ],
    }


def _write_bundle(file: Path, document: dict[str, Any], logs: Path) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("doctor.json", json.dumps(document, ensure_ascii=False, indent=2))
        for log in sorted(logs.glob("doorstep.log*")):
            whole.write(log, f"logs/{log.name}")
    typer.echo(_("The report is in {file}.").format(file=file), err=True)
