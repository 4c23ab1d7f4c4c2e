"""Keys: one table a screen. The shortcuts, the status bar and the key sheet are built from it,
so the sheet names what the keys do, and nothing else.

A plain key (``V``, ``[``, ``2``) acts on lists and pictures, after the widget with the keyboard
declined it: a text field takes it as text, and there Alt with the same key does it. Anything with
Ctrl or Alt and the function keys act everywhere. While an input method composes, every plain key
belongs to its candidate window.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

KeyHints = Sequence[tuple[Sequence[str], str]]
"""Pairs of key caps and words, the most useful first."""

KEYPAD: Final = Qt.KeyboardModifier.KeypadModifier
_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier
_CAPS: Final = {
    "Return": "⏎",
    "Enter": "⏎",
    "Left": "←",
    "Right": "→",
    "Up": "↑",
    "Down": "↓",
    "-": "−",
}
_NAMED: Final = {
    "Esc": (Qt.Key.Key_Escape,),
    "Return": (Qt.Key.Key_Return, Qt.Key.Key_Enter),
    "Left": (Qt.Key.Key_Left,),
    "Right": (Qt.Key.Key_Right,),
    "Up": (Qt.Key.Key_Up,),
    "Down": (Qt.Key.Key_Down,),
    "PgDown": (Qt.Key.Key_PageDown,),
    "PgUp": (Qt.Key.Key_PageUp,),
    "Space": (Qt.Key.Key_Space,),
}
# Where an input method of Chinese punctuation left its mark on a key meant for a list.
_FULL_WIDTH: Final = str.maketrans("？／【】", "?/[]")


@dataclass(frozen=True)
class Act:
    """One line of a key table.

    Attributes:
        keys: in Qt's portable text (``Ctrl+S``, ``V``, ``Esc``); the first one is shown.
        words: what it does, translated. Neighbours with the same words share one line.
        does: what happens.
        when: whether it holds now; what does not hold is neither shown nor done.
        first: a plain key that acts before the widget with the keyboard sees it, such as arrows
            over a list. Text fields keep it all the same.
        on_bar: whether the status bar shows it; the key sheet always does.
        always: also while something else holds the keys, such as what covers the screen.
    """

    keys: tuple[str, ...]
    words: str
    does: Callable[[], object]
    when: Callable[[], bool] | None = None
    first: bool = False
    on_bar: bool = True
    always: bool = False

    @property
    def holds(self) -> bool:
        """Whether it would do something now."""
        return self.when is None or self.when()


class KeyTable:
    """The acts of one widget, wired. Make it once; the widget passes its key events to ``press``.

    ``is_held`` says that plain keys belong to something else now, such as an input method.
    """

    def __init__(
        self,
        owner: QWidget,
        acts: Iterable[Act],
        is_held: Callable[[], bool] = lambda: False,
    ) -> None:
        self.acts = tuple(acts)
        self._owner = owner
        self._is_held = is_held
        for act in self.acts:
            for keys in act.keys:
                self._wire(act, keys)

    def hints(self, *, on_bar: bool = False) -> KeyHints:
        """The caps and words that hold now; ``on_bar`` leaves out what only the sheet tells."""
        shown = [act for act in self.acts if act.holds and (act.on_bar or not on_bar)]
        groups = ((words, list(group)) for words, group in groupby(shown, _words))
        return tuple((_few([cap(act.keys[0]) for act in group]), words) for words, group in groups)

    def press(self, event: QKeyEvent) -> bool:
        """Do what a plain key asks for; False where the table does not know it, or may not now."""
        if event.isAutoRepeat() and event.key() in _NAMED["Return"]:
            return True  # A key that is held takes one step, not all of them.
        for act in self.acts:
            if self._may(act) and any(matches(event, keys) for keys in act.keys if is_plain(keys)):
                act.does()
                return True
        return False

    def _may(self, act: Act) -> bool:
        return act.holds and (act.always or not self._is_held())

    def _wire(self, act: Act, keys: str) -> None:
        if not is_plain(keys) or act.first:
            self._shortcut(keys, act)
        if is_plain(keys) and len(keys) == 1 and not keys.isdigit():
            self._shortcut(f"Alt+{keys}", act)

    def _shortcut(self, keys: str, act: Act) -> None:
        def run() -> None:
            if self._may(act):
                act.does()

        made = QShortcut(QKeySequence(keys), self._owner)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(run)


def is_plain(keys: str) -> bool:
    """Whether ``keys`` is one key without Ctrl or Alt that is no function key."""
    return len(keys) == 1 or keys in _NAMED


def matches(event: QKeyEvent, keys: str) -> bool:
    """Whether ``event`` is the plain key ``keys``. Keypad digits count."""
    held = event.modifiers() & ~KEYPAD
    if keys in _NAMED:
        return not held and event.key() in _NAMED[keys]
    if keys.isalnum():
        return not held and event.key() == ord(keys)
    return not held & ~_SHIFT and event.text().translate(_FULL_WIDTH) == keys


def cap(keys: str) -> str:
    """``keys`` as its cap shows it: ``Ctrl+Return`` is ``Ctrl ⏎``."""
    if keys.endswith("++"):
        return f"{cap(keys[:-2])} +"
    return " ".join(_CAPS.get(part, part) for part in keys.split("+")) if len(keys) > 1 else keys


def _few(caps: Sequence[str]) -> tuple[str, ...]:
    """At most two caps, or the first and the last of many."""
    return tuple(caps) if len(caps) <= 2 else (caps[0], "…", caps[-1])


def _words(act: Act) -> str:
    return act.words
