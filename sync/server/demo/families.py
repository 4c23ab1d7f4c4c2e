"""Who lives behind a door: households drawn by kind, their care tags by who they are."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from sync.server.demo.model import (
    DAUGHTER,
    FEMALE,
    GRANDCHILD,
    HEAD,
    MALE,
    OTHER,
    PARENT,
    SON,
    SPOUSE,
    Home,
    Member,
)
from sync.server.demo.names import Namer

MOST_MEMBERS: Final = 6
_CHILD_BELOW: Final = 18
_GRADUATED_AT: Final = 23
_ELDER_FROM: Final = 60
_RENTED: Final = frozenset({"group_rented", "rented_family"})
_WORK: Final[Mapping[str, str]] = {
    "elder": "退休教师 退休工人 退休职工 退休会计 退休医生 务农",
    "adult": (
        "超市店员 公交司机 护士 教师 电工 保安 会计 快递员 物业维修 餐馆帮厨 出租车司机 机关职员 "
        "个体经营 工厂工人 银行职员 美容师"
    ),
    "tenant": "物流园分拣 外卖骑手 建筑工 餐馆服务员 家政 电子厂工人 美发 仓库管理",
}


class Families:
    """Draws households for one year; ages are full years on the demo's day."""

    def __init__(self, rng: Random, namer: Namer, year: int) -> None:
        self._rng = rng
        self._namer = namer
        self._year = year
        self._jobs = {who: jobs.split() for who, jobs in _WORK.items()}
        self._kinds: Mapping[str, Callable[[], list[Member]]] = {
            "elder_alone": self._elder_alone,
            "elder_couple": self._elder_couple,
            "couple": self._couple,
            "nuclear": self._nuclear,
            "three_generations": self._three_generations,
            "single": self._single,
            "single_parent": self._single_parent,
            "left_behind": self._left_behind,
            "group_rented": self._group,
            "rented_family": self._rented_family,
            "vacant": list,
        }

    def draw(self, weights: Mapping[str, float]) -> Home:
        """A household of one of these kinds, with names, work and care tags."""
        kind = self._rng.choices(list(weights), list(weights.values()))[0]
        home = Home(kind, self._kinds[kind](), _occupancy(kind))
        self.complete(home)
        living = _living(home)
        for member in living:
            self._tag_health(member)
        self._tag_means(home, living)
        return home

    def complete(self, home: Home) -> None:
        """Give members the names, work and tags of age that they do not have yet."""
        self._name(home)
        for member in home.members:
            if home.kind in _RENTED:
                member.pop_kind = "floating"
            if not member.work:
                member.work = self._work(member, home.kind)
        living = _living(home)
        for member in living:
            self._tag_age(member, living)

    def grow(self, home: Home) -> bool:
        """One more child in the family. False where none would fit."""
        youngest = min((m.age for m in home.members), default=99)
        fits = home.kind in ("nuclear", "rented_family", "three_generations")
        if not fits or len(home.members) >= MOST_MEMBERS or not 4 <= youngest < _CHILD_BELOW:
            return False
        child = self._as_child(max(0, youngest - self._rng.randint(2, 4)))
        child.pop_kind = home.members[0].pop_kind
        child.work = self._work(child, home.kind)
        home.members.append(child)
        self._name(home)
        return True

    def shrink(self, home: Home) -> bool:
        """One person less: a child with brothers or sisters, or a flatmate. False for others."""
        relation = {SON, DAUGHTER, GRANDCHILD, OTHER}
        extra = [m for m in home.members if m.relation in relation]
        if len(extra) < 2 or home.kind == "left_behind":
            return False
        home.members.remove(extra[-1])
        return True

    def _elder_alone(self) -> list[Member]:
        age = self._rng.choice((66, 69, 72, 74, 75, 76, 77, 78, 79, 81, 83, 86))
        sex = FEMALE if self._rng.random() < 0.65 else MALE
        return [Member(HEAD, sex, age)]

    def _elder_couple(self) -> list[Member]:
        age = self._rng.randint(62, 84)
        return [
            Member(HEAD, MALE, age),
            Member(SPOUSE, FEMALE, max(60, age - self._rng.randint(0, 4))),
        ]

    def _couple(self) -> list[Member]:
        return self._partners(self._rng.randint(26, 58))

    def _nuclear(self) -> list[Member]:
        age = self._rng.randint(29, 50)
        parents = self._partners(age)
        eldest = max(1, min(22, age - self._rng.randint(25, 30)))
        return parents + self._children(eldest, 2 if self._rng.random() < 0.55 else 1)

    def _three_generations(self) -> list[Member]:
        members = self._nuclear()
        age = members[0].age + self._rng.randint(24, 29)
        members.append(Member(PARENT, FEMALE, age))
        if self._rng.random() < 0.6:
            members.append(Member(PARENT, MALE, age + self._rng.randint(0, 4)))
        return members

    def _single(self) -> list[Member]:
        return [Member(HEAD, self._sex(), self._rng.randint(24, 56))]

    def _single_parent(self) -> list[Member]:
        age = self._rng.randint(30, 48)
        sex = FEMALE if self._rng.random() < 0.75 else MALE
        return [Member(HEAD, sex, age), *self._children(max(2, age - 27), 1)]

    def _left_behind(self) -> list[Member]:
        age = self._rng.randint(60, 70)
        children = [
            Member(GRANDCHILD, self._sex(), self._rng.randint(6, 13), tags={"left_child"})
            for _ in range(self._rng.randint(1, 2))
        ]
        away = Member(SON, MALE, age - 26, status="away")
        return [
            Member(HEAD, FEMALE, age, tags={"left_elder"}),
            Member(SPOUSE, MALE, age + 2),
            away,
            *children,
        ]

    def _group(self) -> list[Member]:
        count = self._rng.randint(3, 6)
        return [
            Member(HEAD if number == 0 else OTHER, self._sex(), self._rng.randint(20, 36))
            for number in range(count)
        ]

    def _rented_family(self) -> list[Member]:
        age = self._rng.randint(24, 42)
        members = self._partners(age)
        if age > 26 and self._rng.random() < 0.7:
            members += self._children(age - 25, 2 if self._rng.random() < 0.3 else 1)
        return members

    def _partners(self, age: int) -> list[Member]:
        woman = max(22, age - self._rng.randint(-1, 4))
        if self._rng.random() < 0.25:
            return [Member(HEAD, FEMALE, woman), Member(SPOUSE, MALE, age)]
        return [Member(HEAD, MALE, age), Member(SPOUSE, FEMALE, woman)]

    def _children(self, eldest: int, count: int) -> list[Member]:
        ages = [eldest]
        while len(ages) < count and ages[-1] > 3:
            ages.append(ages[-1] - self._rng.randint(2, min(6, ages[-1] - 1)))
        return [self._as_child(age) for age in ages]

    def _as_child(self, age: int) -> Member:
        sex = self._sex()
        return Member(SON if sex == MALE else DAUGHTER, sex, age)

    def _sex(self) -> str:
        return MALE if self._rng.random() < 0.5 else FEMALE

    def _name(self, home: Home) -> None:
        """Children and the head's parents carry the family's name, everyone else their own."""
        family = home.members[0].name[:1] if home.members and home.members[0].name else ""
        family = family or self._namer.surname()
        for member in home.members:
            if member.name:
                continue
            kin = member.relation in (HEAD, SON, DAUGHTER, GRANDCHILD)
            kin = kin or (member.relation == PARENT and member.sex == MALE)
            surname = family if kin else self._namer.surname()
            member.name = surname + self._namer.given(member.sex, self._year - member.age)

    def _work(self, member: Member, kind: str) -> str:
        if member.age < 3:
            return ""
        if member.age < _CHILD_BELOW:
            return "学生" if member.age > 6 else "幼儿园"
        if member.relation in (SON, DAUGHTER) and member.age < _GRADUATED_AT:
            return "大学生"
        if member.age >= _ELDER_FROM:
            return self._rng.choice(self._jobs["elder"])
        return self._rng.choice(self._jobs["tenant" if kind in _RENTED else "adult"])

    def _tag_age(self, member: Member, living: list[Member]) -> None:
        if member.age >= 80:
            member.tags.add("aged_80")
        if member.age < _ELDER_FROM:
            return
        if len(living) == 1:
            member.tags.add("elder_alone")
        elif len(living) == 2 and all(other.age >= _ELDER_FROM for other in living):
            oldest = max(living, key=lambda other: other.age)
            if member is oldest and member.age >= 70:
                member.tags.add("empty_nest")

    def _tag_health(self, member: Member) -> None:
        if member.tags & {"disabled", "serious_illness", "disabled_elder"}:
            return
        if member.age >= 75 and self._rng.random() < 0.04:
            member.tags.add("disabled_elder")
            member.fully_dependent = self._rng.random() < 0.3
        elif member.age >= 18 and self._rng.random() < 0.015:
            member.tags.add("disabled")
            member.disabled_grade = self._rng.choice((1, 2, 3, 3, 4, 4))
        elif self._rng.random() < 0.005:
            member.tags.add("serious_illness")
        if member.sex == MALE and member.age >= 50 and self._rng.random() < 0.04:
            member.tags.add("veteran")
        if member.age >= 28 and self._rng.random() < 0.07:
            member.tags.add("party_member")

    def _tag_means(self, home: Home, living: list[Member]) -> None:
        if not living or home.kind in _RENTED:
            return
        draw = self._rng.random()
        if draw < 0.012:
            living[0].tags.add("dibao")
        elif draw < 0.018:
            living[0].tags.add("dibao_margin")
        elif draw < 0.020 and living[0].age >= _ELDER_FROM:
            living[0].tags.add("tekun")
        elif draw < 0.024 and home.kind == "elder_couple":
            living[0].tags.add("special_family")
        infants = [member for member in living if member.age == 0]
        mothers = [m for m in living if m.sex == FEMALE and 22 <= m.age <= 40]
        if infants and mothers:
            mothers[0].tags.add("maternal")
        children = [m for m in living if 4 <= m.age < _CHILD_BELOW]
        if children and home.kind == "single_parent" and self._rng.random() < 0.15:
            children[0].tags.add("hard_child")


def _occupancy(kind: str) -> str:
    if kind == "vacant":
        return "vacant"
    return {"group_rented": "group_rented", "rented_family": "rented"}.get(kind, "owner")


def _living(home: Home) -> list[Member]:
    return [member for member in home.members if member.status == "living"]
