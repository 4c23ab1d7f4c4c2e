"""How often whom: the levels of care in words, as the rules have them."""

from sync.i18n import N_, _
from sync.rules.frequency import Level, PersonCare, demands
from sync.schema import codes
from sync.schema.tags import OPEN_TAGS, TAGS

_MORE = {
    Level.RED: N_("80 or more and alone; fully dependent and alone; 30 days after a loss"),
    Level.GREEN: N_("every other home, and vacant ones"),
}


def frequency_lines() -> list[tuple[str, str]]:
    """Each interval and who is seen so often, the shortest first. Of tier 3 nothing is told."""
    who: dict[Level, list[str]] = {}
    for tag in OPEN_TAGS:
        # Somebody else lives there, too: what asks for more where one is alone is told apart.
        found = demands([PersonCare(frozenset({tag})), PersonCare()])
        for demand in sorted(found, key=lambda one: one.level.rank)[:1]:
            who.setdefault(demand.level, []).append(_(TAGS[tag].label))
    lines = []
    for level in Level:
        named = [*who.get(level, []), *([_(_MORE[level])] if level in _MORE else [])]
        if named:
            lines.append((_(codes.CARE_FLOOR[level.value]), _(", ").join(named)))
    return lines
