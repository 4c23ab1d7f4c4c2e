"""A matter as one entry of a household's history."""

from datetime import datetime

from desktop.rows import Tag, TimelineItem, Tone
from desktop.services.history import Entry
from desktop.viewmodels.matters import LAMPS, TONES, limit_words, stage_words
from sync.i18n import N_, _
from sync.rules.limits import Light


def matter_item(entry: Entry, now: datetime) -> TimelineItem:
    """What it is called, how far it is, by whom, and the lamp of its limit; what was told and
    done is read where it is opened."""
    fields = entry.fields
    light, stage, owner = fields["light"], fields["stage"], fields["owner"]
    runs = light.due is not None
    return TimelineItem(
        key=entry.id,
        title=fields["title"],
        icon="clipboard-text",
        tone=_tone(light, stage, is_standing=entry.stands),
        note=" · ".join((_(N_("matter")), fields["no"])),
        text=_(N_("handled by {name}")).format(name=owner) if owner else "",
        tags=(Tag(stage_words(stage), Tone.PRIMARY if runs else Tone.NEUTRAL),) if stage else (),
        lamp=LAMPS[light.state.value] if runs else None,
        limit=limit_words(light, now),
    )


def _tone(light: Light, stage: str, *, is_standing: bool) -> Tone:
    if not is_standing:
        return Tone.NEUTRAL
    urging = TONES[light.state.value]
    if urging is not Tone.NEUTRAL:
        return urging
    return Tone.OK if stage == "closed" else Tone.PRIMARY
