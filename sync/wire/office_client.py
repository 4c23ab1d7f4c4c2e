"""What the office asks of its server, typed: accounts, posts, codes, areas, tables."""

from typing import TypeVar, cast

import msgspec

from sync.errors import FileRefused, ServerUnreachable
from sync.i18n import _
from sync.progress import Progress
from sync.wire.client import Client, refusal
from sync.wire.device_messages import DeviceAct, DeviceReply, DeviceRequest, DevicesReply
from sync.wire.office_messages import (
    AccountRequest,
    CodeReply,
    CodeRequest,
    EndPostRequest,
    ListLine,
    ListReply,
    OfficeReply,
    PostRequest,
    RegroupRequest,
    WithdrawRequest,
)
from sync.wire.transport import LineTransport, Reply

T = TypeVar("T")

_DEADLINE_S = 180.0
_LIST_DEADLINE_S = 900.0


class OfficeClient:
    """Speaks for the office over the line of a :class:`Client`."""

    def __init__(self, client: Client) -> None:
        self._transport = client.transport

    def add_account(self, asked: AccountRequest) -> OfficeReply:
        """Somebody new. Raises LoginTaken, LoginWrong, NameWanted, NotPermitted."""
        return self._ask("/v1/people/account", asked, OfficeReply)

    def give_post(self, asked: PostRequest) -> OfficeReply:
        """A post, or cover. Raises DaysWrong, AreaNotHere, NotPermitted."""
        return self._ask("/v1/people/post", asked, OfficeReply)

    def end_post(self, asked: EndPostRequest) -> OfficeReply:
        """The last day of a post. Raises DaysWrong, NotPermitted."""
        return self._ask("/v1/people/end-post", asked, OfficeReply)

    def code(self, asked: CodeRequest) -> CodeReply:
        """A one-time code. Raises NotPermitted."""
        return self._ask("/v1/people/code", asked, CodeReply)

    def regroup(self, asked: RegroupRequest) -> OfficeReply:
        """Areas that change. Raises AreaInUse, AreaNotHere, HouseholdsElsewhere, DaysWrong."""
        return self._ask("/v1/grids/regroup", asked, OfficeReply)

    def withdraw(self, asked: WithdrawRequest) -> OfficeReply:
        """A planned change of areas is taken back."""
        return self._ask("/v1/grids/withdraw", asked, OfficeReply)

    def devices(self) -> DevicesReply:
        """The community's computers. Raises NotPermitted."""
        reply = self._transport.exchange("GET", "/v1/devices", deadline_s=_DEADLINE_S)
        return _read(reply, DevicesReply)

    def device_act(self, act: DeviceAct, device: str) -> DeviceReply:
        """Do something about one. Raises NotPermitted, NothingLent, NotSuspended, OwnComputer."""
        return self._ask(f"/v1/devices/{act.value}", DeviceRequest(device), DeviceReply)

    def take_list(self, kind: str, mode: str, table: bytes, progress: Progress) -> ListReply:
        """Have a table read, compared and, unless it is a preview, written.

        What ``progress`` raises breaks the line off: the server then writes nothing. Raises
        :class:`FileRefused` where the table cannot be read.
        """
        ended: list[ListReply] = []

        def hear(raw: bytes) -> None:
            line = msgspec.json.decode(raw, type=ListLine)
            if line.error:
                message = line.message or line.error
                raise FileRefused(what=_(message).format(**line.params))
            if line.ended is not None:
                ended.append(line.ended)
            else:
                progress(line.step, line.so_far, line.in_all)

        way = cast("LineTransport", self._transport)
        path = f"/v1/import/{kind}/{mode}"
        reply = way.exchange_lines(path, table, hear, deadline_s=_LIST_DEADLINE_S)
        if reply.status != 200:
            raise refusal(reply)
        if not ended:
            raise ServerUnreachable
        return ended[0]

    def _ask(self, path: str, asked: msgspec.Struct, kind: type[T]) -> T:
        body = msgspec.json.encode(asked)
        reply = self._transport.exchange("POST", path, body, deadline_s=_DEADLINE_S)
        return _read(reply, kind)


def _read(reply: Reply, kind: type[T]) -> T:
    if reply.status != 200:
        raise refusal(reply)
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except msgspec.DecodeError as error:
        raise ServerUnreachable from error
