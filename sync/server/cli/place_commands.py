"""Communities, areas and the residents who live in them."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sync.errors import DoorstepError
from sync.i18n import N_, _
from sync.schema.codes import AREA_LEVEL
from sync.server.cli.context import (
    CommunityOption,
    DataOption,
    JsonOption,
    office,
    say_json,
    say_lines,
)
from sync.server.cli.problems import column_of, say_problems
from sync.server.cli.progress import progress_bar
from sync.server.grants import community_rows
from sync.server.importing.areas import import_areas
from sync.server.importing.commit import DEFAULT_SOURCE, Imported, commit
from sync.server.importing.commit import preview as plan_preview
from sync.server.importing.plan import LeftOut
from sync.server.moving import find_household, move_households, place_areas
from sync.server.roster import Roster, RowProblem, read_areas, read_roster

_AREAS_READ: Final = N_("{grids} grids, {estates} estates and yards, {buildings} buildings.")
_ROSTER_READ: Final = N_("The file tells of {people} people in {households} households.")
_IMPORTED: Final = N_(
    "Imported: {new_households} new households, {new_people} new people, {changed_cells} "
    "changed values, of which {conflicts} records wait for a person."
)
_PREVIEWED: Final = N_(
    "Nothing was written. An import would add {new_households} households and {new_people} "
    "people and change {changed_cells} values."
)
_MOVED: Final = N_("{households} households and {records} records are in the grid now.")
_LEFT_OUT: Final = N_("{count} households were left out:")
_ROWS_TAKEN: Final = N_("Of {rows} rows {dropped} were left out; each is named below.")
_MISSING: Final = N_(
    "{people} people whom this list named before are missing from it, in {households} households "
    "everybody."
)


class RowsLeftOut(DoorstepError):
    """The import is done but for rows that could not be taken."""

    code = "import.rows_left_out"
    message = N_("{count} rows or households were left out. Mend them and import the file again.")


FileArgument = Annotated[Path, typer.Argument(help="A table: .xlsx or .csv.")]

community_app: Final = typer.Typer(help="Communities.", no_args_is_help=True, rich_markup_mode=None)
area_app: Final = typer.Typer(
    help="Estates, buildings, grids.", no_args_is_help=True, rich_markup_mode=None
)


@community_app.command("add")
def community_add(
    community: Annotated[str, typer.Argument(help="Short id in Latin letters.")],
    data: DataOption,
    name: Annotated[str, typer.Option(help="Name, as on the sign.")],
    number: Annotated[str, typer.Option("--code", help="The 12-digit code.")] = "",
) -> None:
    """Add a community."""
    with office(data) as desk:
        was_there = desk.has_community(community)
        desk.add_community(community, name, code=number)
    told = (
        _("The community {community} was there already; name and code are as given now.")
        if was_there
        else _("The community {community} is there.")
    )
    typer.echo(told.format(community=community))


@area_app.command("add")
def area_add(
    level: Annotated[
        str,
        typer.Argument(help="grid, estate, courtyard, building, micro_grid, department, street."),
    ],
    name: str,
    data: DataOption,
    community: CommunityOption = "",
    parent: Annotated[str, typer.Option(help="The estate of a building.")] = "",
    grid: Annotated[str, typer.Option(help="The grid that a building belongs to.")] = "",
) -> None:
    """Add one area. ``parent`` and ``grid`` are ids or names."""
    with office(data) as desk:
        home = desk.community(community)
        with desk.db.read() as connection:
            fields: dict[str, Any] = {
                field: desk.find_area(connection, home, wanted)
                for field, wanted in (("parent_id", parent), ("grid_id", grid))
                if wanted
            }
        (area_id,) = place_areas(desk, home, [{"level": level, "name": name, **fields}])
    typer.echo(area_id)


@area_app.command("list")
def area_list(
    data: DataOption, community: CommunityOption = "", as_json: JsonOption = False
) -> None:
    """All areas of a community."""
    with office(data) as desk:
        home = desk.community(community)
        with desk.db.read() as connection:
            areas = community_rows(connection, home, "area")
    names = {row_id: str(body.get("name", "")) for row_id, body in areas.items()}
    lines = [
        {
            "id": row_id,
            "level": body.get("level"),
            "name": body.get("name"),
            "parent": names.get(str(body.get("parent_id"))),
            "grid": names.get(str(body.get("grid_id"))),
        }
        for row_id, body in sorted(areas.items(), key=lambda item: _place(item[1]))
    ]
    if as_json:
        say_lines(lines, as_json)
        return
    for one in lines:
        level = _(AREA_LEVEL.get(str(one["level"]), str(one["level"])))
        where = [one["parent"], one["name"]] if one["level"] == "building" else [one["name"]]
        told = [level, " ".join(str(part) for part in where if part), str(one["grid"] or "")]
        typer.echo("  ".join([*(part for part in told if part), str(one["id"])]))


@area_app.command("import")
def area_import(
    file: FileArgument,
    data: DataOption,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Read a table of estates, buildings and grids. Reading it again changes nothing."""
    with office(data) as desk:
        home = desk.community(community)
        table = read_areas(file)
        counts = import_areas(desk, home, table)
    if as_json:
        say_json({**asdict(counts), "problems": [_problem(each) for each in table.problems]})
        return
    typer.echo(_(_AREAS_READ).format(**asdict(counts)))
    say_problems(table.problems)


