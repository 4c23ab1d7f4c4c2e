"""What the page of certificates shows: the register as rows, a certificate on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.rows import Lamp, Row, Tone
from desktop.services.certificates import CertificateLine, template
from desktop.services.desk import Visitor
from desktop.viewmodels.moments import day_and_time
from sync.i18n import N_, _
from sync.identity import Clock


@dataclass(frozen=True)
class CertificateForm:
    """A certificate on its way: for whom, of which kind, with which words."""

    visitor: Visitor | None = field(default=None, repr=False)
    kind: str = "residence"
    said: Mapping[str, str] = field(default_factory=dict, repr=False)

    def say(self, key: str, words: str) -> "CertificateForm":
        """One line is filled in."""
        return replace(self, said={**self.said, key: words})

    @property
    def whom(self) -> str:
        """For whom it is, in words."""
        if self.visitor is None:
            return _(N_("Open somebody at the desk first, then press F4."))
        line = self.visitor.card.line
        return f"{self.visitor.name} · {line.title or line.room}"


def register_rows(lines: Sequence[CertificateLine], clock: Clock) -> tuple[Row, ...]:
    """The register, masked; what is void says why."""
    return tuple(
        Row(
            key=line.id,
            title=line.number,
            lamp=Lamp.MISSED if line.void_reason else Lamp.DONE,
            reason=_(N_("void: {reason}")).format(reason=line.void_reason)
            if line.void_reason
            else "",
            reason_tone=Tone.WARN,
            detail=f"{template(line.kind).words} · {line.who}",
            when=day_and_time(line.made_at, clock),
        )
        for line in lines
    )
