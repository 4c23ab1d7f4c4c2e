"""A watched folder: reports come in as JSON with a photo beside, answers go out as text.

`in/` holds what comes (``NAME.json``, and the file that it names as ``photo``), `done/` what became
a matter, `refused/` what did not, each with a ``.txt`` that says why, and `answers/` a text for
each report that was answered, under the number that the resident was told.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec

from sync.errors import DoorstepError, NotFound
from sync.i18n import N_, _
from sync.identity import Clock, SystemClock
from sync.server.channels.reports import (
    MOST_PHOTO_BYTES,
    Answer,
    Channel,
    Channels,
    Report,
    ReportRefused,
)

IN: Final = "in"
DONE: Final = "done"
REFUSED: Final = "refused"
ANSWERS: Final = "answers"
MOST_JSON_BYTES: Final = 64 * 1024
SETTLED_S: Final = 5.0
"""A file that was written to within so many seconds may be half of itself; the next look takes
it."""
_NO_REPORT: Final = N_("it is no report in JSON")
_NO_PHOTO: Final = N_("its photo is not beside it")


class Dropped(Report):
    """A report in a file. ``photo`` is the name of a file in the same folder."""

    photo: str = ""


_DROPPED: Final = msgspec.json.Decoder(Dropped)


@dataclass
class Passed:
    """What one look at the folder did."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    answered: int = 0
    waiting: list[str] = field(default_factory=list)


class WatchedFolder:
    """One channel's folder. ``clock`` is the one by which files are dated."""

    def __init__(
        self,
        folder: Path,
        channels: Channels,
        channel: Channel,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._folder = folder
        self._channels = channels
        self._channel = channel

    def look(self) -> Passed:
        """Take what came, tell what is answered. Looking again does nothing twice."""
        passed = Passed()
        for name in (IN, DONE, REFUSED, ANSWERS):
            (self._folder / name).mkdir(parents=True, exist_ok=True)
        for file in sorted((self._folder / IN).glob("*.json")):
            self._take(file, passed)
        for file in sorted((self._folder / DONE).glob("*.json")):
            self._tell(file, passed)
        return passed

    def _take(self, file: Path, passed: Passed) -> None:
        dropped: Dropped | None = None
        try:
            if self._is_young(file):
                passed.waiting.append(file.name)
                return
            dropped = _read(file)
            shot = _beside(file, dropped)
            if shot is not None and shot.is_file() and self._is_young(shot):
                passed.waiting.append(file.name)
                return
            photo = _photo_of(file, dropped)
            receipt = self._channels.take(self._channel, dropped, photo)
        except ReportRefused as error:
            passed.refused += 1
            reason = (self._folder / REFUSED / file.name).with_suffix(".txt")
            reason.write_text(error.sentence() + "\n", encoding="utf-8")
            self._move(file, dropped, REFUSED)
            return
        except (DoorstepError, OSError):
            # The store is busy, or the file cannot be read just now: the next look takes it.
            passed.waiting.append(file.name)
            return
        passed.taken += receipt.new
        passed.known += not receipt.new
        self._move(file, dropped, DONE)

    def _is_young(self, file: Path) -> bool:
        return abs(self._clock.now().timestamp() - file.stat().st_mtime) < SETTLED_S

    def _move(self, file: Path, dropped: Dropped | None, to: str) -> None:
        photo = _beside(file, dropped) if dropped is not None else None
        if photo is not None and photo.is_file():
            photo.replace(self._folder / to / photo.name)
        # The report last: a look that was cut short begins with it again.
        file.replace(self._folder / to / file.name)

    def _tell(self, file: Path, passed: Passed) -> None:
        answer_file = (self._folder / ANSWERS / file.name).with_suffix(".txt")
        if answer_file.exists():
            return
        try:
            told = self._channels.answer(self._channel, _read(file).id)
        except (ReportRefused, NotFound, OSError):
            return
        if told.answer:
            fresh = answer_file.with_suffix(".part")
            fresh.write_text(answer_words(told), encoding="utf-8")
            fresh.replace(answer_file)
            passed.answered += 1


def answer_words(told: Answer) -> str:
    """The answer as the resident reads it: the number they know, and what was done."""
    return _("{no}: {answer}").format(no=told.no, answer=told.answer) + "\n"


def _read(file: Path) -> Dropped:
    if file.stat().st_size > MOST_JSON_BYTES:
        raise ReportRefused(what=_(_NO_REPORT))
    try:
        return _DROPPED.decode(file.read_bytes())
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise ReportRefused(what=_(_NO_REPORT)) from None


def _beside(file: Path, dropped: Dropped) -> Path | None:
    """The photo's file; a name that leads elsewhere names none."""
    return file.parent / dropped.photo if dropped.photo == Path(dropped.photo).name != "" else None


def _photo_of(file: Path, dropped: Dropped) -> bytes:
    if not dropped.photo:
        return b""
    photo = _beside(file, dropped)
    if photo is None or photo.is_symlink() or not photo.is_file():
        raise ReportRefused(what=_(_NO_PHOTO))
    with photo.open("rb") as opened:
        return opened.read(MOST_PHOTO_BYTES + 1)
