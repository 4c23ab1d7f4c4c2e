"""What is asked about areas: which households go where, and from when."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from desktop.pages.people.ask_panel import Choose, Line
from desktop.services.households import HouseholdLine
from desktop.services.typed_doors import behind
from desktop.viewmodels.people import SAMPLE_DAY
from sync.errors import EstateWanted, NotFound
from sync.i18n import N_, _, n_

if TYPE_CHECKING:
    from desktop.pages.people.asking import Asking


class AreaAsks:
    """Acts about grids and micro-grids."""

    def __init__(self, asking: "Asking") -> None:
        self._asking = asking
        self._page = asking.page

    def move(self, key: str) -> None:
        """Where some households belong from a day on."""
        lists = self._page.lists
        title, ids = lists.behind(key) if not lists.homes else (lists.homes_title, ())
        among = ids or tuple(one.id for one in lists.homes)
        if among:
            read = partial(self._page.place.grids.lines, tuple(among))
            self._page.ask(read, partial(self._open_move, key, title))

    def _open_move(self, key: str, title: str, lines: list[HouseholdLine]) -> None:
        if self._page.rows.current_key() != key:
            return  # Another row was chosen while they were read.
        among = tuple(one.id for one in lines)
        area_id = key.removeprefix("area:") if key.startswith("area:") else ""
        levels = {"micro_grid": _(N_("micro-grid")), "grid": _(N_("grid"))}
        parts: list[Line | Choose] = [
            Line(
                "doors", _(N_("Which doors")), "", _(N_("such as 6-1 or 丰和苑6-2; all if empty"))
            ),
            Choose("level", _(N_("Into a")), levels, ["micro_grid"]),
            Line("to", _(N_("Its name, known or new")), ""),
            Line("day", _(N_("From")), self._page.place.day().isoformat(), SAMPLE_DAY),
        ]
        if area_id:
            ends = {"ends": _(N_("{area} ends then")).format(area=title)}
            parts.append(Choose("ends", _(N_("Merge")), ends, many=True))

        def send(told: dict[str, Any]) -> None:
            def write() -> object:
                asked = self._page.place.grids.change(
                    among,
                    doors=told["doors"],
                    to=told["to"],
                    day=told["day"],
                    is_micro=told["level"] == "micro_grid",
                    ends=area_id if told.get("ends") else "",
                )
                return self._page.place.office.regroup(asked)

            words = _(N_("{area} from {day}")).format(area=told["to"], day=told["day"])
            self._asking.server(write, words)

        tells = partial(_doors_meant, lines)
        self._asking.show(title, _(N_("Split, merge or move")), parts, send, tells)

    def withdraw(self, key: str) -> None:
        """Take a planned change back."""
        take_back = partial(self._page.place.office.withdraw, key.removeprefix("plan:"))
        self._asking.close()
        self._asking.server(take_back, _(N_("The planned change is taken back")))


def _doors_meant(lines: Sequence[HouseholdLine], told: Mapping[str, Any]) -> str:
    """How many households what was typed moves, before anything moves."""
    try:
        count = len(behind(lines, str(told["doors"])))
    except (EstateWanted, NotFound) as error:
        return error.sentence()
    return n_(
        "{count} of {in_all} households is moved", "{count} of {in_all} households are moved", count
    ).format(count=count, in_all=len(lines))
