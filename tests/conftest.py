"""What every test stands on: no screen, a known language, nothing of the developer's own."""

import gc
import os
from collections.abc import Iterator

import pytest

from sync.i18n import catalogue

# Before anything imports Qt, which reads it once.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
# No test may write into the developer's own keychain, nor a process that it starts.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


def pytest_collection_finish() -> None:
    """What is there now stays: looking for garbage need not look at it."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def widgets_end_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Widgets that only hold each other end with their test, on this thread: a server's thread in
    a later test would end them where Qt ends the process. ``desktop.garbage`` does it in the app.
    """
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect()
    gc.enable()


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
