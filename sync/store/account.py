"""Who a laptop is to its server, and what it shows there."""

import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sync.store.header import NONCE_BYTES, Key, put
from sync.store.request_counter import RequestCounter
from sync.wire.messages import EnrollReply, UserInfo
from sync.wire.signing import Credentials, Signer

FILE_NAME: Final = "account.sealed"
"""The account a second time, outside of the database: without it a damaged one would cost a new
enrolment, and what was not sent would be nobody's."""

_PURPOSE: Final = "account"


@dataclass(frozen=True)
class Account:
    """What enrolment gave. The token is a secret and never printed; so is the key that requests
    are signed with, empty where the profile is older than such keys. ``former_token`` opens what
    a courier took along before the token was renewed."""

    server: str
    client_id: str
    token: str = field(repr=False)
    device_name: str
    user: UserInfo = field(repr=False)
    key: bytes = field(default=b"", repr=False)
    former_token: str = field(default="", repr=False)

    @classmethod
    def from_enrolment(
        cls, server: str, device_name: str, reply: EnrollReply, key: bytes = b""
    ) -> "Account":
        """The account that an accepted code opened; ``key`` signs for it."""
        return cls(server, reply.client_id, reply.token, device_name, reply.user, key)

    @property
    def login(self) -> str:
        """Token and key in one word, as the key header keeps them for a profile that is shut."""
        return f"{self.token} {self.key.hex()}".strip()


def credentials_of(login: str, folder: Path) -> Credentials:
    """What :attr:`Account.login` says, ready to be shown to the server."""
    token, _, digits = login.partition(" ")
    if not digits:
        return Credentials(token)
    return Credentials(token, Signer(bytes.fromhex(digits), RequestCounter(folder).next))


def keep_account(folder: Path, key: Key, account: Account) -> None:
    """Seal it to the profile's key."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    content = msgspec.json.encode(account)
    sealed = nonce + AESGCM(key.derive(_PURPOSE)).encrypt(nonce, content, None)
    put(folder / FILE_NAME, base64.b64encode(sealed).decode())


def kept_account(folder: Path, key: Key) -> Account | None:
    """What was sealed; ``None`` where there is none that can be read."""
    try:
        sealed = base64.b64decode((folder / FILE_NAME).read_bytes(), validate=True)
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        content = AESGCM(key.derive(_PURPOSE)).decrypt(nonce, rest, None)
        return msgspec.json.decode(content, type=Account)
    except (OSError, ValueError, InvalidTag, msgspec.DecodeError):
        return None
