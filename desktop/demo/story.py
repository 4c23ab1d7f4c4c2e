"""The main job, told step by step by real processes: what a reader of the README sees first."""

from collections.abc import Callable
from typing import Any, Final

from desktop.demo.cast import CLERK, WORKER, Demo, DemoThere
from desktop.demo.processes import ProgramFailed
from sync.errors import ServerUnreachable
from sync.i18n import _

LEADER: Final = "刘建平"
"""Goes along where two have to go."""
HOME_OF_THE_PHONE: Final = "6-2-1602"
LEFT_OPEN: Final = "6-2-1203"
"""Whose phone both change, and nobody settles it."""
DEMO_SEED: Final = 20260618
VISITS: Final = (
    ("met", "血压138/86，药按时吃。说卫生间地滑，想装扶手。", ("--need", "repair")),
    ("not_home", "敲门三分钟没人应，对门说早上看见下楼了，下午再来。", ()),
    ("met", "新租客两人，在物流园上班，合同到明年三月。", ()),
    ("met_family", "老伴上月走的，情绪低，聊了半小时，约好周五再来。", ()),
    ("met", "燃气软管老化，已当场提醒，联系燃气公司明天换。", ("--hazard", "gas")),
    ("refused", "不愿开门，隔着门说都好，不勉强。", ()),
)

Tell = Callable[[str], None]


class Story:
    """Plays the demo and tells it. Each step proves itself, or the story ends with what failed."""

    def __init__(self, demo: Demo, tell: Tell) -> None:
        self._demo = demo
        self._say = tell
        self._step = 0

    def play(self) -> None:
        """The whole story. Raises :class:`ProgramFailed`; the server is stopped at the end."""
        if not self._demo.is_new:
            raise DemoThere
        self._tell(_("Founding the community (1,286 households, invented)"))
        self._demo.found_community(DEMO_SEED)
        try:
            self._go_online()
            self._meet()
            self._work_offline()
            self._come_back()
            self._settle()
            self._disagree_again()
        finally:
            self._demo.server.stop()

    def _tell(self, words: str) -> None:
        self._step += 1
        self._say(f"{self._step:>2}. {words}")

    def _detail(self, words: str) -> None:
        self._say(f"    {words}")

    def _go_online(self) -> None:
        self._demo.server.start()
        self._tell(_("The server listens on {url}").format(url=self._demo.server.url))

    def _meet(self) -> None:
        demo = self._demo
        for laptop, user in ((demo.worker, WORKER), (demo.desk, CLERK)):
            demo.enroll(laptop, user)
            self._tell(_("Enrolled {user} with a one-time code").format(user=user))
            report = laptop.must("sync", "--json").json()
            text = _("First sync: {pulled} records, {kilobytes} kB, {seconds} s")
            self._detail(
                text.format(
                    pulled=report["pulled"],
                    kilobytes=report["bytes_down"] // 1000,
                    seconds=report["seconds"],
                )
            )

    def _work_offline(self) -> None:
        demo = self._demo
        demo.server.stop()
        self._tell(_("The network is gone: the server is stopped"))
        if demo.worker.do("sync").code != ServerUnreachable.exit_code:
            raise ProgramFailed(what=_("a sync without a network"))
        self._visit(demo.worker.must("due", "--json").json())
        self._mediate()
        demo.worker.must("edit", HOME_OF_THE_PHONE, "contact=13800001024")
        self._tell(_("The worker changes the phone of {room}").format(room=HOME_OF_THE_PHONE))
        demo.desk.must("edit", HOME_OF_THE_PHONE, "contact=13800001042")
        self._tell(_("The front desk changes the same phone"))

    def _visit(self, doors: list[dict[str, Any]]) -> None:
        self._tell(_("Today: {count} doors. Six visits").format(count=len(doors)))
        for door, (result, note, more) in zip(doors[: len(VISITS)], VISITS, strict=True):
            along = ("--went-with", LEADER) if door["two_people"] else ()
            told = ("--result", result, "--note", note, *more, *along)
            said = self._demo.worker.must("visit", door["household"], *told)
            self._detail(said.out.strip())

    def _mediate(self) -> None:
        said = self._demo.worker.must(
            "mediate",
            HOME_OF_THE_PHONE,
            "--with",
            "6-2-1702",
            "--what",
            "楼上孩子跑跳，午睡总被吵醒",
            "--result",
            "孩子房间铺地垫，中午一点到两点不跑跳，双方不再争执。",
            "--dispute",
            "02",
        )
        self._tell(_("An oral mediation between 1602 and 1702"))
        self._detail(said.out.strip())

    def _come_back(self) -> None:
        demo = self._demo
        self._go_online()
        for laptop, who in ((demo.desk, CLERK), (demo.worker, WORKER), (demo.desk, CLERK)):
            report = laptop.must("sync", "--json").json()
            text = _("{user} syncs: {pushed} sent, {pulled} received, {conflicts} to decide")
            self._tell(
                text.format(
                    user=who,
                    pushed=report["pushed"],
                    pulled=report["pulled"],
                    conflicts=report["conflicts"],
                )
            )

    def _settle(self) -> None:
        demo = self._demo
        seen = [laptop.must("conflicts", "--json").json() for laptop in (demo.worker, demo.desk)]
        if [len(found) for found in seen] != [1, 1] or seen[0][0]["id"] != seen[1][0]["id"]:
            raise ProgramFailed(what=_("one conflict on both laptops"))
        conflict = seen[0][0]
        self._tell(_("Both see the same disagreement, with both numbers and who wrote them"))
        for side in conflict["candidates"]:
            self._detail(f"{side['author']}  {side['device']}")
        demo.worker.must("resolve", conflict["id"], "--field", "contact", "--take", "both")
        self._tell(_("The worker keeps both numbers"))
        demo.worker.must("sync")
        demo.desk.must("sync")
        self._prove_equal()

    def _prove_equal(self) -> None:
        demo = self._demo
        states = [x.must("status", "--json").json() for x in (demo.worker, demo.desk)]
        if any(state["conflicts"] or state["pending"] for state in states):
            raise ProgramFailed(what=_("nothing left to send or to decide"))
        worker, desk = (state["scopes"] for state in states)
        shared = sorted(set(worker) & set(desk))
        if not shared or any(worker[s]["digest"] != desk[s]["digest"] for s in shared):
            raise ProgramFailed(what=_("equal copies"))
        self._demo.command_server("check")
        self._tell(_("Settled on both laptops; the copies are equal"))
        for scope in shared:
            self._detail(f"{scope}  {worker[scope]['digest']}")

    def _disagree_again(self) -> None:
        """One is left for whoever looks around: nobody but a person settles it."""
        demo = self._demo
        for laptop, phone in ((demo.desk, "13800002042"), (demo.worker, "13800002024")):
            laptop.must("edit", LEFT_OPEN, f"contact={phone}")
        for laptop in (demo.desk, demo.worker, demo.desk):
            laptop.must("sync")
        if [len(x.must("conflicts", "--json").json()) for x in (demo.worker, demo.desk)] != [1, 1]:
            raise ProgramFailed(what=_("one conflict on both laptops"))
        self._tell(_("Another one, at {room}, is left for you to settle").format(room=LEFT_OPEN))
