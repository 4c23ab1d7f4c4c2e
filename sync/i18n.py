"""Texts people read: English in the code, Chinese in the catalogue.

``_`` translates now, ``N_`` only marks a text that is translated where it is shown.
"""

import gettext
import os
from io import BytesIO
from typing import Final

from resources import resource

DOMAIN: Final = "doorstep"
LANGUAGES: Final = ("zh_CN", "en")


class Catalogue:
    """The language in use. One process speaks one language at a time, as gettext does."""

    def __init__(self) -> None:
        self.language = "en"
        self._texts = gettext.NullTranslations()

    def use(self, language: str) -> None:
        """Speak ``language``; an unknown one falls back to Chinese, the product's language."""
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._texts = _load(self.language)

    def text(self, message: str) -> str:
        """The translation of ``message``, or itself where there is none."""
        return self._texts.gettext(message) if message else message

    def plural(self, one: str, many: str, count: int) -> str:
        """The translation of the form that ``count`` asks for."""
        return self._texts.ngettext(one, many, count)


def _load(language: str) -> gettext.NullTranslations:
    compiled = resource("locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    if not compiled.is_file():
        return gettext.NullTranslations()
    return gettext.GNUTranslations(BytesIO(compiled.read_bytes()))


catalogue: Final = Catalogue()


def _(message: str) -> str:
    """Translate ``message`` into the language in use."""
    return catalogue.text(message)


def N_(message: str) -> str:
    """Mark ``message`` for translation where it is shown, and return it unchanged."""
    return message


def n_(one: str, many: str, count: int) -> str:
    """Translate the form of a counted text that ``count`` asks for."""
    return catalogue.plural(one, many, count)


def preferred_language() -> str:
    """The language the environment asks for: ``DOORSTEP_LANG``, else the locale, else Chinese."""
    asked = os.environ.get("DOORSTEP_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG")
    if asked and asked.startswith("en"):
        return "en"
    return "zh_CN"
