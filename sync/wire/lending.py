"""The server's part of a laptop's key, as it travels, and the codes that bring it back by voice.

The laptop gets its part together with sealed copies of it. When the part was given up and there is
no network, somebody at the office reads a code over the telephone, and the code opens the next
copy. Who finds the laptop has the copies and no code; who overhears a code has no laptop.
"""

import hmac
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.wire.messages import Spare

SECRET_BYTES: Final = 32
SPARES: Final = 3
"""So many times the days can be extended by telephone between two contacts."""

LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""None that sound or look alike."""

_GROUPS: Final = 4
_GROUP_LETTERS: Final = 4
# A code opens one sealed copy, so its nonce needs no randomness.
_NONCE: Final = bytes(12)


def spares_of(secret: bytes, client_id: str, first: int, days: int) -> list[Spare]:
    """The sealed copies from number ``first`` on."""
    numbers = range(first, first + SPARES)
    return [_sealed(secret, one, days, code_of(secret, client_id, one)) for one in numbers]


def code_of(secret: bytes, client_id: str, number: int) -> str:
    """The code that opens a computer's spare of this number: 78 bits, in groups to be read out."""
    proof = hmac.digest(secret, f"doorstep lease {client_id} {number}".encode(), "sha256")
    rest, letters = int.from_bytes(proof), []
    for _place in range(_GROUPS * _GROUP_LETTERS):
        rest, letter = divmod(rest, len(LETTERS))
        letters.append(LETTERS[letter])
    groups = range(0, len(letters), _GROUP_LETTERS)
    return "-".join("".join(letters[at : at + _GROUP_LETTERS]) for at in groups)


def opened(spare: Spare, code: str) -> bytes | None:
    """The secret, where the code is that of this spare."""
    told = _told(spare.number, spare.days)
    try:
        return AESGCM(_key(code)).decrypt(_NONCE, spare.sealed, told)
    except InvalidTag:
        return None


def _sealed(secret: bytes, number: int, days: int, code: str) -> Spare:
    sealed = AESGCM(_key(code)).encrypt(_NONCE, secret, _told(number, days))
    return Spare(number, days, sealed)


def _key(code: str) -> bytes:
    """A code is random enough that no stretching is needed."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(b"doorstep lease code " + typed.encode()).digest()


def _told(number: int, days: int) -> bytes:
    return f"{number} {days}".encode()
