"""What visitors write down: short, spoken, and about this household."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Phrase:
    """A note with what it implies. ``{high}/{low}`` are a blood pressure.

    ``fits`` names what a household must be for it: ``alone``, ``shared``, ``child``, ``baby``.
    """

    text: str
    needs: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    condition: str = "fine"
    fits: str = ""


ELDER: Final = (
    Phrase("血压{high}/{low}，药按时吃。"),
    Phrase("血压{high}/{low}，药按时吃。说卫生间地滑，想装扶手。", ("repair",)),
    Phrase("量了血压{high}/{low}，精神好，胃口也好。"),
    Phrase("一切平稳，聊了聊孙辈的事。"),
    Phrase("膝盖疼，下楼少了，想办助餐送饭。", ("meal",), (), "attention"),
    Phrase(
        "老伴上月走的，情绪低，聊了半小时，约好周五再来。",
        ("company",),
        (),
        "attention",
        fits="alone",
    ),
    Phrase("燃气软管老化，已当场提醒，联系燃气公司明天换。", (), ("gas",)),
    Phrase("问高龄津贴怎么认证，手机上帮着认完了。", ("papers",)),
    Phrase("接到推销保健品的电话，提醒别转账。", (), ("fraud",)),
    Phrase("灯泡坏了两个，约物业来换。", ("repair",)),
    Phrase("女儿在家陪着，血压{high}/{low}，没别的事。", fits="shared"),
    Phrase("耳朵背，凑近说话。降压药够吃到月底。"),
    Phrase("想找人陪着去医院复查，联系了志愿者。", ("medical", "company")),
    Phrase("阳台纸箱堆得多，帮着清了一半。", (), ("clutter",)),
    Phrase("在楼下晒太阳时碰到，气色不错。"),
    Phrase("家里收拾得干净，问了老年大学报名。"),
    Phrase("说最近睡不好，建议去卫生站看看。", ("medical",), (), "attention"),
    Phrase("腌了咸菜，非要送，谢过没拿。一切都好。"),
)
FAMILY: Final = (
    Phrase("一家人都在，核对了电话和人口，没有变化。", fits="shared"),
    Phrase("孩子上三年级，问假期托管班，记下了。", ("childcare",), fits="child"),
    Phrase("楼上漏水，卫生间顶有水印，联系物业来看。", ("repair",), ("water",)),
    Phrase("讲了反诈，帮着装好了反诈软件。"),
    Phrase("电动车在楼道充，当面说了，答应推下去。", (), ("ebike",)),
    Phrase("问医保断缴怎么补，告诉他带身份证来窗口。", ("papers",)),
    Phrase("厂里裁员，在找工作，推了社区招聘会。", ("job",)),
    Phrase("说车位紧，晚上回来没处停。", ("other",)),
    Phrase("家里有老人要照顾，想问问居家护理。", ("medical",), fits="shared"),
    Phrase("邻里反映晚上琴声大，答应九点后不弹。"),
    Phrase("一切都好，没什么要办的。"),
    Phrase("厨房插线板老旧，提醒换掉。", (), ("wire",)),
    Phrase("刚换了手机号，已改。"),
    Phrase("问小学报名要哪些材料，写在纸上留给他们。", ("papers",), fits="child"),
    Phrase("夫妻俩都在，说楼道灯时亮时不亮，记了事项。", ("repair",), fits="shared"),
    Phrase("二宝快满月，提醒打疫苗、办户口。", ("papers",), fits="baby"),
)
TENANT: Final = (
    Phrase("新租客，在物流园上班，合同到明年三月，电动车在楼下充。"),
    Phrase("租客没换，合同还有半年，登记了一位新室友。", fits="shared"),
    Phrase("合租的都在，讲了用电和燃气，插线板换了新的。", (), ("wire",), fits="shared"),
    Phrase("电动车电池拎上楼充，当面劝住，去楼下充电桩。", (), ("ebike",)),
    Phrase("问居住证怎么办，告诉材料和地点。", ("papers",)),
    Phrase("房东要涨租，问有没有便宜的，留了公租房电话。", ("legal",)),
    Phrase("在餐馆上班，晚上才在，核对了身份信息。"),
    Phrase("孩子要随迁入学，记下了，问清材料再回话。", ("papers", "childcare"), fits="child"),
    Phrase("都好，没有要办的。"),
    Phrase("隔断间刚拆，消防通道是通的。"),
)
NOT_HOME: Final = (
    Phrase("敲门三分钟没人应。", condition=""),
    Phrase("没人应，门上留了联系卡。", condition=""),
    Phrase("敲门没人应，屋里没声音，换个时间再来。", condition=""),
    Phrase("没人应，给家里打了电话，约晚上。", condition=""),
    Phrase("敲门没人应，问了对门，说一切都好。", condition=""),
)
REFUSED: Final = (
    Phrase("不愿开门，隔着门说都好，不勉强。", condition=""),
    Phrase("说正忙，不想聊，留了电话。", condition=""),
)
VACANT: Final = (
    Phrase("空着，水电都停，门窗完好。", condition=""),
    Phrase("没人住，门口没有堆物。", condition=""),
    Phrase("房东说下半年再租，屋里看过没有漏水。", condition=""),
)

PHRASES: Final[Mapping[str, Sequence[Phrase]]] = MappingProxyType(
    {
        "elder": ELDER,
        "family": FAMILY,
        "tenant": TENANT,
        "not_home": NOT_HOME,
        "refused": REFUSED,
        "vacant": VACANT,
    }
)


@dataclass(frozen=True)
class Dispute:
    """An oral mediation: the code, what it was about, what came of it, done on the spot or not,
    and the sum that was agreed, in cents."""

    code: str
    what: str
    result: str
    done: bool = False
    cents: int = 0


DISPUTES: Final = (
    Dispute(
        "02",
        "楼上卫生间漏水泡了楼下吊顶。",
        "楼上7日内修好卫生间防水，赔偿楼下吊顶费1200元，当面付清，双方不再争执。",
        cents=120_000,
    ),
    Dispute(
        "02", "麻将声和孩子跑跳，吵得楼下睡不好。", "晚上九点后不打麻将，孩子房间铺地垫。", True
    ),
    Dispute("01", "三兄妹轮流照顾母亲，谁多谁少说不拢。", "每家轮一个月，药费三家平摊，大姐记账。"),
    Dispute("02", "车位被占，挪车时吵了起来。", "当面道歉，以后占了就打挡风玻璃上的电话。", True),
    Dispute("04", "装修工钱少结两千。", "三日内结清一千六，剩下四百抵返工。", cents=160_000),
    Dispute("06", "遛狗不牵绳吓到孩子。", "狗主道歉，答应牵绳、避开放学时间。", True),
)


def note(
    rng: Random, audience: str, facts: Collection[str], used: Collection[str]
) -> tuple[Phrase, str]:
    """A phrase that fits these ``facts``, with a blood pressure of its own; and its bare text.

    One of ``used`` (bare texts) only comes again once all others had their turn.
    """
    fitting = [phrase for phrase in PHRASES[audience] if phrase.fits in ("", *facts)]
    phrase = rng.choice([one for one in fitting if one.text not in used] or fitting)
    text = phrase.text.format(high=rng.randint(118, 148), low=rng.randint(72, 92))
    return replace(phrase, text=text), phrase.text
