"""The words of the papers. They are Chinese in either language of the interface: they are data."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache

import msgspec

from resources import resource
from sync.identity import local_time


class Words(msgspec.Struct, frozen=True):
    """The labels of codes and the phrases that join values, as ``words.json`` has them."""

    unnumbered: str
    side: Mapping[str, str]
    sex: Mapping[str, str]
    dispute: Mapping[str, str]
    scale: Mapping[str, str]
    origin: Mapping[str, str]
    performed: Mapping[str, str]
    satisfaction: Mapping[str, str]
    remark: Mapping[str, str]
    names: Mapping[str, str]
    phrases: Mapping[str, str]
    numbers: str

    def say(self, phrase: str, **values: object) -> str:
        """A phrase with its places filled."""
        return self.phrases[phrase].format(**values)

    def join(self, parts: Iterable[str]) -> str:
        """Parts with the enumeration comma between them."""
        return self.phrases["and"].join(part for part in parts if part)

    def day(self, day: date | None) -> str:
        """A day; empty where none is known, so that it can be written by hand."""
        return "" if day is None else self.say("day", year=day.year, month=day.month, day=day.day)

    def moment(self, at: datetime | None) -> str:
        """A day and a time of day in China."""
        if at is None:
            return ""
        local = local_time(at)
        return self.say(
            "moment", day=self.day(local.date()), hour=local.hour, minute=f"{local.minute:02d}"
        )


@cache
def paper_words() -> Words:
    """The words that ship with the forms."""
    return msgspec.json.decode(resource("papers", "words.json").read_bytes(), type=Words)
