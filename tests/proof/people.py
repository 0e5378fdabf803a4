"""5,000 contacts of 900 companies, the same on every machine: surnames as frequent as they are, many of one name.

Promise: nothing here knows how names are matched. `recent` counts how recently somebody was spoken to, 0 for never.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

SEED = 20261122
CONTACTS, COMPANIES = 5000, 900
RECENT = 120


def _words(text: str) -> tuple[str, ...]:
    """Read a table of words."""
    return tuple(text.split())


#: the more frequent first
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟"
    "姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫雷龙段郝邵史陶黎贺毛万顾"
)
_DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛", "司徒", "东方")
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国志文斌婷鹏飞宇浩然欣怡佳琪子涵雨泽梓轩思远一诺晨曦"
    "俊凯博晓峰海波立新国庆春梅雪莲凤琴红梅淑珍晶莹璐瑶瑞琳倩楠帆航睿哲铭昊天"
)
_FIRST = _words(
    "James Robert John Michael David William Richard Joseph Thomas Charles Christopher Daniel Matthew Anthony Steven "
    "Andrew Kenneth Joshua Edward Ronald Timothy Jeffrey Gregory Benjamin Samuel Patrick Alexander Jonathan Nicholas "
    "Mary Patricia Jennifer Elizabeth Barbara Susan Jessica Margaret Deborah Rebecca Katherine Christine Samantha "
    "Victoria Abigail Amanda Stephanie Pamela Theresa Priya Olga Ingrid Chiara Sofia Kenji Hiroshi Fatima Diego Lars"
)
_LAST = _words(
    "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Wilson Anderson Taylor Moore "
    "Jackson Martin Thompson White Harris Clark Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill "
    "Green Adams Nelson Baker Campbell Mitchell Carter Roberts Petrov Schneider Fischer Weber Rossi Bianchi Dubois "
    "Lefevre Tanaka Yamamoto Kowalski Novak Andersson Johansson Murphy Sullivan Fitzgerald MacDonald Okafor Mensah"
)
_CITIES = _words("上海 北京 深圳 广州 杭州 苏州 宁波 成都 武汉 西安 南京 青岛 厦门 长沙 天津 重庆")
_BRANDS_A = _words(
    "瑞华 宏达 天元 金鼎 恒通 远东 鼎盛 博雅 云海 星辰 华阳 安泰 佳禾 永泰 中和 德信 东升 长青 蓝天 新锐"
)
_BRANDS_B = _words("创 科 联 益 丰 源 邦 特 维 讯 捷 腾 凌 旭 朗 嘉 尚 锦 智 浩")
_INDUSTRIES = _words("科技 电子 贸易 机械 食品 医疗 物流 建材 化工 服饰 教育 软件 传媒 能源 包装")
_FORMS = ("有限公司", "股份有限公司", "有限责任公司", "集团有限公司")
_WORDS_A = _words(
    "Blue Red Silver Golden North South East West Summit River Stone Oak Cedar Falcon Eagle Polar Solar Urban"
)
_WORDS_B = _words("ridge water field bridge point view line works peak gate")
_TRADES = _words("Logistics Foods Systems Medical Textiles Consulting Optics Robotics Packaging Energy")
_ENGLISH_FORMS = ("Ltd", "Inc.", "GmbH", "LLC", "Pte Ltd", "Corp.")
_TITLES = ("总经理", "经理", "总监", "主任", "工程师", "采购", "厂长", None)


@dataclass(frozen=True)
class Person:
    """A contact, the name of whose company is `company`."""

    name: str
    company: str
    title: str | None
    recent: int = 0


def companies() -> list[str]:
    """Return the names of all companies, no two alike."""
    chance = random.Random(SEED)
    names: dict[str, None] = {}
    while len(names) < COMPANIES:
        names[_english_company(chance) if chance.random() < 0.25 else _chinese_company(chance)] = None
    return list(names)


def people() -> list[Person]:
    """Return all contacts; several of one name are usual, of one name in one company not."""
    chance = random.Random(SEED + 1)
    known = companies()
    found: dict[tuple[str, str], Person] = {}
    while len(found) < CONTACTS:
        name = _english_name(chance) if chance.random() < 0.25 else _chinese_name(chance)
        company = chance.choice(known)
        recent = chance.randint(1, 10**6) if len(found) % (CONTACTS // RECENT) == 0 else 0
        found.setdefault((name, company), Person(name, company, chance.choice(_TITLES), recent))
    return list(found.values())


def _chinese_name(chance: random.Random) -> str:
    if chance.random() < 0.01:
        surname = chance.choice(_DOUBLE_SURNAMES)
    else:
        surname = _SURNAMES[min(int(chance.expovariate(1 / 18)), len(_SURNAMES) - 1)]
    return surname + _letters(chance, _GIVEN, 1 if chance.random() < 0.3 else 2)


def _letters(chance: random.Random, letters: Sequence[str], count: int) -> str:
    return "".join(chance.choice(letters) for _ in range(count))


def _english_name(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"


def _chinese_company(chance: random.Random) -> str:
    city = chance.choice(_CITIES) if chance.random() < 0.5 else ""
    brand = chance.choice(_BRANDS_A) if chance.random() < 0.3 else _letters(chance, _BRANDS_B, 2)
    return city + brand + chance.choice(_INDUSTRIES) + chance.choice(_FORMS)


def _english_company(chance: random.Random) -> str:
    brand = chance.choice(_WORDS_A) + chance.choice(_WORDS_B)
    return f"{brand} {chance.choice(_TRADES)} {chance.choice(_ENGLISH_FORMS)}"
