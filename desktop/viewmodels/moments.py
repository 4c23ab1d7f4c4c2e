"""Times as people say them: today by the clock, other days by their date."""

from sync.i18n import _
from sync.identity import Clock, local_day, parse_stamp
from sync.rules.reason import clock_text, day_text


def day_and_time(moment: str, clock: Clock) -> str:
    """``today 10:20`` for a stamp of today, else the day with the time; empty for no stamp."""
    if not moment:
        return ""
    at, today = parse_stamp(moment), local_day(clock.now())
    if local_day(at) == today:
        return _("today {time}").format(time=clock_text(at))
    return f"{day_text(local_day(at), today)} {clock_text(at)}"


def time_of_day(moment: str, clock: Clock) -> str:
    """The bare time for a stamp of today, as a list shows it at the right."""
    if not moment:
        return ""
    at = parse_stamp(moment)
    return (
        clock_text(at) if local_day(at) == local_day(clock.now()) else day_and_time(moment, clock)
    )
