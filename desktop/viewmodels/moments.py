"""Times as people say them: today by the clock, other days by their date."""

from sync.i18n import _
from sync.identity import LOCAL_ZONE, Clock, local_day, parse_stamp


def day_and_time(moment: str, clock: Clock) -> str:
    """``10:20`` for a stamp of today, else the day with the time; empty for no stamp."""
    if not moment:
        return ""
    local = parse_stamp(moment).astimezone(LOCAL_ZONE)
    if local.date() == local_day(clock.now()):
        return _("today {time}").format(time=f"{local:%H:%M}")
    return _("{month}/{day} {time}").format(month=local.month, day=local.day, time=f"{local:%H:%M}")


def time_of_day(moment: str, clock: Clock) -> str:
    """The bare time for a stamp of today, as a list shows it at the right."""
    if not moment:
        return ""
    local = parse_stamp(moment).astimezone(LOCAL_ZONE)
    if local.date() == local_day(clock.now()):
        return f"{local:%H:%M}"
    return day_and_time(moment, clock)
