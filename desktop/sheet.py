"""What a sheet beside a list says: view models fill it, the pane paints it.

It stands below both, as ``desktop.rows`` does.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sheet:
    """What stands beside the list: a title, facts by label, and what may be done (key, words,
    shortcut); the first is the main thing."""

    title: str
    about: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    acts: tuple[tuple[str, str, str], ...] = ()
    warning: str = ""
    big: str = field(default="", repr=False)
