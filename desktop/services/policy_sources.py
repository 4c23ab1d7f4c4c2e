"""Where a computer's policy is read from: what only an administrator can write.

Windows: the registry (group policy), else a file below ProgramData. macOS: managed preferences,
else a file. Linux: a file below /etc. Where the computer has none, ``DOORSTEP_POLICY`` may name a
file, so that IT can try one before it is rolled out.
"""

import os
import plistlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from desktop.services.policy import NO_POLICY, Policy, PolicyBroken, policy_in, policy_of
from sync.i18n import _

TRIED: Final = "DOORSTEP_POLICY"
REGISTRY_KEY: Final = r"Software\Policies\Doorstep"
_PREFERENCES: Final = Path("/Library/Managed Preferences/cn.jiamenkou.doorstep.plist")


def policy_file(platform: str = sys.platform) -> Path:
    """The file that IT writes on this kind of system."""
    if platform == "win32":
        return Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"), "Doorstep", "policy.toml")
    if platform == "darwin":
        return Path("/Library/Application Support/Doorstep/policy.toml")
    return Path("/etc/doorstep/policy.toml")


def machine_policy() -> Policy:
    """The policy of this computer. Raises :class:`PolicyBroken`."""
    registry = _registry()
    if registry:
        return policy_of(registry, rf"HKLM\{REGISTRY_KEY}")
    if sys.platform == "darwin" and _PREFERENCES.is_file():
        return preferences_in(_PREFERENCES)
    return file_policy(policy_file(), os.environ)


def file_policy(file: Path, environment: Mapping[str, str]) -> Policy:
    """The policy in ``file``; without one that sets anything, the one that is being tried."""
    found = _read(file)
    if found == NO_POLICY and environment.get(TRIED):
        return _read(Path(environment[TRIED]), must_be=True)
    return found


def preferences_in(file: Path) -> Policy:
    """The policy that a device management profile left. Raises :class:`PolicyBroken`."""
    try:
        found = plistlib.loads(file.read_bytes())
    except (OSError, ValueError, plistlib.InvalidFileException) as error:
        raise _unreadable(file) from error
    return policy_of(found, str(file))


def _read(file: Path, *, must_be: bool = False) -> Policy:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        if must_be:
            raise _unreadable(file) from error
        return NO_POLICY
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(file) from error
    found = policy_in(text, str(file))
    return found if found.told() else NO_POLICY


def _unreadable(file: Path) -> PolicyBroken:
    return PolicyBroken(source=str(file), line=1, why=_("The file cannot be read as text."))


def _registry() -> dict[str, Any]:
    """The values of the policy's key, numbers where they are numbers; 0 and 1 say no and yes."""
    found: dict[str, Any] = {}
    if sys.platform == "win32":
        import winreg

        try:
            key = winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, REGISTRY_KEY)
        except OSError:
            return found
        with key:
            for index in range(winreg.QueryInfoKey(key)[1]):
                name, value, _kind = winreg.EnumValue(key, index)
                found[name] = bool(value) if name.startswith("allow_") else value
    return found
