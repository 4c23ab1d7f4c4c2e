"""A keychain that a test looks into: it keeps what it is given as long as the test lives."""

from dataclasses import dataclass, field


@dataclass
class Drawer:
    """Keeps secrets by name, outside of any profile's folder."""

    secrets: dict[str, bytes] = field(default_factory=dict)
    is_there: bool = True

    def keep(self, entry: str, secret: bytes) -> None:
        """Put it in."""
        self.secrets[entry] = secret

    def find(self, entry: str) -> bytes | None:
        """Look for it."""
        return self.secrets.get(entry)

    def forget(self, entry: str) -> None:
        """Take it out."""
        self.secrets.pop(entry, None)
