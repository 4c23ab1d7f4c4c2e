"""Communities, areas and the residents who live in them."""

from typing import Annotated, Any, Final

import typer

from sync.i18n import _
from sync.server.cli.context import CommunityOption, DataOption, JsonOption, office, say_lines
from sync.server.grants import community_rows

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
        desk.add_community(community, name, code=number)
    typer.echo(_("The community {community} is there.").format(community=community))


@area_app.command("add")
def area_add(
    level: Annotated[str, typer.Argument(help="grid, estate, courtyard, building, micro_grid.")],
    name: str,
    data: DataOption,
    community: CommunityOption,
    parent: Annotated[str, typer.Option(help="The estate of a building.")] = "",
    grid: Annotated[str, typer.Option(help="The grid that a building belongs to.")] = "",
) -> None:
    """Add one area. ``parent`` and ``grid`` are ids or names."""
    with office(data) as desk:
        with desk.db.read() as connection:
            fields: dict[str, Any] = {
                field: desk.find_area(connection, community, wanted)
                for field, wanted in (("parent_id", parent), ("grid_id", grid))
                if wanted
            }
        (area_id,) = desk.add_areas(community, [{"level": level, "name": name, **fields}])
    typer.echo(area_id)


@area_app.command("list")
def area_list(data: DataOption, community: CommunityOption, as_json: JsonOption = False) -> None:
    """All areas of a community."""
    with office(data) as desk, desk.db.read() as connection:
        areas = community_rows(connection, community, "area")
    names = {row_id: body.get("name", "") for row_id, body in areas.items()}
    say_lines(
        [
            {
                "id": row_id,
                "level": body.get("level"),
                "name": body.get("name"),
                "parent": names.get(str(body.get("parent_id"))),
                "grid": names.get(str(body.get("grid_id"))),
            }
            for row_id, body in sorted(areas.items(), key=lambda item: _place(item[1]))
        ],
        as_json,
    )


def place_commands(app: typer.Typer) -> None:
    """The commands about places that stand on their own."""


def _place(body: dict[str, Any]) -> tuple[str, str, str]:
    return str(body.get("level")), str(body.get("parent_id")), str(body.get("name"))
