"""What matters say: how each kind is settled, and the ones that the community talks about."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Settling:
    """How a need or hazard is settled: by whom (empty: by the grid worker), what was done, what
    the resident was told, what was promised at the door."""

    unit: str
    done: str
    told: str
    promise: str = ""


SETTLING: Final[Mapping[str, Settling]] = MappingProxyType(
    {
        "gas": Settling("燃气公司", "软管换成金属波纹管，试压不漏。", "软管换好了，没有再闻到味。"),
        "wire": Settling("", "陪着换了新插线板，旧的收走了。", "插线板换好了，不再串接。"),
        "ebike": Settling("", "当面劝下楼，充电桩怎么用也教了。", "电动车停到楼下充电桩了。"),
        "clutter": Settling("物业", "纸箱和旧柜子清走，通道留出一米二。", "楼道清干净了。"),
        "water": Settling("物业", "楼上接头换了垫圈，观察两天不再渗。", "不漏了，水印等干透再刷。"),
        "structure": Settling("区住建局", "上门看过，墙缝不影响安全，已抹平。", "看过，没有危险。"),
        "fraud": Settling("派出所", "民警上门讲了常见骗局，装了反诈软件。", "钱没有转出去。"),
        "medical": Settling("社区卫生站", "签了家庭医生，约好每月上门。", "医生来过，药也带来了。"),
        "meal": Settling("孝善食堂", "登记了助餐，中午送到家。", "从明天起中午送饭上门。"),
        "housework": Settling("家政站", "约好每周三上午两小时。", "家政已经来过一次。"),
        "repair": Settling(
            "物业", "师傅上门修好，当场试过。", "修好了，用着没问题。", "约到师傅，把上门时间说一声"
        ),
        "papers": Settling("", "带着身份证在手机上办完，材料清单写给了他。", "手续办好了。"),
        "relief": Settling("街道民政办", "临时救助批下来，打到卡上。", "钱到账了。"),
        "job": Settling(
            "", "推了两个岗位，一家约了面试。", "面试过了，下周上班。", "招聘会的岗位单子带过来"
        ),
        "childcare": Settling(
            "", "社区托管班留了名额，下周一开始。", "孩子已经去了。", "托管班的名额问清楚，上门回话"
        ),
        "company": Settling(
            "", "志愿者每周去两次，陪着说话、买菜。", "有人来陪，心里踏实多了。", "周五再来坐坐"
        ),
        "legal": Settling("司法所", "律师看了合同，告诉他怎么主张押金。", "押金退回来了。"),
        "other": Settling("", "问清楚了，能办的当场办了。", "事情有了结果，没有别的要求。"),
    }
)
OWN_COMPANY: Final = "物业"
NO_COMPANY: Final = "社区维修队"
"""Who repairs where an estate has no property company."""


@dataclass(frozen=True)
class Told:
    """A matter that came another way than by a visit, ``days`` ago, as it stands today.

    ``owner`` is a unit in words or a login; ``where`` a place in words, or a room of the first
    estate with ``@`` before it; ``until`` is in how many days whatever its stage waits for.
    """

    title: str
    text: str
    grid: int
    source: str
    category: str
    stage: str
    days: int
    where: str = ""
    urgency: str = "general"
    owner: str = ""
    reporter: str = ""
    done: str = ""
    told: str = ""
    lines: tuple[str, ...] = ()
    until: int = 0
    same_as: str = ""
    units: tuple[str, ...] = ()


SNOW: Final = "丰和苑东门积雪结冰"
SNOW_MONTHS: Final = frozenset({12, 1, 2})
RAIN: Final = "丰和苑东门雨后积水"
LAMP: Final = "6号楼2单元四层楼道灯不亮"

_SAFETY: Final = ("safety",)
_LIVING: Final = ("livelihood",)

TOLD: Final = (
    Told(
        LAMP,
        "晚上上下楼看不见，楼上有老人。拍了照片。",
        3,
        "resident_photo",
        "facility",
        "processing",
        6,
        "丰和苑6号楼2单元",
        owner="安居物业",
        reporter="赵秀英",
        lines=_LIVING,
    ),
    Told(
        "6号楼二单元楼道灯坏了",
        "四楼的灯不亮，摸黑走。",
        3,
        "hotline",
        "facility",
        "reported",
        1,
        "丰和苑6号楼2单元",
        same_as=LAMP,
    ),
    Told(
        "纺织厂家属院下水返味",
        "一楼几户厨房返味，雨后更重，疏通过两次又堵。",
        4,
        "hotline",
        "env",
        "whistled",
        11,
        "纺织厂家属院5号楼",
        urgency="major",
        owner="区住建局",
        lines=_LIVING,
        until=-1,
        units=("区住建局", "街道城管办"),
    ),
    Told(
        "枫林里电动车推进电梯",
        "早晚都有人把电动车推进电梯，2号楼和3号楼最多。",
        4,
        "patrol",
        "fire",
        "whistled",
        4,
        "枫林里2号楼",
        urgency="major",
        owner="消防救援站",
        lines=_SAFETY,
        until=5,
        units=("消防救援站", "云岭派出所"),
    ),
    Told(
        "低保年审材料缺一项",
        "窗口收了低保年审，缺收入证明，行动不便，要人上门取。",
        3,
        "desk",
        "welfare",
        "assigned",
        1,
        "@9-2-302",
        owner="chenxiaohe",
        lines=_LIVING,
    ),
    Told(
        "9号楼单元门关不严",
        "门弹簧松了，晚上一直响，进出不用刷卡。",
        3,
        "phone",
        "facility",
        "assigned",
        2,
        "丰和苑9号楼1单元",
        owner="chenxiaohe",
        lines=_SAFETY,
    ),
    Told(
        RAIN,
        "东门低洼，早上老人进出容易滑倒。",
        2,
        "resident_photo",
        "facility",
        "closed",
        3,
        "丰和苑东门",
        owner="安居物业",
        reporter="何美玲",
        done="已清理，铺了防滑垫，值班的每天看两次。",
        told="东门清好了，走路留神。",
        lines=_LIVING,
    ),
    Told(
        "3号楼西侧要不要装充电桩",
        "议事会提出：西侧空地能装八个，有两户担心占道。",
        1,
        "meeting",
        "special",
        "suspended",
        8,
        "丰和苑3号楼",
        urgency="prominent",
        owner="安居物业",
        lines=("party",),
        until=20,
    ),
    Told(
        "9号楼顶层雨天渗水",
        "六楼两户顶上有水印，雨天滴进楼道。",
        3,
        "hotline",
        "property",
        "processing",
        5,
        "丰和苑9号楼",
        urgency="prominent",
        owner="安居物业",
        until=12,
        lines=_LIVING,
    ),
    Told(
        "平安巷路灯杆倾斜",
        "4号院门口灯杆歪了，孩子放学从下面过。",
        4,
        "partner",
        "facility",
        "finished",
        1,
        "平安巷4号院",
        urgency="urgent",
        owner="路灯管理所",
        done="灯杆扶正加固，晚上试亮正常。",
        lines=_SAFETY,
    ),
    Told(
        "菜店占道，轮椅过不去",
        "代表接待日反映：人行道上摆菜筐，坐轮椅的只能走车道。",
        2,
        "rep_reception",
        "env",
        "verified",
        2,
        "纺织厂家属院门口",
        owner="街道城管办",
        reporter="代表接待",
        done="菜筐收回店内，画了停车线。",
        lines=_LIVING,
    ),
    Told(
        "2号院化粪池满了",
        "院里冒水，味道大。",
        4,
        "phone",
        "env",
        "feedback",
        1,
        "平安巷2号院",
        owner="社区维修队",
        done="当天抽了两车，井盖换了新的。",
        lines=_LIVING,
    ),
    Told(
        "外卖车冲进单元门",
        "差点撞到孩子，没写是哪栋楼。",
        1,
        "resident_photo",
        "security",
        "returned",
        1,
        "丰和苑",
        lines=_SAFETY,
    ),
    Told(
        "广场舞音量大",
        "晚上九点还在放，写作业的孩子静不下来。",
        2,
        "phone",
        "dispute",
        "transferred",
        2,
        "丰和苑中心花园",
        owner="云岭派出所",
        lines=_SAFETY,
    ),
    Told(
        "枫林里2号楼电梯抖动",
        "上次修过一周，又抖，有人不敢坐。",
        4,
        "phone",
        "facility",
        "reopened",
        2,
        "枫林里2号楼",
        urgency="prominent",
        owner="电梯维保单位",
        done="换了导靴，运行平稳。",
        lines=_SAFETY,
    ),
    Told(
        "楼道堆纸箱",
        "五楼门口堆满纸箱，说是周末搬走。",
        1,
        "resident_photo",
        "fire",
        "withdrawn",
        3,
        "丰和苑2号楼",
        lines=_SAFETY,
    ),
    Told(
        "重复登记：小区门口路面破损",
        "与上个月那件是同一处，已经补好。",
        2,
        "hotline",
        "facility",
        "void",
        4,
        "丰和苑西门",
    ),
    Told(
        "高层消防通道检查",
        "上级交办：月底前把四栋高层的通道和防火门看一遍。",
        1,
        "upper",
        "special",
        "accepted",
        1,
        "丰和苑4号楼、枫林里",
        urgency="prominent",
        owner="zhoumin",
        lines=_SAFETY,
    ),
    Told(
        "3号楼外墙瓷砖脱落",
        "东侧掉了三块砖，已拉警戒带。请街道召集住建和维修基金一起看。",
        2,
        "patrol",
        "property",
        "accepted",
        1,
        "纺织厂家属院3号楼",
        urgency="prominent",
        lines=_SAFETY,
        units=("区住建局", "房屋维修资金中心"),
    ),
    Told(
        "敲门两次没人应，灯亮了一夜",
        "连着两天敲门没人应，怕老人有事。",
        1,
        "partner",
        "care",
        "closed",
        6,
        "丰和苑4号楼",
        urgency="critical",
        owner="zhoumin",
        done="联系到女儿，人在女儿家住，平安。",
        told="电话里说一切都好，明天回来。",
        lines=_LIVING,
    ),
)
