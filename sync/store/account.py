"""Who this laptop is to its server: kept inside the encrypted store."""

from dataclasses import dataclass, field

from sync.wire.messages import EnrollReply, UserInfo


@dataclass(frozen=True)
class Account:
    """What enrolment gave. The token is a secret and never printed."""

    server: str
    client_id: str
    token: str = field(repr=False)
    device_name: str
    user: UserInfo = field(repr=False)

    @classmethod
    def from_enrolment(cls, server: str, device_name: str, reply: EnrollReply) -> "Account":
        """The account that an accepted code opened."""
        return cls(server, reply.client_id, reply.token, device_name, reply.user)
