"""What tells numbers of one computer from those of another: without a line each counts its own."""

from hashlib import sha256
from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def computer_mark(client_id: str) -> str:
    """Four letters that stand for one computer in its numbers, and for no other one: two windows
    may bear one number. Easily read aloud: no O, I, L or U."""
    number = int.from_bytes(sha256(client_id.encode()).digest()[:8])
    return "".join(_LETTERS[number >> 5 * place & 31] for place in range(4))
