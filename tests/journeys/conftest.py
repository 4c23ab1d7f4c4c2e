"""Stories of whole computers: each test has a served town or a laptop of its own."""

from tests.support.scene import founded, scene
from tests.support.terminal import desk, worker

__all__ = ["desk", "founded", "scene", "worker"]
