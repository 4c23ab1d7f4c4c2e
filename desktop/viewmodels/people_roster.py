"""The roster of helpers and the colleagues who sign in, as rows and sheets."""

from collections.abc import Sequence

from desktop.rows import Lamp, Row, Tag, Tone
from desktop.services.names import words
from desktop.services.roster import HelperLine, HelperRoster, PostLine, StaffLine, Vacancy
from desktop.sheet import Sheet
from desktop.viewmodels.people import days_words, filled, group_row
from sync.i18n import N_, _, n_

# --- The roster ----------------------------------------------------------------------------------


def helper_rows(roster: HelperRoster, wanted: str) -> list[Row]:
    """Vacancies first: they are what somebody has to do something about."""
    text = wanted.strip().lower()
    empty = [one for one in roster.vacancies if not text or text in one.place.lower()]
    here = [one for one in roster.helpers if _fits(one, text)]
    rows: list[Row] = []
    if empty:
        words_ = n_("{count} post is vacant", "{count} posts are vacant", len(empty))
        rows.append(group_row("vacant", words_.format(count=len(empty))))
        rows += [_vacancy(one) for one in empty]
    if here:
        words_ = n_("{count} person in a post", "{count} people in posts", len(here))
        rows.append(group_row("held", words_.format(count=len(here))))
        rows += [_helper(one) for one in here]
    return rows


def _fits(one: HelperLine, text: str) -> bool:
    told = (one.name, one.place, one.department, words("post", one.post), one.py)
    return not text or any(text in each.lower() for each in told)


def _vacancy(one: Vacancy) -> Row:
    return Row(
        key=f"vacant:{one.post}:{one.area_id}:{one.unit}",
        title=words("post", one.post),
        lamp=Lamp.YELLOW,
        detail=_place(one.place, one.unit),
        badge=Tag(_(N_("nobody yet")), Tone.WARN),
        action=_(N_("Fill")),
        action_key="N",
    )


def _helper(one: HelperLine) -> Row:
    about = [words("post", one.post), _place(one.place, one.unit), one.department]
    if one.covers:
        about.append(_(N_("stands in for {name}")).format(name=one.covers))
    return Row(
        key=f"helper:{one.id}",
        title=one.name,
        lamp=Lamp.GREEN if one.holds else Lamp.NOT_DUE,
        detail=" · ".join(part for part in about if part),
        badge=None if one.holds else Tag(_(N_("not now")), Tone.NEUTRAL),
        when=one.valid_to,
    )


def helper_sheet(one: HelperLine, *, may_write: bool) -> Sheet:
    """One post of one helper."""
    facts = [
        (_(N_("Area")), _place(one.place, one.unit)),
        (_(N_("Phone")), one.phone),
        (_(N_("Works")), _(N_("full-time")) if one.full_time else _(N_("part-time"))),
        (_(N_("Department")), one.department),
        (_(N_("Days")), days_words(one.valid_from, one.valid_to)),
        (_(N_("Stands in for")), one.covers),
        (_(N_("Covered by")), one.covered_by),
    ]
    acts = [
        ("edit", _(N_("Change")), "E"),
        ("cover", _(N_("Substitute")), "S"),
        ("end", _(N_("End the post")), "T"),
    ]
    return Sheet(one.name, words("post", one.post), filled(facts), tuple(acts) if may_write else ())


def vacancy_sheet(key: str, place: str, *, may_write: bool) -> Sheet:
    """A post that nobody holds."""
    _kind, post, _area, unit = key.split(":")
    acts = (("new", _(N_("Fill")), "N"),) if may_write else ()
    about = _place(place, unit)
    return Sheet(words("post", post), about, acts=acts, warning=_(N_("Nobody holds this post.")))


def _place(place: str, unit: str) -> str:
    return _(N_("{place}, unit {unit}")).format(place=place, unit=unit) if unit else place


# --- Colleagues ----------------------------------------------------------------------------------


def staff_rows(staff: Sequence[StaffLine], wanted: str) -> list[Row]:
    """Everybody who signs in, with the posts of today."""
    text = wanted.strip().lower()
    return [
        Row(
            key=f"staff:{one.id}",
            title=one.name,
            lamp=Lamp.GREEN if _now(one) else Lamp.NOT_DUE,
            detail=" · ".join(_post(each) for each in _now(one)) or _(N_("no post today")),
        )
        for one in staff
        if not text or text in one.name.lower() or text in one.login
    ]


def staff_sheet(one: StaffLine, *, may: frozenset[str]) -> Sheet:
    """One colleague: every post with its days."""
    facts = [(_(N_("User")), one.login), (_(N_("Phone")), one.phone)]
    facts += [(_post(each), days_words(each.valid_from, each.valid_to)) for each in one.posts]
    acts = [
        ("code", _(N_("Enrolment code")), "C"),
        ("post", _(N_("Give a post")), "G"),
        ("cover", _(N_("Cover while away")), "S"),
        ("end", _(N_("End a post")), "T"),
    ]
    return Sheet(one.name, "", filled(facts), tuple(act for act in acts if act[0] in may))


def _now(one: StaffLine) -> list[PostLine]:
    return [each for each in one.posts if each.holds]


def _post(one: PostLine) -> str:
    text = f"{words('post', one.post)} {one.area}".strip()
    return _(N_("{post} for {name}")).format(post=text, name=one.covers) if one.covers else text
