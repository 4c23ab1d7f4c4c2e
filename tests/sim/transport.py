"""The way from a laptop to the server: real bytes both ways, and the accidents in between."""

import gzip
import zlib
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import replace

import msgspec

from sync.errors import ServerUnreachable, StoreBusy, UpgradeNeeded
from sync.wire.messages import SUM_HEADER, WIRE_HEADER, WIRE_VERSION, ErrorReply, sum_of
from sync.wire.signing import Credentials
from sync.wire.transport import Meantime, Reply, Traffic, _stranger, nothing
from tests.sim.faults import Fault, Weather, fair
from tests.sim.server import SimServer
from tests.sim.wire import Answer, Request
from tests.sim.witness import Violation
from tests.support.laptops import Killed

Watch = Callable[[Request, Answer | None], None]
"""Called after every exchange in which the server took part; no answer where it died."""

KEPT_ANSWERS = 4
MOST_EXCHANGES = 500
"""In one session. What a laptop has to say here takes a small part of that, whatever goes wrong."""

_OURS = {WIRE_HEADER.lower(): str(WIRE_VERSION)}


class SimTransport:
    """One laptop's way. Faults come from ``weather``; ``watch`` sees what the server really did.

    ``before`` is called before each exchange: no transaction of the laptop is open then.
    """

    def __init__(
        self,
        server: SimServer,
        who: Credentials,
        watch: Watch,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self.traffic = Traffic()
        self.weather: Weather = fair()
        self.in_session = 0
        self.befell: Counter[Fault] = Counter()
        self._server = server
        self._who = who
        self._watch = watch
        self._before = before
        self._earlier: defaultdict[str, deque[Answer]] = defaultdict(
            lambda: deque(maxlen=KEPT_ANSWERS)
        )

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        *,
        deadline_s: float = 60.0,
        meanwhile: Meantime = nothing,
    ) -> Reply:
        """One request and what the laptop makes of the answer, as ``HttpTransport`` does."""
        self.traffic.requests += 1
        self.in_session += 1
        if self.in_session > MOST_EXCHANGES:
            raise Violation(19, "a session does not end")
        self._before()
        self.traffic.up += len(body or b"")
        request = Request.by(self._who, method, path, body)
        fault = self.weather.next()
        if fault is not None:
            self.befell[fault] += 1
        answer = self._carry(request, fault)
        meanwhile()
        self.traffic.down += len(answer.body)
        return read(answer)

    def resend(self, request: Request) -> Answer:
        """The app asks (again) for what was asked before; nobody waits for the answer."""
        again = Request.by(self._who, request.method, request.path, request.body)
        return self._to_server(again)

    def repeat(self, request: Request) -> Answer:
        """Something in between sends the very same bytes again."""
        return self._to_server(request)

    def _carry(self, request: Request, fault: Fault | None) -> Answer:
        chance = self.weather.chance
        match fault:
            case Fault.LOST:
                raise ServerUnreachable
            case Fault.PORTAL:
                page = chance.choice([b"<html>log in</html>", b"{}", b""])
                return Answer(chance.choice([200, 200, 302, 511]), {}, page)
            case Fault.TOO_LARGE:
                return Answer(413, {}, b"<html>too large</html>")
            case Fault.BUSY:
                return self._busy()
            case Fault.UPGRADE if not request.path.endswith("/push"):
                return Answer(426, dict(_OURS), encoded(UpgradeNeeded.code))
            case Fault.KILLED:
                return self._die(request)
        if fault is Fault.FLIPPED and request.body and chance.random() < 0.5:
            request = replace(request, body=self._flipped(request.body))
        return self._after(request, self._to_server(request), fault)

    def _after(self, request: Request, answer: Answer, fault: Fault | None) -> Answer:
        """The server has answered; what arrives?"""
        earlier = self._earlier[request.path]
        late = earlier[self.weather.chance.randrange(len(earlier))] if earlier and fault else None
        earlier.append(answer)
        match fault:
            case Fault.REPLY_LOST:
                raise ServerUnreachable
            case Fault.DUPLICATE:
                return self._to_server(request)
            case Fault.LATE if late is not None:
                return late
            case Fault.CUT:
                return replace(answer, body=answer.body[: self._place(answer.body)])
            case Fault.FLIPPED:
                return replace(answer, body=self._flipped(answer.body))
        return answer

    def _to_server(self, request: Request) -> Answer:
        answer = self._server.answer(request)
        self._watch(request, answer)
        return answer

    def _die(self, request: Request) -> Answer:
        try:
            answer = self._server.answer_or_die(request, self.weather.chance.randint(1, 60))
        except Killed:
            self._watch(request, None)
            raise ServerUnreachable from None
        self._watch(request, answer)
        return answer

    def _busy(self) -> Answer:
        chance = self.weather.chance
        headers = {"retry-after": str(chance.choice([0, 1, 4, 30]))}
        if chance.random() < 0.5:
            return Answer(503, {**_OURS, **headers}, encoded(StoreBusy.code))
        return Answer(chance.choice([429, 502, 503, 504]), headers, b"<html>later</html>")

    def _place(self, body: bytes) -> int:
        return self.weather.chance.randrange(max(1, len(body)))

    def _flipped(self, whole: bytes) -> bytes:
        body = bytearray(whole)
        if body:
            body[self._place(whole)] ^= 1 << self.weather.chance.randrange(8)
        return bytes(body)


def read(answer: Answer) -> Reply:
    """What a laptop makes of an answer: only a Doorstep server's counts."""
    said = answer.headers.get("retry-after", "")
    retry_after_s = int(said) if said.isdigit() else 0
    if WIRE_HEADER.lower() not in answer.headers:
        raise _stranger(answer.status, retry_after_s)
    body = _unpacked(answer)
    if answer.headers.get(SUM_HEADER.lower(), sum_of(body)) != sum_of(body):
        raise ServerUnreachable
    return Reply(answer.status, body, retry_after_s)


def encoded(code: str) -> bytes:
    """The body of a refusal."""
    return msgspec.json.encode(ErrorReply(code=code))


def _unpacked(answer: Answer) -> bytes:
    if answer.headers.get("content-encoding") != "gzip":
        return answer.body
    try:
        return gzip.decompress(answer.body)
    except (OSError, EOFError, zlib.error) as error:
        raise ServerUnreachable from error
