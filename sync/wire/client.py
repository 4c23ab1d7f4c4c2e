"""The server's calls, typed. Every refusal becomes one of our errors, by its stable code."""

from sync.wire.messages import (
    EnrollReply,
    EnrollRequest,
    HeldReply,
    Hello,
    HistoryItem,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
)
from sync.wire.transport import Transport


class Client:
    """Speaks to one server over one transport."""

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    def enroll(self, request: EnrollRequest) -> EnrollReply:
        """Spend a one-time code. Raises :class:`CodeRefused`."""
        raise NotImplementedError

    def hello(self) -> Hello:
        """Versions, grants and policy. Raises :class:`UpgradeNeeded`, SignedOut."""
        raise NotImplementedError

    def push(self, request: PushRequest) -> PushReply:
        """Send operations of one lane."""
        raise NotImplementedError

    def pull(self, request: PullRequest) -> PullReply:
        """Receive rows of all scopes."""
        raise NotImplementedError

    def held(self) -> HeldReply:
        """What the server keeps aside."""
        raise NotImplementedError

    def history(self, type_: str, row_id: str) -> list[HistoryItem]:
        """How a row came to be what it is, oldest first."""
        raise NotImplementedError
