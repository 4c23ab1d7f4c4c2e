"""The counts of a community as the street reads them."""

from desktop.services.street_counts import MonthCount
from sync.i18n import N_, _


def count_words(count: MonthCount) -> str:
    """One line, with of how many each share is."""
    words = N_(
        "{month}: {reported} reported, {closed} closed, {overdue} overdue, "
        "{in_time} of {finished} finished in time, {content} of {reached} content"
    )
    return _(words).format(
        month=count.month,
        reported=count.reported,
        closed=count.closed,
        overdue=count.overdue,
        in_time=count.in_time,
        finished=count.finished,
        content=count.content,
        reached=count.reached,
    )
