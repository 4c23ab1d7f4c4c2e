"""Data that ships with the program: icons, theme tokens, translations, catalogues."""

from importlib.resources import files
from importlib.resources.abc import Traversable


def resource(*parts: str) -> Traversable:
    """The packaged file at ``parts`` below this folder, wherever the program is installed."""
    return files(__name__).joinpath(*parts)
