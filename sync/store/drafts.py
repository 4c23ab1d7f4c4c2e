"""Forms that were not saved yet, inside the encrypted store: they survive a kill."""

from typing import Any


class Drafts:
    """One JSON value a key. The key names the form and the row, such as ``visit:0190…``."""

    def keep(self, key: str, value: Any) -> None:
        """Keep what the form holds now, instead of what it held before."""
        raise NotImplementedError

    def find(self, key: str) -> Any | None:
        """What was kept, or ``None``."""
        raise NotImplementedError

    def drop(self, key: str) -> None:
        """Forget a draft; one that does not exist is no error."""
        raise NotImplementedError

    def keys(self, prefix: str = "") -> list[str]:
        """The drafts whose key begins with ``prefix``, newest first."""
        raise NotImplementedError
