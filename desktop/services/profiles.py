"""Profiles on this computer: one user of one server each, with a folder of its own."""

import json
import re
from dataclasses import asdict, dataclass, replace
from itertools import chain, count
from pathlib import Path
from typing import Final

from desktop.services.policy import NO_POLICY, Policy
from sync.errors import NoProfile, ProfileExists, SeveralProfiles, WrongUsage
from sync.i18n import N_

DEFAULT_NAME: Final = "default"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")


class BadProfileName(WrongUsage):
    """A profile's name becomes a folder's."""

    code = "profile.name"
    message = N_("A profile's name has letters, digits, - and _ only, at most 40.")


@dataclass(frozen=True)
class Connection:
    """How this profile reaches its server. Holds nothing about a person; not encrypted."""

    server: str
    ca_file: str = ""
    proxy: str = ""


@dataclass(frozen=True)
class ProfileFolder:
    """Where one profile keeps its key header, its encrypted store and its connection."""

    name: str
    path: Path
    policy: Policy = NO_POLICY

    @property
    def vault_file(self) -> Path:
        """The key header: useless without the password."""
        return self.path / "vault.json"

    @property
    def store_file(self) -> Path:
        """The encrypted database."""
        return self.path / "store.db"

    def connection(self) -> Connection:
        """What enrolment wrote down about the server, by the way that the computer's policy has.

        A profile keeps its server, also where a policy came later that names another: what was
        saved for that server must open, be sent and be kept.
        """
        found = json.loads((self.path / "connection.json").read_text(encoding="utf-8"))
        return self.ruled(Connection(**found))

    def ruled(self, chosen: Connection) -> Connection:
        """The same server, by the authority and the proxy that the policy names."""
        return replace(
            chosen,
            ca_file=self.policy.ca_file or chosen.ca_file,
            proxy=self.policy.proxy or chosen.proxy,
        )

    def remember(self, connection: Connection) -> None:
        """Write the connection down, in one step."""
        draft = self.path / "connection.new"
        draft.write_text(json.dumps(asdict(connection)), encoding="utf-8")
        draft.replace(self.path / "connection.json")


class Profiles:
    """The profiles below one folder."""

    def __init__(self, folder: Path, policy: Policy = NO_POLICY) -> None:
        self._folder = folder
        self.policy = policy

    def names(self) -> list[str]:
        """Profiles whose enrolment was finished, by name."""
        if not self._folder.is_dir():
            return []
        return sorted(found.parent.name for found in self._folder.glob("*/connection.json"))

    def pick(self, name: str | None) -> ProfileFolder:
        """The named profile, or the only one. Raises :class:`NoProfile` or SeveralProfiles."""
        names = self.names()
        if name is None and len(names) > 1:
            raise SeveralProfiles
        chosen = name or (names[0] if names else None)
        if chosen is None or chosen not in names:
            raise NoProfile
        return ProfileFolder(chosen, self._folder / chosen, self.policy)

    def free_name(self) -> str:
        """A name for the profile of one more person on this computer."""
        taken = set(self.names())
        names = chain([DEFAULT_NAME], (f"{DEFAULT_NAME}-{number}" for number in count(2)))
        return next(name for name in names if name not in taken)

    def reserve(self, name: str | None) -> ProfileFolder:
        """An empty folder for a new profile; what an enrolment left unfinished is set aside."""
        chosen = name or DEFAULT_NAME
        if not _NAME.fullmatch(chosen):
            raise BadProfileName
        if chosen in self.names():
            raise ProfileExists
        found = ProfileFolder(chosen, self._folder / chosen, self.policy)
        if found.vault_file.exists() or found.store_file.exists():
            # Nothing can be in it; but should only its connection be lost, then no work is.
            found.path.rename(self._unfinished(chosen))
        found.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return found

    def _unfinished(self, name: str) -> Path:
        """A name that no profile may have."""
        places = (self._folder / f"{name}.unfinished-{number}" for number in count(1))
        return next(place for place in places if not place.exists())
