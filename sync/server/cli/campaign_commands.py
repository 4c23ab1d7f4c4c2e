"""Campaigns: reading a question set, choosing households, how far each has come."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer

from sync.i18n import N_, _
from sync.server.campaigns import (
    Choosing,
    ListRefused,
    choose_households,
    find_campaign,
    keep_campaign,
    listed_campaigns,
    read_list,
)
from sync.server.cli.context import (
    CommunityOption,
    DataOption,
    JsonOption,
    office,
    say_json,
    say_lines,
)
from sync.server.cli.problems import say_problems
from sync.server.cli.progress import progress_bar
from sync.server.forms import FormProblem, FormRefused, read_form
from sync.server.office import Office

_KEPT: Final = N_("The campaign {title} asks {questions} questions. Its id is {id}.")
_READ: Final = N_("The form {title} asks {questions} questions. Nothing was written.")
_CHOSEN: Final = N_("{count} households were put on its list.")

FormArgument = Annotated[Path, typer.Argument(help="A form: .xlsx with survey and choices.")]
GridOption = Annotated[list[str] | None, typer.Option("--grid", help="Id or name of a grid.")]
BuildingOption = Annotated[
    list[str] | None, typer.Option("--building", help="Id or name of a building or estate.")
]
TagOption = Annotated[list[str] | None, typer.Option("--tag", help="A care tag of tier 1.")]
ListOption = Annotated[
    Path | None, typer.Option("--list", help="A table whose first column names rooms.")
]
CampaignArgument = Annotated[str, typer.Argument(help="Id, form_id or title.")]

campaign_app: Final = typer.Typer(
    help="Question sets and the households they are asked at.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@campaign_app.command("import")
def campaign_import(
    file: FormArgument,
    data: DataOption,
    community: CommunityOption = "",
    since: Annotated[str, typer.Option("--from", help="First day, 2026-06-18.")] = "",
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "",
    grid: GridOption = None,
    building: BuildingOption = None,
    tag: TagOption = None,
    listed: ListOption = None,
    preview: Annotated[bool, typer.Option("--preview", help="Check, and write nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a question set (XLSForm subset). Reading it again brings its campaign up to date."""
    try:
        form = read_form(file)
        with office(data) as desk:
            home = desk.community(community)
            # What cannot be chosen is found before the campaign is made.
            choosing = _choosing(desk, home, grid, building, tag, listed)
            days = {"valid_from": since, "valid_to": until}
            kept = keep_campaign(desk, home, form, **days, preview=preview)
            chosen = 0
            if choosing.asks and not preview:
                chosen = choose_households(desk, home, kept.campaign_id, choosing)
    except (FormRefused, ListRefused) as error:
        _say_problems(error.problems, as_json)
        raise
    if as_json:
        notes = [one.document() for one in form.notes]
        say_json({**asdict(kept), "preview": preview, "chosen": chosen, "problems": notes})
        return
    _say_problems(form.notes, as_json)
    words = _READ if preview else _KEPT
    typer.echo(_(words).format(title=kept.title, questions=kept.questions, id=kept.campaign_id))
    if choosing.asks and not preview:
        typer.echo(_(_CHOSEN).format(count=chosen))


@campaign_app.command("choose")
def campaign_choose(
    campaign: CampaignArgument,
    data: DataOption,
    community: CommunityOption = "",
    grid: GridOption = None,
    building: BuildingOption = None,
    tag: TagOption = None,
    listed: ListOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put households on the list of a campaign. Those that are on it already stay."""
    try:
        with progress_bar() as bar, office(data) as desk:
            home = desk.community(community)
            with desk.db.read() as connection:
                campaign_id = find_campaign(connection, home, campaign)
            choosing = _choosing(desk, home, grid, building, tag, listed)
            chosen = choose_households(desk, home, campaign_id, choosing, bar)
    except ListRefused as error:
        _say_problems(error.problems, as_json)
        raise
    if as_json:
        say_json({"campaign_id": campaign_id, "chosen": chosen})
    else:
        typer.echo(_(_CHOSEN).format(count=chosen))


@campaign_app.command("list")
def campaign_list(
    data: DataOption, community: CommunityOption = "", as_json: JsonOption = False
) -> None:
    """All campaigns with the number of their households and sheets."""
    with office(data) as desk:
        home = desk.community(community)
        with desk.db.read() as connection:
            listed = listed_campaigns(connection, home)
    say_lines(listed, as_json)


def _choosing(
    desk: Office,
    community: str,
    grid: Sequence[str] | None,
    building: Sequence[str] | None,
    tag: Sequence[str] | None,
    listed: Path | None,
) -> Choosing:
    return Choosing(
        grids=tuple(grid or ()),
        buildings=tuple(building or ()),
        tags=tuple(tag or ()),
        households=None if listed is None else read_list(desk, community, listed),
    )


def _say_problems(problems: Sequence[FormProblem], as_json: bool) -> None:
    """One line each. A refusal's own line goes to stderr, so a script still finds the list."""
    if as_json:
        if problems and any(one.stops for one in problems):
            say_json({"problems": [one.document() for one in problems]})
        return
    say_problems(problems)
