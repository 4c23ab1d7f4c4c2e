"""The password of a file that was written: told once, gone when one goes on."""

from desktop.rows import Tone
from desktop.theme.provider import ThemeProvider
from desktop.widgets.banner import Banner
from sync.i18n import N_, _


class PasswordNote(Banner):
    """Hidden until there is a password to note."""

    def __init__(self, look: ThemeProvider) -> None:
        super().__init__(look, Tone.PRIMARY, icon="lock-simple")
        self.hide()

    def tell(self, password: str) -> None:
        """Show the password of a file; a file without one has nothing to show."""
        if not password:
            self.forget()
            return
        words = _(N_("Password: {password}")).format(password=password)
        self.say(words, _(N_("Tell it apart from the file. It is kept nowhere.")))
        self.show()

    def forget(self) -> None:
        """Nobody who comes by later reads it."""
        self.say("")
        self.hide()
