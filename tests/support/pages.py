"""Every page of an encrypted store as it lies on the disk: free ones and the log's too."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from sync.store.database import FILE_NAME, KEY_PURPOSE
from sync.store.vault import Key

PAGE_BYTES: Final = 4096
_RESERVED: Final = 80
"""Behind each page: 16 bytes of initialisation vector, 64 of authentication."""
_SALT: Final = 16
_LOG_HEADER: Final = 32
_FRAME_HEADER: Final = 24


def residues(folder: Path, key: Key, texts: list[str]) -> list[str]:
    """Which of ``texts`` stand in any page of the store in ``folder``, and in which file."""
    found: set[str] = set()
    for name, page in _pages(folder, key.derive(KEY_PURPOSE)):
        found |= {f"{name}: {text}" for text in texts if text.encode() in page}
    return sorted(found)


def _pages(folder: Path, key: bytes) -> Iterator[tuple[str, bytes]]:
    main = (folder / FILE_NAME).read_bytes()
    for start in range(0, len(main), PAGE_BYTES):
        yield "store", _opened(main[start : start + PAGE_BYTES], key, first=start == 0)
    log = folder / f"{FILE_NAME}-wal"
    held = log.read_bytes() if log.exists() else b""
    for start in range(_LOG_HEADER, len(held), _FRAME_HEADER + PAGE_BYTES):
        number = int.from_bytes(held[start : start + 4])
        page = held[start + _FRAME_HEADER : start + _FRAME_HEADER + PAGE_BYTES]
        if len(page) == PAGE_BYTES:
            yield "log", _opened(page, key, first=number == 1)


def _opened(page: bytes, key: bytes, *, first: bool) -> bytes:
    sealed = page[_SALT if first else 0 : PAGE_BYTES - _RESERVED]
    vector = page[PAGE_BYTES - _RESERVED :][:16]
    opener = Cipher(AES(key), CBC(vector)).decryptor()
    return opener.update(sealed) + opener.finalize()
