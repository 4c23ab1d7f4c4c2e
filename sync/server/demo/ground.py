"""The areas of a community, parents first, with the ids that the office will give them."""

from sync.server.demo.plan import CommunityPlan, EstatePlan
from sync.server.demo.rows import DemoCommunity, MicroGrid
from sync.server.office import area_id


def lay_ground(plan: CommunityPlan) -> DemoCommunity:
    """Areas: county and street above, estates, grids, buildings and micro-grids below."""
    county = {"level": "county", "name": plan.county, "code": plan.code[:6] + "000000"}
    street = {
        "level": "street",
        "name": plan.street,
        "code": plan.code[:9] + "000",
        "parent_id": area_id(plan.id, county),
    }
    out = DemoCommunity(plan.id, plan.name, plan.code, county, street, users=plan.users)
    for number, grid in enumerate(plan.micro_grids, 1):
        _add_grid(plan, out, grid, number)
    for estate in plan.estates:
        _add_estate(plan, out, estate)
    return out


def _add_grid(plan: CommunityPlan, out: DemoCommunity, name: str, number: int) -> None:
    grid = {
        "level": "grid",
        "name": name,
        "parent_id": plan.id,
        "code": f"{plan.code}{number:03}",
        "grid_kind": "general",
        "households": plan.households_of(name),
    }
    out.areas.append(grid)
    out.grid_ids[name] = area_id(plan.id, grid)
    for micro, share in enumerate(plan.shares_of(name), 1):
        made = {
            "level": "micro_grid",
            "name": f"{number}-{micro:02}微网格",
            "parent_id": out.grid_ids[name],
            "households": share,
        }
        out.areas.append(made)
        out.micro_grids.setdefault(name, []).append(MicroGrid(area_id(plan.id, made), share))


def _add_estate(plan: CommunityPlan, out: DemoCommunity, estate: EstatePlan) -> None:
    body = {
        "level": estate.level,
        "name": estate.name,
        "parent_id": plan.id,
        "households": sum(building.doors for building in estate.buildings),
        "property_name": estate.property_name,
    }
    out.areas.append(body)
    for building in estate.buildings:
        made = {
            "level": "building",
            "name": building.name,
            "parent_id": area_id(plan.id, body),
            "grid_id": out.grid_ids[building.grid],
            "floors": building.floors,
            "units": building.units or None,
            "households": building.doors,
            "has_lift": building.lift,
        }
        out.areas.append(made)
        out.building_ids[estate.name, building.number] = area_id(plan.id, made)
