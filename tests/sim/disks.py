"""Steps in which a disk is copied, or put back as it was."""

import shutil
from random import Random

from sync.server.signatures import resume
from tests.sim.steps import somebody
from tests.sim.world import World, person_of

MOST_LAPTOPS = 7


def cloned(world: World, chance: Random) -> str:
    """Somebody copies a profile to a second computer, and both go on from there."""
    laptop = somebody(world, chance)
    name = f"{laptop.login}{len(world.laptops)}"
    if len(world.laptops) >= MOST_LAPTOPS:
        return "enough"
    image = laptop.image()
    world.doubted.add(laptop.client)
    twin = world.add_laptop(name, person_of(laptop), image)
    shutil.rmtree(image)
    world.laptop_laws.after_anything(twin)
    return f"{laptop.name} {name}"


def imaged(world: World, chance: Random) -> str:
    """Somebody keeps an image of a disk."""
    laptop = somebody(world, chance)
    if laptop.name in world.images:
        shutil.rmtree(world.images[laptop.name])
    world.images[laptop.name] = laptop.image()
    return laptop.name


def put_back(world: World, chance: Random) -> str:
    """A disk is put back as it was; what was saved since and not sent went with the other one."""
    names = sorted(world.images)
    if not names:
        return "none"
    laptop = world.laptops[chance.choice(names)]
    world.doubted.add(laptop.client)
    laptop.go_on_from(world.images.pop(laptop.name))
    world.doubted.add(laptop.client)
    with laptop.reading() as cursor:
        left = {row[0] for row in cursor.execute("SELECT op_id FROM operation").fetchall()}
    for op_id, one in world.witness.of(laptop.name):
        one.lost_with_disk = op_id not in left and not one.outcome
    world.laptop_laws.after_anything(laptop)
    return laptop.name


def let_go_on(world: World, chance: Random) -> str:
    """IT is asked by somebody whose computer is suspended: it may go on, or gets a new code,
    which nobody is given who may do nothing now."""
    waiting = [laptop for laptop in world.laptops.values() if world.is_suspended(laptop)]
    if not waiting:
        return "nobody"
    laptop = chance.choice(waiting)
    if chance.random() < 0.5 and laptop.login not in world.posts.without:
        world.enrol_anew(laptop)
        return f"{laptop.name} anew"
    with world.server.database.write() as connection:
        resume(connection, laptop.client)
    return laptop.name
