"""A look for widgets under test."""

import pytest

from desktop.theme.provider import ThemeProvider
from desktop.theme.tokens import ThemeName, load_theme


@pytest.fixture
def look(qapp):
    """The light look at 100 %."""
    return ThemeProvider(load_theme(ThemeName.LIGHT))
