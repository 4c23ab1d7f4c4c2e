"""Care tags: the tier that says who may see one, and the label people read.

Tier 1 caring, 2 sensitive, 3 highly sensitive. The visit frequency a tag asks for is a rule
and stands in ``sync/rules/frequency.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sync.i18n import N_


@dataclass(frozen=True)
class CareTag:
    """A care category. ``tier`` is 1, 2 or 3; ``benefit`` tags follow the upper source."""

    key: str
    label: str
    tier: int
    benefit: bool = False


_ALL = (
    CareTag("elder_alone", N_("older person living alone"), 1),
    CareTag("empty_nest", N_("empty nest"), 1),
    CareTag("aged_80", N_("aged 80 or more"), 1),
    CareTag("left_elder", N_("older person left behind"), 1),
    CareTag("veteran", N_("veteran"), 1),
    CareTag("party_member", N_("party member"), 1),
    CareTag("disabled_elder", N_("older person needing care"), 2),
    CareTag("serious_illness", N_("serious illness"), 2),
    CareTag("tekun", N_("extreme hardship"), 2, benefit=True),
    CareTag("special_family", N_("special family"), 2),
    CareTag("disabled", N_("disability"), 2),
    CareTag("dibao", N_("minimum living allowance"), 2, benefit=True),
    CareTag("dibao_margin", N_("near the allowance line"), 2, benefit=True),
    CareTag("left_child", N_("left-behind child"), 2),
    CareTag("hard_child", N_("child in hardship"), 2),
    CareTag("orphan", N_("orphan"), 2),
    CareTag("maternal", N_("maternity"), 2),
    CareTag("smi", N_("mental health follow-up"), 3),
    CareTag("correction", N_("community correction"), 3),
    CareTag("drug", N_("drug recovery"), 3),
    CareTag("released", N_("resettlement help"), 3),
    CareTag("dv_victim", N_("domestic violence"), 3),
)

TAGS: Final[Mapping[str, CareTag]] = MappingProxyType({tag.key: tag for tag in _ALL})
OPEN_TAGS: Final = tuple(tag.key for tag in _ALL if tag.tier < 3)
CLOSED_TAGS: Final = tuple(tag.key for tag in _ALL if tag.tier == 3)


def of_tier(tags: Iterable[str], most: int) -> list[str]:
    """The known ``tags`` of tier ``most`` and below, in the order of the hand-book."""
    held = set(tags)
    return [tag.key for tag in _ALL if tag.key in held and tag.tier <= most]
