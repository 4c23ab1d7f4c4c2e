"""One line of ``doorstep apply``: its fields, asked for by name and kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.errors import WrongUsage
from sync.i18n import N_, _


class BadLine(WrongUsage):
    """A line that is no action."""

    code = "apply.line"
    message = N_("This line is no action: {what}")
    exit_code = 1


@dataclass(frozen=True)
class ActionCall:
    """The fields of one line, asked for by name so that a missing one is said by name."""

    given: Mapping[str, Any] = field(repr=False)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given.get(name, default)
        if value is None:
            raise BadLine(what=f"{name}?")
        if not isinstance(value, str):
            raise BadLine(what=_("{name} must be text").format(name=name))
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.given.get(name, [])
        found = [value] if isinstance(value, str) else value
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise BadLine(what=_("{name} must be a list of words").format(name=name))
        return tuple(found)

    def fields(self, name: str) -> dict[str, Any]:
        value = self.given.get(name)
        if not isinstance(value, dict):
            raise BadLine(what=_("{name} must be an object").format(name=name))
        return value
