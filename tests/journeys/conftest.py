"""Stories of whole computers: each test has a served town or a laptop of its own."""

from tests.support.postgres import postgres
from tests.support.scene import founded, scene
from tests.support.stores import stores
from tests.support.terminal import desk, worker

__all__ = ["desk", "founded", "postgres", "scene", "stores", "worker"]
