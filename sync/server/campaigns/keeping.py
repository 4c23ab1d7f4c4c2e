"""Making a campaign of a form, and bringing it to a later reading of the same form."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from sync.errors import DoorstepError
from sync.i18n import N_
from sync.identity import derived_id, stamp
from sync.merge.values import Writer
from sync.rules.questions import from_json, to_json
from sync.schema.canonical import decode_body
from sync.schema.policy import ScopeKind
from sync.schema.registry import scope_name
from sync.server.forms import Form, FormRefused, kept_from
from sync.server.grants import community_rows
from sync.server.locked import lock_scopes
from sync.server.office import ADMIN, Office, create_op, submit
from sync.server.tables import ROW


class CampaignUnknown(DoorstepError):
    """No campaign has that id or form."""

    code = "campaign.unknown"
    message = N_("There is no campaign {campaign}. List them: doorstep-server campaign list")


@dataclass(frozen=True)
class Kept:
    """A campaign as it stands after reading its form. ``is_new``: it was not there before."""

    campaign_id: str
    title: str
    questions: int
    is_new: bool


def keep_campaign(
    office: Office,
    community_id: str,
    form: Form,
    *,
    valid_from: str = "",
    valid_to: str = "",
    preview: bool = False,
) -> Kept:
    """Make the campaign of a form, or bring it to this reading: it is known by its ``form_id``.

    Raises :class:`FormRefused` where the form lost what may be answered already. With ``preview``
    nothing is written.
    """
    row_id = derived_id("campaign", community_id, form.form_id)
    body = {
        "form": form.form_id,
        "title": form.title,
        "version": form.version,
        "questions": to_json(form.questions),
        "valid_from": valid_from or None,
        "valid_to": valid_to or None,
    }

    def keep(connection: Connection) -> Kept:
        scope_id = scope_name(ScopeKind.COMMUNITY, community_id)
        # Two readings at once are judged one after the other.
        locked = lock_scopes(connection, {scope_id}, stamp(office.clock.now()))
        former = community_rows(connection, community_id, "campaign").get(row_id)
        lost = kept_from(from_json(former.get("questions")), form) if former else []
        if lost:
            raise FormRefused(lost)
        if not preview:
            op = create_op(office.minter, "campaign", row_id, body)
            writer = Writer(ADMIN, ADMIN, at=locked.at)
            submit(locked, scope_id, [op], writer, office.db.epoch)
            locked.save()
            office.audit(connection, "campaign.import", row_id)
        return Kept(row_id, form.title, len(form.questions.questions), former is None)

    return office.db.run(keep)


def find_campaign(connection: Connection, community_id: str, wanted: str) -> str:
    """The campaign with this id, form or title. Raises :class:`CampaignUnknown`."""
    campaigns = community_rows(connection, community_id, "campaign")
    if wanted in campaigns:
        return wanted
    for name in ("form", "title"):
        found = [row_id for row_id, body in campaigns.items() if body.get(name) == wanted]
        if len(found) == 1:
            return found[0]
    raise CampaignUnknown(campaign=wanted)


def listed_campaigns(connection: Connection, community_id: str) -> list[dict[str, Any]]:
    """Every campaign with its counts, as scripts read it."""
    campaigns = community_rows(connection, community_id, "campaign")
    households = _counts(connection, "campaign_household")
    sheets = _counts(connection, "campaign_sheet")
    return [
        {
            "id": row_id,
            "form": body.get("form"),
            "title": body.get("title"),
            "version": body.get("version"),
            "from": body.get("valid_from"),
            "to": body.get("valid_to"),
            "questions": len(from_json(body.get("questions")).questions),
            "households": households[row_id],
            "sheets": sheets[row_id],
        }
        for row_id, body in sorted(campaigns.items(), key=lambda item: _order(item[1]))
    ]


def _counts(connection: Connection, type_: str) -> Counter[str]:
    """How many live rows of an entity name each campaign."""
    where = (ROW.c.type == type_, ROW.c.deleted.is_(False))
    bodies = connection.execute(select(ROW.c.body).where(*where)).scalars()
    return Counter(str(decode_body(body).get("campaign_id")) for body in bodies)


def _order(body: Mapping[str, Any]) -> tuple[str, str]:
    return str(body.get("valid_from", "")), str(body.get("title", ""))
