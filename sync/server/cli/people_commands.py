"""Users, posts, enrolment codes and computers."""

from typing import Annotated, Any, Final

import typer
from sqlalchemy import select

from sync.errors import DoorstepError, WrongUsage
from sync.i18n import N_, _
from sync.identity import local_day
from sync.schema.codes import POST
from sync.server.cli.context import (
    CommunityOption,
    DataOption,
    JsonOption,
    office,
    say_json,
    say_lines,
)
from sync.server.grants import community_rows, posts_of
from sync.server.people import disable_user, mint_code, revoke_device
from sync.server.signatures import resume
from sync.server.tables import ACCOUNT, DEVICE, DEVICE_KEY, PURGED


class AreaWanted(WrongUsage):
    """A post without an area covers nothing."""

    code = "usage.area"
    message = N_(
        "Say where the post is held: --area GRID, or for desk, secretary, mediator and IT "
        "--area COMMUNITY."
    )


class PostUnknown(DoorstepError):
    """No such post."""

    code = "server.post_unknown"
    message = N_("There is no post {post}. There are: {known}.")


user_app: Final = typer.Typer(help="Users.", no_args_is_help=True, rich_markup_mode=None)
device_app: Final = typer.Typer(
    help="Enrolled computers.", no_args_is_help=True, rich_markup_mode=None
)


@user_app.command("add")
def user_add(
    login: Annotated[str, typer.Argument(help="Short name in Latin letters.")],
    data: DataOption,
    name: Annotated[str, typer.Option(help="Full name.")],
    community: CommunityOption = "",
    phone: Annotated[str, typer.Option(help="Office phone.")] = "",
) -> None:
    """Add a user; a post gives them something to see (``assign``)."""
    with office(data) as desk:
        desk.add_user(desk.community(community), login, name, phone)
    typer.echo(_("{login} is added. Next: doorstep-server assign {login} …").format(login=login))


@user_app.command("list")
def user_list(data: DataOption, as_json: JsonOption = False) -> None:
    """All users with their posts."""
    with office(data) as desk, desk.db.read() as connection:
        today = local_day(desk.clock.now())
        lines: list[dict[str, Any]] = []
        for account in connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.login)).all():
            staff = community_rows(connection, account.community_id, "staff")
            lines.append(
                {
                    "login": account.login,
                    "name": staff.get(account.id, {}).get("name", ""),
                    "community": account.community_id,
                    "posts": posts_of(connection, account.id, account.community_id, today),
                    "disabled": bool(account.disabled_at),
                }
            )
    if as_json:
        say_lines(lines, as_json)
        return
    for one in lines:
        posts = [_(POST.get(post, post)) for post in one["posts"]]
        told = [one["login"], one["name"], one["community"], _(", ").join(posts) or _("no post")]
        typer.echo("  ".join([*told, *([_("switched off")] if one["disabled"] else [])]))


@user_app.command("disable")
def user_disable(login: str, data: DataOption) -> None:
    """Switch a user off: none of their computers is served any more."""
    with office(data) as desk:
        disable_user(desk.db, login, desk.clock)
        desk.note("user.disable", login)
    typer.echo(_("{login} is disabled.").format(login=login))


@device_app.command("list")
def device_list(data: DataOption, as_json: JsonOption = False) -> None:
    """Every computer that was enrolled."""
    with office(data) as desk, desk.db.read() as connection:
        found = connection.execute(
            select(DEVICE, ACCOUNT.c.login, DEVICE_KEY.c.suspended_at)
            .join(ACCOUNT, ACCOUNT.c.id == DEVICE.c.account_id)
            .outerjoin(DEVICE_KEY, DEVICE_KEY.c.client_id == DEVICE.c.client_id)
            .order_by(DEVICE.c.enrolled_at)
        ).all()
        purged: dict[str, list[dict[str, object]]] = {}
        for one in connection.execute(select(PURGED).order_by(PURGED.c.at)):
            told = {"scope": one.scope_id, "at": one.at, "kept": one.kept}
            purged.setdefault(one.client_id, []).append(told)
    say_lines(
        [
            {
                "device": line.client_id,
                "login": line.login,
                "name": line.name,
                "enrolled_at": line.enrolled_at,
                "last_seen": line.last_seen,
                "revoked_at": line.revoked_at,
                "suspended_at": line.suspended_at or "",
                "purged": purged.get(line.client_id, []),
            }
            for line in found
        ],
        as_json,
    )


@device_app.command("revoke")
def device_revoke(device: str, data: DataOption) -> None:
    """Serve this computer no more. What it had not sent stays sealed on it."""
    with office(data) as desk:
        revoke_device(desk.db, device, desk.clock)
        desk.note("device.revoke", device)
    typer.echo(_("The computer is revoked."))


@device_app.command("resume")
def device_resume(device: str, data: DataOption) -> None:
    """Let a computer go on that was suspended as a copy: its profile was put back, and the other
    copy is gone. Where both are at work, enrol one of them anew instead."""
    with office(data) as desk:
        with desk.db.write() as connection:
            resume(connection, device)
        desk.note("device.resume", device)
    typer.echo(_("The computer may go on."))


def people_commands(app: typer.Typer) -> None:
    """The commands about people that stand on their own."""
    app.command()(assign)
    app.command()(companion)
    app.command()(code)


def assign(
    login: str,
    data: DataOption,
    post: Annotated[str, typer.Option(help="grid_worker, desk_clerk, secretary …")],
    area: Annotated[str, typer.Option(help="Id or name of the area.")] = "",
    since: Annotated[str | None, typer.Option(help="First day, as 2026-06-18.")] = None,
    until: Annotated[str | None, typer.Option(help="Last day.")] = None,
) -> None:
    """Give a user a post in an area: it alone decides what they may see.

    A grid worker, grid leader or area officer has a grid; the desk, the secretary, the mediator and
    IT have the community.
    """
    if not area:
        raise AreaWanted
    if post not in POST:
        raise PostUnknown(post=post, known=", ".join(POST))
    with office(data) as desk:
        desk.assign(login, post, area, since, until)
    typer.echo(_("{login} has the post.").format(login=login))


def companion(login: str, person: str, data: DataOption) -> None:
    """Name a user as companion of a person whose care few may know."""
    with office(data) as desk:
        desk.add_companion(login, person)
    typer.echo(_("{login} is a companion now.").format(login=login))


def code(login: str, data: DataOption, as_json: JsonOption = False) -> None:
    """A one-time code for one computer of this user, good for ten minutes."""
    with office(data) as desk:
        new = mint_code(desk.db, login, desk.clock)
        desk.note("code", login)
    if as_json:
        say_json({"login": login, "code": new.code, "expires_at": new.expires_at})
    else:
        typer.echo(new.code)
