"""What ends beside the next test is looked at: nothing goes wrong there unheard."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from tests.conftest import Endings


def _breaks() -> None:
    raise OSError("it did not close")


def test_an_error_while_something_ends_fails_whoever_comes_next():
    """And once only; what runs still is waited for at the very end."""
    with ThreadPoolExecutor(1) as pool:
        endings, gate = Endings(pool), Event()
        pool.submit(gate.wait, 10)
        endings.submit(_breaks)
        gate.set()
        pool.submit(gate.is_set).result(timeout=10)
        with pytest.raises(ExceptionGroup) as told:
            endings.submit(gate.clear)
        assert isinstance(told.value.exceptions[0], OSError)
        endings.look(wait_for_all=True)

        pool.submit(gate.wait, 10)
        endings.submit(_breaks)
        gate.set()
        with pytest.raises(ExceptionGroup):
            endings.look(wait_for_all=True)
