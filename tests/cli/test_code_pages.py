"""Rare characters of names in a pipe of a Chinese Windows, and on its terminal."""

import io

from sync.terminal import speak_unicode

RARE = "王𠮷，第3网格"


class Console(io.TextIOWrapper):
    """A stream in front of a person."""

    def isatty(self):
        return True


def test_a_pipe_carries_every_character():
    """GBK has no 𠮷: a command would end there, in the middle of its document."""
    raw = io.BytesIO()
    pipe = io.TextIOWrapper(raw, encoding="gbk")
    speak_unicode((None, pipe))
    pipe.write(RARE)
    pipe.flush()
    assert raw.getvalue().decode("utf-8") == RARE


def test_what_comes_through_a_pipe_is_read_as_it_was_written():
    """JSON Lines of ``apply``."""
    pipe = io.TextIOWrapper(io.BytesIO(RARE.encode("utf-8")), encoding="gbk")
    speak_unicode((pipe,))
    assert pipe.read() == RARE


def test_a_terminal_shows_a_mark_and_goes_on():
    """In the code page that its window shows."""
    raw = io.BytesIO()
    console = Console(raw, encoding="gbk")
    speak_unicode((console,))
    console.write(RARE)
    console.flush()
    assert raw.getvalue().decode("gbk") == RARE.replace("𠮷", "?")