def place_commands(app: typer.Typer) -> None:
    """The commands about residents that stand on their own."""
    app.command("import")(roster_import)
    app.command("move")(move)


def move(
    households: Annotated[list[str], typer.Argument(help="Ids or rooms, such as 6-2-1602.")],
    to: Annotated[str, typer.Option("--to", help="Id or name of the grid.")],
    data: DataOption,
    community: CommunityOption = "",
    as_json: JsonOption = False,
) -> None:
    """Move households to another grid, with everything that was written about them."""
    with progress_bar() as bar, office(data) as desk:
        home = desk.community(community)
        with desk.db.read() as connection:
            grid = desk.find_area(connection, home, to, level="grid")
            wanted = [find_household(connection, home, each) for each in households]
        moved = move_households(desk, wanted, grid, bar)
    if as_json:
        say_json({"households": wanted, "grid": grid, "records": moved})
    else:
        typer.echo(_(_MOVED).format(households=len(wanted), records=moved))


def roster_import(
    file: FileArgument,
    data: DataOption,
    community: CommunityOption = "",
    preview: Annotated[bool, typer.Option("--preview", help="Count, and write nothing.")] = False,
    source: Annotated[
        str, typer.Option(help="Name of the list, where several lists tell of the same people.")
    ] = DEFAULT_SOURCE,
    verify_missing: Annotated[
        bool, typer.Option("--verify-missing", help="Have whoever is missing verified at the door.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read a roster (.xlsx, .csv). Importing it again writes only what it says anew.

    Ends with 1 where a row or a household was left out; the others are imported.
    """
    with progress_bar() as bar, office(data) as desk:
        home = desk.community(community)
        roster = read_roster(file, bar)
        if preview:
            done = Imported(plan_preview(desk, home, roster, source))
        else:
            done = commit(desk, home, roster, source, bar, verify_missing=verify_missing)
    _say_import(roster, done, preview, as_json)
    left_out = roster.counts.rows_left_out + len(done.plan.left_out)
    if left_out and not preview:
        raise RowsLeftOut(count=left_out)


def _say_import(roster: Roster, done: Imported, preview: bool, as_json: bool) -> None:
    plan = done.plan
    counts = {
        "new_households": plan.new_households,
        "new_people": plan.new_people,
        "changed_cells": plan.changed_cells,
        "conflicts": done.conflicts,
        "held": done.held,
        "missing_people": len(plan.missing),
        "missing_households": plan.missing_households,
    }
    found: list[RowProblem | LeftOut] = [*roster.problems, *plan.left_out]
    if as_json:
        say_json(
            {
                "preview": preview,
                "file": asdict(roster.counts),
                **counts,
                "left_out": len(plan.left_out),
                "problems": [_problem(each) for each in found],
            }
        )
        return
    typer.echo(_(_ROSTER_READ).format(**asdict(roster.counts)))
    typer.echo(_(_PREVIEWED if preview else _IMPORTED).format(**counts))
    if plan.missing:
        households = plan.missing_households
        typer.echo(_(_MISSING).format(people=len(plan.missing), households=households))
    if roster.counts.rows_left_out:
        dropped = roster.counts.rows_left_out
        typer.echo(_(_ROWS_TAKEN).format(rows=roster.rows_in_all, dropped=dropped))
    if plan.left_out:
        typer.echo(_(_LEFT_OUT).format(count=len(plan.left_out)))
    say_problems(found)


def _problem(problem: RowProblem | LeftOut) -> dict[str, Any]:
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": column_of(problem),
        "code": problem.code,
        "what": problem.what,
        "mend": problem.mend,
    }


def _place(body: dict[str, Any]) -> tuple[str, str, str]:
    return str(body.get("level")), str(body.get("parent_id")), str(body.get("name"))
