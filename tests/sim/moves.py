"""A step in which a household moves to the other grid, with all that is its."""

from random import Random

from sync.server.moving import move_households
from tests.sim.steps import some_home
from tests.sim.world import World


def home_moves(world: World, chance: Random) -> str:
    """The office moves a household, whatever waits on the laptops that hold it."""
    home = some_home(world, chance)
    here = world.record.home(("household", home.id))
    (grid,) = (grid for grid in world.ground.grids if f"grid:{grid}" != here)
    moved = move_households(world.server.office, [home.id], grid)
    world.office_wrote()
    return f"{home.id} {moved}"
