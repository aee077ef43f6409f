from datetime import date, datetime
from decimal import Decimal

import pytest

from app.exchange import cells
from app.exchange.columns import columns_of
from app.models.activities import AttendanceStatus
from app.models.members import Education, Gender
from app.schemas.activities import ATTENDANCES
from app.schemas.members import MEMBERS


@pytest.mark.parametrize(
    "text",
    [
        "2026年3月5日",
        "2026.3.5",
        "2026/3/5",
        "20260305",
        "2026-03-05",
        "２０２６年０３月０５日",
        " 2026 年 3 月 5 日 ",
        46086,
        "46086",
        46086.0,
        20260305,
        "2026-03-05 00:00:00",
    ],
    ids=repr,
)
def test_a_day_in_every_form(text):
    assert cells.day(text) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026年13月1日", "26.3.5", "3/5/2026", "去年", "0", 0, 5, True, "20261332", "2026-03", 1e300, -3, "9999999999999"],
    ids=repr,
)
def test_no_day(text):
    with pytest.raises(ValueError, match="日"):
        cells.day(text)


def test_a_month_misses_its_day():
    with pytest.raises(ValueError, match="缺少“日”"):
        cells.day("2026年3月")


@pytest.mark.parametrize(
    ("text", "amount"), [("1,234.50", "1234.50"), ("¥12", "12"), ("３．５元", "3.5"), ("0.12万元", "1200.00"), (7, "7")]
)
def test_money(text, amount):
    assert cells.money(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["十元", "NaN", "1e", "--1"])
def test_no_money(text):
    with pytest.raises(ValueError, match="金额"):
        cells.money(text)


@pytest.mark.parametrize(("text", "number"), [("１２", 12), ("1,200", 1200), (3.0, 3), ("3.00", 3), ("-4", -4)])
def test_whole_numbers(text, number):
    assert cells.whole(text) == number


@pytest.mark.parametrize("text", ["3.5", 3.5, "三", True, "9" * 30], ids=repr)
def test_no_whole_number(text):
    with pytest.raises(ValueError, match="整数"):
        cells.whole(text)


def test_choices_by_label_word_or_value():
    gender, education, attendance = (cells.choice(each) for each in (Gender, Education, AttendanceStatus))
    assert {gender(each) for each in ("男", "男性", "1", 1)} == {Gender.male}
    assert {education(each) for each in ("本科", "大学本科", "20")} == {Education.undergraduate}
    assert attendance("√") is AttendanceStatus.present
    with pytest.raises(ValueError, match="可选：男、女"):
        gender("不详")


def test_yes_and_no():
    assert [cells.yes_or_no(each) for each in ("是", "否", True, False, "√", 1, "０")] == [True, False, True, False, True, True, False]


def test_a_peoples_name_becomes_its_code():
    assert [cells.people(each) for each in ("汉族", "汉", "01", 1, "回族", "基诺族")] == ["01", "01", "01", "01", "03", "56"]
    with pytest.raises(ValueError, match="民族"):
        cells.people("火星")


def test_a_moment_without_zone_is_local():
    assert cells.moment("2026年3月5日 9:30").isoformat() == "2026-03-05T09:30:00+08:00"
    assert cells.moment("2026-03-05T01:30:00Z") == datetime.fromisoformat("2026-03-05T01:30:00+00:00")


def test_long_numbers_that_lost_digits_are_refused_without_showing_them():
    with pytest.raises(ValueError, match="丢失末尾") as refused:
        cells.text_of(410323199001011234)
    assert "4103" not in str(refused.value)


def test_a_formula_error_is_no_text():
    with pytest.raises(ValueError, match="公式错误"):
        cells.text_of("#N/A")


def test_the_mark_against_formulas_comes_off():
    assert cells.text_of("'=SUM(A1)") == "=SUM(A1)"
    assert cells.text_of("'引号") == "'引号"


def test_columns_know_what_an_activity_is_called_by():
    assert [column.path for column in columns_of(ATTENDANCES)][:5] == [
        "activity", "activity.organisation", "activity.kind", "activity.occurred_on", "activity.title",
    ]  # fmt: skip


def test_sealed_columns_are_known_as_such():
    assert {column.path for column in columns_of(MEMBERS) if column.sealed} == {"national_id", "phone"}
