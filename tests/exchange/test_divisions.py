import pytest

from app.errors import Invalid
from app.exchange.divisions import category_of, read_divisions, short_name
from app.exchange.reading import Sheet
from app.models.organisations import Category
from app.schemas.organisations import ORGANISATIONS

HEADER = ["code", "name", "town_code", "town", "county_code", "county"]


def read(rows, header=HEADER, **how):
    return read_divisions(Sheet("", iter(enumerate([header, *rows], 1))), ORGANISATIONS, how, lambda _done: None, {})


@pytest.mark.parametrize(
    ("name", "code", "category", "short"),
    [
        ("甲石村村民委员会", "990101001200", Category.village, "甲石村"),
        ("甲石村民委员会", "990101001200", Category.village, "甲石村"),
        ("甲石村委会", "990101001200", Category.village, "甲石村"),
        ("甲石村村民委会", "990101001200", Category.village, "甲石村"),
        ("甲石村委员会", "990101001200", Category.village, "甲石村"),
        ("甲石新村", "990101001200", Category.village, "甲石新村"),
        ("乙苑社区居民委员会", "990101001001", Category.community, "乙苑社区"),
        ("乙苑社区居委会", "990101001001", Category.community, "乙苑社区"),
        ("乙苑路居委会", "990101001001", Category.community, "乙苑路社区"),
        ("乙苑社区居民居民委员会", "990101001001", Category.community, "乙苑社区"),
        ("某铝业公司矿社区", "990101001400", Category.community, "某铝业公司矿社区"),
        ("李村居委会", "990101001001", Category.community, "李村社区"),
        ("某学院类似居委会", "990101001400", Category.community, "某学院社区"),
        ("某农场生活区", "990101001500", Category.village, "某农场生活区"),
        ("某工矿管理区", "990101001400", Category.community, "某工矿管理区"),
        ("乙苑社区居", "990101001001", Category.community, "乙苑社区"),
    ],
)
def test_names(name, code, category, short):
    assert category_of(name, code) is category
    assert short_name(name, category) == short


def test_a_tree_of_three_levels():
    table = read(
        [
            ["990101001200", "甲石村村民委员会", "990101001", "丙镇", "990101", "丁县"],
            ["990101002001", "乙苑社区居委会", "990101002", "戊街道", "990101", "丁县"],
        ]
    )
    made = [
        (row.founding["code"], row.founding["name"], row.founding["form"], row.founding["parent"], row.founding["evaluated"])
        for row in table.rows
    ]
    assert made == [
        ("990101", "丁县委", "committee", None, False),
        ("990101001", "丙镇党委", "committee", "990101", True),
        ("990101001200", "甲石村党支部", "branch", "990101001", True),
        ("990101002", "戊街道党工委", "committee", "990101", True),
        ("990101002001", "乙苑社区党支部", "branch", "990101002", True),
    ]
    assert {row.founding["region_code"] for row in table.rows} == {"990101", "990101001", "990101001200", "990101002", "990101002001"}


def test_faults_stand_at_their_cells():
    table = read([["9901", "甲石村", "990101001", "丙镇", "990101", ""], ["990102001200", "甲石村", "990101001", "丙镇", "990101", "丁县"]])
    assert [(fault.row, fault.column) for row in table.rows for fault in row.faults] == [(2, "A"), (2, "F"), (3, "A")]


def test_one_code_with_two_names():
    table = read(
        [["990101001200", "甲村", "990101001", "丙镇", "990101", "丁县"], ["990101001201", "乙村", "990101001", "庚镇", "990101", "丁县"]]
    )
    assert [(fault.row, fault.column) for row in table.rows for fault in row.faults] == [(3, "D")]


def test_other_headers_are_an_ordinary_table_unless_demanded():
    header, row = ["组织编码", "组织名称", "组织形式", "类别", "成立日期"], ["A", "甲", "党支部", "村", "2020-01-01"]
    assert read([row], header).rows[0].values["code"] == "A"
    with pytest.raises(Invalid, match="行政区划"):
        read([row], header, demanded=True)
