"""The words in the foot of a form: what to know, that its draft is kept, why it is not saved."""

from desktop.theme.fonts import TextStep
from desktop.theme.provider import ThemeProvider
from desktop.widgets.text import Text


class FootWords(Text):
    """A refusal stands until it is mended: a draft that is kept meanwhile says nothing over it,
    else whoever looks up reads that it was saved."""

    def __init__(self, look: ThemeProvider, step: TextStep = TextStep.SECOND) -> None:
        super().__init__(look, "", step, colour="t2", wraps=True)
        self._refuses = False

    def say(self, words: str) -> None:
        """Say something else, whatever stood here."""
        self._show_words(words, refuses=False)

    def say_kept(self, words: str) -> None:
        """Say that the draft is kept, unless a refusal stands here."""
        if not self._refuses:
            self.say(words)

    def refuse(self, words: str) -> None:
        """Say why it is not saved."""
        self._show_words(words, refuses=True)

    def mend(self, rest: str = "") -> None:
        """Something was changed: of a refusal only ``rest`` is still so."""
        if self._refuses and rest != self.text():
            self._show_words(rest, refuses=bool(rest))

    def _show_words(self, words: str, *, refuses: bool) -> None:
        self._refuses = refuses
        self.set_text(words)
        self.set_colour("bad_t" if refuses else "t2")
