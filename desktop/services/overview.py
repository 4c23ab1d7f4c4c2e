"""How things stand in a few figures: for the pill, the sidebar and the status bar."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.services.workplace import Workplace
from sync.i18n import N_, _, n_
from sync.identity import local_day, parse_stamp
from sync.rules.matter_rights import is_outside
from sync.rules.reason import clock_text, day_text


@dataclass(frozen=True)
class Overview:
    """Counts and the words around them. ``last_success`` is a time of day or a day."""

    waiting: int
    needs_you: int
    last_success: str
    where: str
    extent: str
    section_counts: Mapping[str, int]


def overview(place: Workplace, *, walks: bool = False) -> Overview:
    """Read the figures; quick enough to ask after each save. ``walks``: whoever works here has a
    round, whose doors are counted as its page counts them."""
    counts = place.store.reading.counts()
    user = place.store.account.user
    grids = [place.names.area(grid) for grid in user.grid_ids]
    households = place.store.reading.count("household")
    last = said_moment(place, place.store.facts.last_sync().at)
    extent = _(N_("On this computer: {where}, {count} households")).format(
        where=grids[0] if len(grids) == 1 else user.community_name, count=f"{households:,}"
    )
    cases = place.store.reading.count("mediation_case") if not households else 0
    if cases:  # Whose work are cases holds no grid.
        words = n_("On this computer: {count} case", "On this computer: {count} cases", cases)
        extent = words.format(count=cases)
    if is_outside(user.posts):
        open_ones = place.matter_list.open_count()
        words = n_(
            "On this computer: {count} matter", "On this computer: {count} matters", open_ones
        )
        extent = words.format(count=open_ones)
    if last:
        extent = _(N_("Data of {when}")).format(when=last) + " · " + extent
    return Overview(
        waiting=counts.waiting,
        needs_you=counts.conflicts + counts.held + len(place.store.attachments.refused()),
        last_success=last,
        where=where_of(place),
        extent=extent,
        section_counts={
            "conflicts": counts.conflicts,
            "campaigns": place.campaigns.count(),
            "matters": place.matter_list.open_count(),
            "mediation": place.case_list.open_count(),
            **({"today": place.today.round().left} if walks else {}),
        },
    )


def where_of(place: Workplace) -> str:
    """The community, and the grid of whoever has a single one."""
    user = place.store.account.user
    grid = [place.names.area(user.grid_ids[0])] if len(user.grid_ids) == 1 else []
    return " · ".join([user.community_name, *grid])


def said_moment(place: Workplace, moment: str) -> str:
    """A stamp as it is said: the time for today, else the day with the time; empty for none."""
    if not moment:
        return ""
    at, today = parse_stamp(moment), place.day()
    clock = clock_text(at)
    return clock if local_day(at) == today else f"{day_text(local_day(at), today)} {clock}"
