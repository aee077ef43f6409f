"""From a sheet to typed rows: where the header is, what its words mean, what is said about faults."""

from datetime import date

import pytest

from app.errors import Invalid
from app.exchange.reading import Sheet
from app.exchange.tables import done_mark, letter, read_table
from app.models.members import Gender
from app.schemas.activities import ATTENDANCES
from app.schemas.members import ELECTIONS, MEMBERS

HEADER = ["所在党组织", "选举日期", "选举方式", "应到人数", "实到人数", "选出人数", "任期届满日"]
ROW = ["A", "2026年3月5日", "两推一选", "３０", 28, 5, "2031-03-04"]


def table(rows, record_type=ELECTIONS, mapping=None, merged=()):
    return read_table(
        Sheet("表", iter([(number, list(row)) for number, row in enumerate(rows, 1) if row]), list(merged)), record_type, mapping
    )


def refusal(rows, record_type=ELECTIONS, mapping=None):
    with pytest.raises(Invalid) as refused:
        table(rows, record_type, mapping)
    return refused.value


def test_titles_names_and_words_are_understood():
    for header in (
        HEADER,
        ["organisation", "held_on", "method", "eligible", "present", "elected", "term_until"],
        ["党组织 *", "选举\n日期（必填）", *HEADER[2:]],
    ):
        row = table([header, ROW]).rows[0]
        assert row.values["held_on"] == date(2026, 3, 5)
        assert row.values["eligible"] == 30


def test_the_header_may_stand_below_a_title_and_a_note_below_the_table():
    found = table([["换届情况统计表"], [], ["填表单位：某镇", None, "2026年"], HEADER, ROW, [], ["注：届满日按五年计算"], ["填表人：张三"]])
    assert [row.number for row in found.rows] == [5]
    assert found.notes == ["第 7 行是说明文字，未导入", "第 8 行是说明文字，未导入"]


def test_a_header_of_two_rows():
    upper = ["姓名", "所在党组织", "性别", "党员类别", "入党日期", "免除义务", None, None]
    lower = [None, None, None, None, None, "原因", "起", "止"]
    found = table([upper, lower, ["王一", "A", "女", "农民", "2000.1.1", "年老", "2026.1.1", None]], MEMBERS)
    assert (
        found.rows[0].values | {"name": "王一", "gender": Gender.female, "duty_exempt_reason": "年老", "duty_exempt_from": date(2026, 1, 1)}
        == found.rows[0].values
    )


def test_no_header_names_what_it_should_be():
    fault = refusal([["甲", "乙"], ["1", "2"]])
    assert fault.code == "header_not_found"
    assert "选举日期" in fault.detail


def test_a_header_with_a_slip_names_the_nearest():
    fault = refusal([[*HEADER[:6], "任期届满曰"], ROW])
    assert fault.code == "header_unknown"
    assert "任期届满日" in fault.errors[0].message


def test_missing_columns_are_named():
    fault = refusal([HEADER[:5], ROW[:5]])
    assert (fault.code, [each.field for each in fault.errors]) == ("columns_missing", ["选出人数", "任期届满日"])


def test_a_header_twice():
    assert refusal([[*HEADER, "应到人数"], ROW]).code == "header_twice"


def test_chosen_mapping_and_columns_left_out():
    header = ["单位", "投票日", *HEADER[2:], "任期届满曰"]
    found = table([header, [*ROW, "x"]], mapping={"单位": "organisation", "投票日": "选举日期", "任期届满曰": "-"})
    assert found.rows[0].values["organisation"] == "A"
    assert refusal([header, ROW], mapping={"单位": "没有"}).code == "mapping_unknown"


def test_other_columns_are_left_out_with_a_note():
    assert table([[*HEADER, "书记姓名及电话", "序号"], ROW]).notes == ["以下列没有对应的字段，未导入：书记姓名及电话"]


def test_every_fault_has_its_cell():
    row = table([HEADER, ["A", "2026-02-30", "抽签", "很多", 28, 5, "2031-03-04"]]).rows[0]
    assert [(fault.row, fault.column, fault.header) for fault in row.faults] == [
        (2, "B", "选举日期"),
        (2, "C", "选举方式"),
        (2, "D", "应到人数"),
    ]
    assert not [fault for fault in row.faults if "很多" in fault.message]


def test_merged_downwards_holds_for_every_row():
    found = table([HEADER, ROW, [None, "2021-03-05", *ROW[2:6], "2026-03-04"]], merged=["A2:A3"])
    assert [row.values["organisation"] for row in found.rows] == ["A", "A"]
    assert found.notes == ["A 列第 2–3 行是合并单元格，已按同一内容读取"]


def test_merged_sideways_is_refused():
    found = table([HEADER, [*ROW[:3], 30, None, None, ROW[6]]], merged=["D2:F2", "A1048576:XFD1048576"])
    assert "取消合并" in found.rows[0].faults[0].message


def test_an_activity_may_be_named_by_its_parts():
    found = table(
        [["党组织", "活动类型", "活动日期", "主题", "党员编号", "出勤"], ["A", "支部党员大会", "2026.3.5", "学习", "M1", "√"]], ATTENDANCES
    )
    assert {"activity.organisation", "activity.kind", "activity.occurred_on", "activity.title", "member", "status"} == set(
        found.rows[0].values
    )
    assert refusal([["活动类型", "党员编号", "出勤"], ["支部党员大会", "M1", "√"]], ATTENDANCES).code == "columns_missing"


def test_a_mark_of_an_imported_row_fits_only_this_row():
    mark = done_mark(ROW)
    edited = [*ROW[:3], 31, *ROW[4:]]
    found = table([[*HEADER, "导入状态", "错误说明"], [*ROW, mark, "旧的说明"], [*edited, mark]])
    assert [row.done for row in found.rows] == [True, False]


def test_letters():
    assert [letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
