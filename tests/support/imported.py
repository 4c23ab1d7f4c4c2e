"""What both programs import, made once: :mod:`tests.support.warm` starts them from here."""

import gc

import desktop.cli
import sync.server.cli

PROGRAMS = {"doorstep": desktop.cli.main, "doorstep-server": sync.server.cli.main}
"""The entry of each program, as ``pyproject.toml`` names it."""

# What is shared by every program that is started stays shared: their collectors pass it by.
gc.collect()
gc.freeze()
