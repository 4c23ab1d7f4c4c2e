"""What the server keeps aside, as rows: what it is, whose, and how long it waits."""

from collections.abc import Mapping, Sequence
from typing import Final

from desktop.rows import Lamp, Row, Tone
from desktop.services.held import HeldLine
from sync.i18n import N_, _, n_

_HOUR_S: Final = 3_600
_DAY_S: Final = 24 * _HOUR_S
_OLD_S: Final = 3 * _DAY_S


def age_words(age_s: int) -> str:
    """How long something waits: in hours on the first day, then in days."""
    if age_s < _HOUR_S:
        return _(N_("less than an hour"))
    if age_s < _DAY_S:
        hours = age_s // _HOUR_S
        return n_("{count} hour", "{count} hours", hours).format(count=hours)
    days = age_s // _DAY_S
    return n_("{count} day", "{count} days", days).format(count=days)


def held_rows(lines: Sequence[HeldLine]) -> tuple[Row, ...]:
    """The oldest first; what waits for days burns."""
    return tuple(
        Row(
            key=line.op_id,
            title=" ".join(part for part in (line.room, line.kind) if part),
            lamp=Lamp.RED if line.age_s >= _OLD_S else Lamp.YELLOW,
            reason=_(N_("waits {age}")).format(age=age_words(line.age_s)),
            reason_tone=Tone.BAD if line.age_s >= _OLD_S else Tone.WARN,
            detail=line.author,
        )
        for line in lines
    )


def said_words(line: HeldLine) -> str:
    """What was written, a line for each field, beside what else stands there now; nothing more
    than lists show."""
    return "\n".join(_field_words(name, value, line.stands) for name, value in line.said)


def _field_words(name: str, value: str, stands: Mapping[str, str]) -> str:
    if name not in stands:
        return _(N_("{field}: {value}")).format(field=name, value=value)
    nothing = _(N_("nothing"))
    return _(N_("{field}: {value} was written, {stands} stands now")).format(
        field=name, value=value or nothing, stands=stands[name] or nothing
    )
