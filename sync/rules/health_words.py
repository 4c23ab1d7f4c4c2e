"""What of a note of a visit may be handed on: nobody who repairs a lamp reads a blood pressure."""

import re
from typing import Final

_CLAUSE: Final = re.compile(r"[^，。；！？,;!?\n]*[，。；！？,;!?\n]*")
_ENDS: Final = "，。；！？,;!?\n "
_COMMA: Final = "，,；;"
_ABOUT_HEALTH: Final = re.compile(
    r"\d{2,3}\s*[/／\\]\s*\d{2,3}|mmhg|mmol|\d\s*(?:℃|毫米汞柱)|3[5-9]\.\d|4[0-2]\.\d"
    r"|血[压糖脂氧]|高压|低压|体温|心率|脉搏|偏[高低]|[药病癌瘤疼痛晕咳喘]|发烧|发热|感冒|肺炎|过敏"
    r"|糖尿|中风|脑梗|心[梗脏]|骨折|手术|住院|出院|化疗|透析|医[生院嘱保]|大夫|门诊|体检|胰岛素|针灸"
    r"|残疾|瘫|失能|失智|痴呆|抑郁|自杀|精神|怀孕|孕|流产|艾滋|传染|吸毒|戒毒|摔[倒伤了]"
    r"|blood|pressure|fever|pills?\b|medicine|hospital|doctor|disease|diabet|cancer|stroke|dementia"
    r"|disab|pregnan|depress|surgery",
    re.IGNORECASE,
)
"""Readings, and words of illness. Rather one too many: the note itself keeps all of it."""


def without_health(text: str) -> str:
    """``text`` without the clauses that tell of somebody's health or of what was measured."""
    kept = [clause for clause in _CLAUSE.findall(text) if not _ABOUT_HEALTH.search(clause)]
    said = "".join(kept).strip()
    if not said.strip(_ENDS):
        return ""
    if said != text.strip():
        said = said.strip(_COMMA)
    return said
