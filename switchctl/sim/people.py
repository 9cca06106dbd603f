"""Invented callers: numbers that nobody has, and names as displays show them."""

import random

# Mobiles begin with 154 (a reserved range), landlines are Beijing numbers of invented exchanges. Foreign ones come from
# the ranges that Ofcom, ACMA and the North American plan keep for films, so that they ring nobody and have a place.
CHINESE = (
    "王芳",
    "李伟",
    "张敏",
    "刘洋",
    "陈静",
    "杨磊",
    "黄丽",
    "赵强",
    "周杰",
    "吴秀英",
    "徐涛",
    "孙娜",
    "胡军",
    "朱婷",
    "高建国",
    "林雪",
    "何志明",
    "郭晓燕",
    "马超",
    "罗玉兰",
    "欧阳雨桐",
    "司马青",
    "诸葛明",
    "上官婉",
)
PINYIN = ("Wang Fang", "Li Wei", "Zhang Min", "Liu Yang", "Chen Jing", "Yang Lei", "Zhao Qiang", "Sun Na", "Xu Tao")
ENGLISH = ("Alice Moore", "Tom Baker", "Emma Clarke", "Jack O'Neil", "Olivia Hart", "Noah Smith", "Ruth Gray")
FICTION = ("+442079460", "+441214960", "+613701010", "+121255501", "+131255501", "+447700900")
"""London, Birmingham, Melbourne, New York, Chicago, and British mobiles, without the digits that are free."""
LENGTHS = {"+44": 13, "+61": 12, "+12": 12, "+13": 12}
REGULARS = 0.45
"""Share of mobile callers who ring again and again, from 154 0140 0001 to 0040: the demonstration knows their names."""
KINDS = (("mobile", 78), ("landline", 14), ("foreign", 8))


def person(chance: random.Random) -> tuple[str, str]:
    """A number and a name; one mobile caller in four shows no name but the number."""
    kind = chance.choices([name for name, _ in KINDS], [share for _, share in KINDS])[0]
    if kind == "foreign":
        return foreign(chance.randrange(1000)), chance.choice(ENGLISH)
    if kind == "landline":
        return f"010{chance.randrange(20000000, 29999999)}", chance.choice(CHINESE)
    if chance.random() < REGULARS:
        number = str(15401400000 + chance.randint(1, 40))
        return number, number
    number = f"154{chance.randrange(100_000_000):08d}"
    drawn = chance.random()
    if drawn < 0.25:
        return number, number
    return number, chance.choice(CHINESE if drawn < 0.75 else PINYIN if drawn < 0.93 else ENGLISH)


def foreign(number: int) -> str:
    """One of the numbers kept for fiction, from 0 to 999."""
    stem = FICTION[number % len(FICTION)]
    free = LENGTHS[stem[:3]] - len(stem)
    return f"{stem}{number % 10**free:0{free}d}"
