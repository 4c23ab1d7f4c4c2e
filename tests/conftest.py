"""What every test stands on: no screen, a known language, nothing of the developer's own."""

import os

import pytest

from sync.i18n import catalogue

# Before anything imports Qt, which reads it once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# No test may write into the developer's own keychain, nor a process that it starts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


@pytest.fixture(autouse=True)
def surroundings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home of its own for every test, and English unless it asks for ``chinese``."""
    for name in ("DOORSTEP_NOW", "DOORSTEP_PASSWORD_FILE", "DOORSTEP_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOORSTEP_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.setenv("DOORSTEP_LANG", "en")
    catalogue.use("en")


@pytest.fixture
def chinese(surroundings: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The product's own language, here and in the processes that the test starts."""
    monkeypatch.setenv("DOORSTEP_LANG", "zh_CN")
    catalogue.use("zh_CN")
