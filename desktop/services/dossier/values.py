"""What the places of the forms are filled with. What nobody wrote down stays empty."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from desktop.services.dossier.forms import Values
from desktop.services.dossier.words import paper_words
from sync.identity import local_day
from sync.rules.dossier import signing_guardian
from sync.rules.paper_case import Agreement, PaperCase, Party, Step, Talk, Term
from sync.rules.sums import capital_sum, plain_sum

_STOPS: Final = "。；"
_LIST_MARK: Final = re.compile(r"[(（]?\d{1,2}[.．、)）](?!\d)\s*")


def case_values(file: PaperCase) -> Values:
    """What stands on every paper of the case."""
    words = paper_words()
    on = file.accepted_on or file.opened_on
    parties = [_party(party, on) for party in _shown(file)]
    sides = {side: [one for one in parties if one["key"] == side] for side in words.side}
    first = file.agreement
    return {
        "no": file.no or words.unnumbered,
        "title": file.title,
        "committee": words.say("community", name=file.community),
        "dispute": words.dispute.get(file.dispute, ""),
        "scale": words.scale.get(file.scale, ""),
        "origin": words.origin.get(file.origin, ""),
        "accepted": words.day(file.accepted_on) or words.phrases["no_day"],
        "mediators": words.join(file.mediators),
        "facts": file.facts,
        "demands": _numbered(file.demands),
        "party_names": words.join(party.name for party in file.parties),
        "parties": parties,
        "applicants": sides["applicant"],
        "respondents": sides["respondent"],
        "thirds": sides["third"],
        "represented": [one for one in parties if one["agent"]],
        "from_to": _from_to(file),
        "told": words.day(_last_day(file.steps_of("rights_told"))),
        "first_signed": words.day(first.signed_on if first else None) or words.phrases["no_day"],
        "first_terms": _terms(first.terms) if first else [],
        "agreed_facts": (first.facts if first else "") or file.facts,
        **_ended(file),
        **_filed(file),
    }


def talk_values(file: PaperCase, talk: Talk) -> Values:
    """One talk, and what corrects it."""
    words = paper_words()
    return {
        "when": words.moment(talk.held_at),
        "where": talk.place,
        **_present(file, talk),
        "said": [{"who": who, "words": told} for who, told in talk.said],
        "note": talk.text,
        "outcome": talk.result,
        "corrections": [_correction(one) for one in file.corrections_of(talk)],
    }


def agreement_values(file: PaperCase, agreement: Agreement) -> Values:
    """One version of the agreement, or a supplement."""
    words = paper_words()
    copies = agreement.copies or len(file.parties) + 1
    return {
        "agreed_facts": agreement.facts or file.facts,
        "agreed_points": _numbered(agreement.points or file.points),
        **_dues(_terms(agreement.terms)),
        "copies": words.numbers[copies] if copies < len(words.numbers) else str(copies),
        "signed": words.day(agreement.signed_on),
        "reason": agreement.reason,
    }


def oral_values(file: PaperCase) -> Values:
    """An oral agreement; where none was written down as one, what the last talk came to."""
    words = paper_words()
    talk = next((one for one in reversed(file.talks) if one.result), None)
    done = any(step.done for step in file.steps_of("performed"))
    lines = (talk.result if talk else "").splitlines()
    agreed = file.agreement or Agreement("", "oral", terms=tuple(map(Term, filter(None, lines))))
    return {
        **agreement_values(file, agreed),
        "amount": _sum("amount", sum(term.cents for term in agreed.terms) or agreed.cents),
        "ways": _ways(_terms(agreed.terms)) or (words.phrases["on_the_spot"] if done else ""),
        "when": words.day(agreed.signed_on) or (words.moment(talk.held_at) if talk else ""),
        "where": (talk.place if talk else "") or file.place,
        "performed": words.phrases["on_the_spot" if done else "later"],
    }


def _ways(terms: Sequence[Values]) -> str:
    """How and by when each is done that says so; empty where none does."""
    words = paper_words()
    told = (words.say("item", n=one["n"], how=one["how"]) for one in terms if one["how"])
    return words.phrases["stop"].join(told)


def step_rows(steps: Iterable[Step]) -> list[dict[str, str]]:
    """Steps as the rows of a table."""
    words = paper_words()
    return [
        {
            "day": words.day(step.done_on),
            "kind": words.performed.get(_performed(step), ""),
            "text": step.text,
            "writer": step.writer,
            "agreed": words.join(words.side.get(one, one) for one in step.agreed_by),
            "satisfaction": words.satisfaction.get(str(step.satisfaction), ""),
            "words": step.text,
        }
        for step in steps
    ]


def _performed(step: Step) -> str:
    return "partly" if step.kind == "performed" and not step.done else step.kind


def _shown(file: PaperCase) -> Iterator[Party]:
    """The parties as paper may name them: where violence is feared, no paper that the other side
    reads or takes home tells where somebody is found. Those lines are filled in by hand."""
    for party in file.parties:
        yield replace(party, phone="", address="", occupation="") if file.guarded else party


def _present(file: PaperCase, talk: Talk) -> Values:
    """Who was there: all of them, and beside the parties who else, and who led the talk."""
    words = paper_words()
    present = tuple(dict.fromkeys(talk.present))
    led = tuple(name for name in file.mediators if name in present) or file.mediators
    told = {*(party.name for party in file.parties), *led}
    return {
        "present": words.join(present),
        "others": words.join(name for name in present if name not in told),
        "led": words.join(led),
    }


def _party(party: Party, on: date | None) -> dict[str, Any]:
    words = paper_words()
    years = party.years(on) if on else None
    said = {
        "key": party.side,
        "side": words.side.get(party.side, ""),
        "name": party.name,
        "sex": words.sex.get(party.sex, ""),
        "nation": party.nation,
        "age": words.say("age", age=years) if years is not None else "",
        "occupation": party.occupation,
        "phone": party.phone,
        "address": party.address,
        "guardian": party.guardian,
        "signing_guardian": signing_guardian(party, on),
        "agent": party.agent,
    }
    return {**said, "described": _described(said), "identified": _identified(party, said)}


def _described(said: Values) -> str:
    """Who a party is, by the fields of the official form; what is not known is written by hand."""
    words = paper_words()
    empty = {key: words.phrases[f"no_{key}"] for key in ("sex", "nation", "age", "occupation")}
    parts = (said[key] or empty[key] for key in empty)
    return _on_lines([said["name"], *parts], [*_where(said)])


def _identified(party: Party, said: Values) -> str:
    """Who a party is for the court, with all that it asks for."""
    words = paper_words()
    empty = words.phrases
    parts = (
        said["name"],
        said["sex"] or empty["no_sex"],
        said["nation"] or empty["no_nation"],
        words.say("born", day=words.day(party.birth) or empty["no_day"].strip()),
        words.say("id_no", number=party.id_no or empty["blank"]),
    )
    *who, number = parts
    lives, phone, *others = _where(said)
    return _on_lines(who, [number, phone], [lives, *others])


def _on_lines(*lines: Iterable[str]) -> str:
    """No line ends between a word and the number that it is of."""
    return "\n".join(_sentence(*parts) for parts in lines)


def _where(said: Values) -> Iterator[str]:
    words = paper_words()
    for phrase, value in (("lives", said["address"]), ("phone", said["phone"])):
        yield words.say(phrase, value=value or words.phrases["blank"])
    for phrase in ("guardian", "agent"):
        if said[phrase]:
            yield words.say(phrase, value=said[phrase])


def _sentence(*parts: str) -> str:
    return paper_words().phrases["comma"].join(part for part in parts if part)


def _terms(terms: Sequence[Term]) -> list[dict[str, Any]]:
    return [
        {
            "n": number,
            "text": term.text.rstrip(_STOPS),
            "stop": _STOPS[0 if number == len(terms) else 1],
            "sum": _sum("sum", term.cents),
            "how": _sentence(*_how(term)),
        }
        for number, term in enumerate(terms, 1)
    ]


def _sum(phrase: str, cents: int) -> str:
    """A sum in characters that nobody alters and in digits; empty for none."""
    if not cents:
        return ""
    return paper_words().say(phrase, capital=capital_sum(cents), plain=plain_sum(cents))


def _dues(terms: list[dict[str, Any]]) -> dict[str, Any]:
    """The terms, and those of them that say how, where and by when; a line to write on if none."""
    nothing = {"n": 1, "how": paper_words().phrases["nothing"]}
    return {"terms": terms, "dues": [one for one in terms if one["how"]] or [nothing]}


def _how(term: Term) -> Iterator[str]:
    words = paper_words()
    yield from (part for part in (term.way, term.place) if part)
    if term.due_on:
        yield words.say("due", day=words.day(term.due_on))


def _numbered(text: str) -> list[dict[str, Any]]:
    """The lines of a text with numbers before them, whatever numbers they had."""
    lines = (_LIST_MARK.sub("", line.strip()) for line in text.splitlines())
    return [{"n": number, "text": line} for number, line in enumerate(filter(None, lines), 1)]


def _correction(talk: Talk) -> dict[str, str]:
    words = paper_words()
    parts = (*(told for _, told in talk.said), talk.text, talk.result)
    return {
        "when": words.moment(talk.held_at),
        "writer": talk.writer,
        "words": " ".join(part for part in parts if part),
        "reason": talk.reason,
    }


def _from_to(file: PaperCase) -> str:
    days = [local_day(talk.held_at) for talk in file.talks_of("mediation") if talk.held_at]
    words = paper_words()
    if not days:
        return ""
    return words.say("from_to", first=words.day(min(days)), last=words.day(max(days)))


def _ended(file: PaperCase) -> dict[str, str]:
    steps = file.steps_of("failed")
    told = steps[-1] if steps else Step("")
    return {"ended": told.text, "ended_on": paper_words().day(told.done_on)}


def _filed(file: PaperCase) -> dict[str, str]:
    """Who archived it and when."""
    steps = file.steps_of("archived")
    filed = steps[-1] if steps else Step("")
    return {"filed_by": filed.writer, "filed_on": paper_words().day(filed.done_on)}


def _last_day(steps: Sequence[Step]) -> date | None:
    return steps[-1].done_on if steps else None
