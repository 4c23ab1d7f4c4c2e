"""Every write, truncation, sync and removal that SQLite asks of the operating system, in order.

A layer between SQLite and its own file system (a VFS, https://sqlite.org/vfs.html), put in through
the library that the driver carries. It changes nothing: it tells, and passes on. Linux only: the
driver shows these functions nowhere else.
"""

import ctypes
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlcipher3 import _sqlite3

_LIBRARY = ctypes.CDLL(_sqlite3.__file__)
_METHODS = 18
"""Function pointers in ``sqlite3_io_methods``, after its version."""
_CLOSE, _WRITE, _TRUNCATE, _SYNC = 0, 2, 3, 4

_FILE = ctypes.c_void_p
_CloseCall = ctypes.CFUNCTYPE(ctypes.c_int, _FILE)
_WriteCall = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, ctypes.c_void_p, ctypes.c_int, ctypes.c_longlong)
_TruncateCall = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, ctypes.c_longlong)
_SyncCall = ctypes.CFUNCTYPE(ctypes.c_int, _FILE, ctypes.c_int)
_OpenCall = ctypes.CFUNCTYPE(
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
    _FILE,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_int),
)
_DeleteCall = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int)


class _Methods(ctypes.Structure):
    """``sqlite3_io_methods``."""

    _fields_ = [("version", ctypes.c_int), ("calls", ctypes.c_void_p * _METHODS)]


class _Opened(ctypes.Structure):
    """``sqlite3_file``: its methods, and behind them what only they know."""

    _fields_ = [("methods", ctypes.POINTER(_Methods))]


class _Vfs(ctypes.Structure):
    """``sqlite3_vfs``, version 3."""

    _fields_ = [
        ("version", ctypes.c_int),
        ("file_size", ctypes.c_int),
        ("longest_path", ctypes.c_int),
        ("next", ctypes.c_void_p),
        ("name", ctypes.c_char_p),
        ("app_data", ctypes.c_void_p),
        ("open", ctypes.c_void_p),
        ("delete", ctypes.c_void_p),
        ("others", ctypes.c_void_p * 14),
    ]


class Kind(StrEnum):
    """What the disk was asked, or what a person was told."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    REMOVE = "remove"
    REPLACE = "replace"  # By a whole file that is on the disk already, which takes its name.
    TOLD = "told"  # Somebody was told that something is saved: ``path`` says what.


@dataclass(frozen=True)
class Event:
    """One thing, in the order of all."""

    kind: Kind
    path: str
    at: int = 0
    data: bytes = b""


@dataclass
class Recording:
    """What happened so far. Keep it as long as any of its files is open."""

    events: list[Event] = field(default_factory=list)
    _kept: list[Any] = field(default_factory=list)
    """Whatever SQLite points to."""
    _paths: dict[int, str] = field(default_factory=dict)
    _plain: dict[int, Any] = field(default_factory=dict)

    def told(self, what: str) -> None:
        """Somebody was told that this is saved."""
        self.events.append(Event(Kind.TOLD, what))

    def opened(self, vfs: int, name: int | None, file: int, flags: int, out: Any) -> int:
        """Open a file as ever, and watch it from now on.

        ``name`` stays an address: SQLite's file keeps pointing to it while it is open.
        """
        result = int(self._open(vfs, name, file, flags, out))
        shown = ctypes.cast(file, ctypes.POINTER(_Opened)).contents
        if result == 0 and name and shown.methods:
            self._paths[file] = os.fsdecode(ctypes.string_at(name))
            self._watch(file, shown)
        return result

    def removed(self, vfs: int, name: bytes, sync_folder: int) -> int:
        """Remove a file."""
        self.events.append(Event(Kind.REMOVE, os.fsdecode(name)))
        return int(self._delete(vfs, name, sync_folder))

    def _watch(self, file: int, shown: _Opened) -> None:
        before = shown.methods.contents
        mine = _Methods(before.version, before.calls)
        calls = {
            _CLOSE: _CloseCall(self._closing(_CloseCall(before.calls[_CLOSE]))),
            _WRITE: _WriteCall(self._writing(_WriteCall(before.calls[_WRITE]))),
            _TRUNCATE: _TruncateCall(self._truncating(_TruncateCall(before.calls[_TRUNCATE]))),
            _SYNC: _SyncCall(self._syncing(_SyncCall(before.calls[_SYNC]))),
        }
        for place, call in calls.items():
            mine.calls[place] = ctypes.cast(call, ctypes.c_void_p).value
        self._plain[file] = shown.methods
        self._kept += [mine, *calls.values()]
        shown.methods = ctypes.pointer(mine)

    def _closing(self, plain: Any) -> Any:
        def close(file: int) -> int:
            shown = ctypes.cast(file, ctypes.POINTER(_Opened)).contents
            shown.methods = self._plain.pop(file)
            self._paths.pop(file)
            return int(plain(file))

        return close

    def _writing(self, plain: Any) -> Any:
        def write(file: int, data: int, size: int, at: int) -> int:
            content = ctypes.string_at(data, size)
            self.events.append(Event(Kind.WRITE, self._paths[file], at, content))
            return int(plain(file, data, size, at))

        return write

    def _truncating(self, plain: Any) -> Any:
        def truncate(file: int, size: int) -> int:
            self.events.append(Event(Kind.TRUNCATE, self._paths[file], size))
            return int(plain(file, size))

        return truncate

    def _syncing(self, plain: Any) -> Any:
        def sync(file: int, flags: int) -> int:
            result = int(plain(file, flags))
            self.events.append(Event(Kind.SYNC, self._paths[file]))
            return result

        return sync

    def register(self) -> Callable[[], None]:
        """Make a watching file system the default; what makes the former one that again."""
        _LIBRARY.sqlite3_vfs_find.restype = ctypes.c_void_p
        before = int(_LIBRARY.sqlite3_vfs_find(None))
        mine = _Vfs.from_buffer_copy(ctypes.string_at(before, ctypes.sizeof(_Vfs)))
        self._open = _OpenCall(mine.open)
        self._delete = _DeleteCall(mine.delete)
        calls = (_OpenCall(self.opened), _DeleteCall(self.removed))
        mine.open, mine.delete = (ctypes.cast(call, ctypes.c_void_p).value for call in calls)
        mine.name = b"recording"
        self._kept += [mine, *calls]
        _LIBRARY.sqlite3_vfs_register(ctypes.byref(mine), 1)

        def unregister() -> None:
            assert not self._paths, "a file is still open"
            _LIBRARY.sqlite3_vfs_unregister(ctypes.byref(mine))
            _LIBRARY.sqlite3_vfs_register(ctypes.c_void_p(before), 1)

        return unregister


@contextmanager
def recording() -> Iterator[Recording]:
    """Watch every file that SQLite opens within the block. All have to be closed before its end."""
    made = Recording()
    unregister = made.register()
    try:
        yield made
    finally:
        unregister()
