"""What whoever looks after the office's computers hears of them, and asks for.

Nothing here tells of a resident: a computer, its user, versions, moments, counts, codes.
"""

from enum import StrEnum

import msgspec


class DeviceAct(StrEnum):
    """What may be done about one computer, as the last part of the request's path."""

    EXTEND = "extend"  # A code to read out: it opens again without a network.
    RESUME = "resume"  # It was suspended as a copy, and the other copy is gone.
    REVOKE = "revoke"  # It is served no more; what it had not sent is handed in.
    LOST = "lost"  # Revoked, and its part of the key destroyed.


class DeviceTold(msgspec.Struct):
    """One computer. Moments are stamps, empty where there is none.

    Attributes:
        staff_id: whose it is; ``login`` is how that person signs in, ``owner`` what colleagues
            call them.
        seen: its last contact; ``told`` when it last said how it is.
        oldest: since when the oldest of the ``pending`` edits waits.
        lease_until: until when it opens without a contact.
        silent: not here for a week, and should have been.
        own: the computer that asks.
    """

    device: str
    staff_id: str
    login: str
    name: str
    owner: str = ""
    version: str = ""
    system: str = ""
    enrolled: str = ""
    seen: str = ""
    told: str = ""
    pending: int = 0
    oldest: str = ""
    held: int = 0
    error: str = ""
    lease_until: str = ""
    silent: bool = False
    revoked: bool = False
    lost: bool = False
    suspended: bool = False
    own: bool = False


class DevicesReply(msgspec.Struct):
    """``GET /v1/devices``: every computer of the community, those in trouble first."""

    devices: list[DeviceTold]
    days: int = 0
    """How long a lease lasts."""


class DeviceRequest(msgspec.Struct):
    """``POST /v1/devices/{act}``: the one computer that it is about."""

    device: str


class DeviceReply(msgspec.Struct):
    """It is done. ``code`` is to be read out, told once; ``people`` counts whose data was on it."""

    device: str
    code: str = ""
    people: int = 0
