"""Invented names of places and people. No composed place is a town or village of the national list of divisions."""

import itertools

import numpy as np

from app.demo.world import Flags

COUNTY = ("LH", "澜禾县")
TOWNS = (
    ("QH", "青禾镇"),
    ("SL", "松鹭镇"),
    ("YL", "云栎镇"),
    ("FZ", "枫渚镇"),
    ("TW", "桐雾镇"),
    ("ZH", "竹珩镇"),
    ("JC", "槿川镇"),
    ("HX", "禾汐镇"),
    ("QY", "栖雁镇"),
    ("MY", "茗崖乡"),
    ("DC", "荻川乡"),
    ("LT", "蓼汀乡"),
)
# Three syllables each, the middle one a rare plant: two-syllable compositions nearly all exist somewhere in China.
_FIRST = "云青松石柳竹枫桐荷菱芦梨杏柿桑麦稻茶雁鹭鹤鹊燕泉岚霁晴星"
_PLANT = "栎槿荻蓼葭黍稷柘桤榛苇蒲菖芷茭穗"
_GROUND = "坞埠湾岭渡塬洼堰垭"
COMMUNITY_SUFFIXES = ("东苑社区", "西苑社区", "南苑社区", "北苑社区")
AGENCIES = ("机关", "中心学校", "卫生院", "农业服务中心", "便民服务中心")
COMPANIES = ("粮油加工园", "竹编合作社", "茶果专业合作社", "物流配送站", "农机服务队", "特色养殖场", "电商服务站")
ASSOCIATIONS = ("商会", "老年协会", "乡贤志愿服务会")
INDUSTRIES = ("茶果", "粮油", "竹编", "中药材", "特色养殖")

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_MALE = "伟强军勇磊涛超明刚平辉鹏华飞斌波宇浩凯健俊帆志海建国庆文德林山成荣光福祥兴贵树根永长春生云松峰岩川远"
_FEMALE = "芳娜敏静丽娟艳霞秀英玉兰桂珍红梅萍燕玲琳雪莹洁慧蓉倩婷颖欣怡佳春云素琴凤菊莲彩香淑美月爱华晓岚"


def village_names(random: np.random.Generator, count: int) -> list[str]:
    """Distinct names of villages, such as 云栎坞村."""
    every = ["".join(parts) + "村" for parts in itertools.product(_FIRST, _PLANT, _GROUND)]
    return [every[index] for index in random.permutation(len(every))[:count]]


def person_names(random: np.random.Generator, male: Flags) -> list[str]:
    """One name per entry of `male`; common surnames are commoner, one name in seven has a single given syllable."""
    count = len(male)
    weights = 1 / (np.arange(len(_SURNAMES)) + 8)
    surnames = random.choice(len(_SURNAMES), count, p=weights / weights.sum())
    given = random.integers(0, 10**6, (2, count))
    single = random.random(count) < 0.14
    return [
        _SURNAMES[surname] + pool[a % len(pool)] + ("" if alone or a % len(pool) == b % len(pool) else pool[b % len(pool)])
        for surname, pool, a, b, alone in zip(
            surnames.tolist(),
            [_MALE if each else _FEMALE for each in male.tolist()],
            given[0].tolist(),
            given[1].tolist(),
            single.tolist(),
            strict=True,
        )
    ]
