"""Files become records: recognised, compared, checked whole, written whole or in part; sent again they change nothing."""

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, func, select

from app.access import operator
from app.errors import AppError
from app.exchange.marked import write_marked
from app.exchange.writing import export_columns, write_rows
from app.models.activities import Activity, Attendance, AttendanceStatus
from app.models.journal import AuditEntry
from app.models.members import Election, Member, Membership
from app.models.organisations import Organisation
from app.schemas.nouns import RECORD_TYPES
from app.services.exports import export_rows
from app.services.listing import Query
from tests.imports.conftest import counts, faults

ELECTIONS = ["所在党组织", "选举日期", "选举方式", "应到人数", "实到人数", "选出人数", "任期届满日"]
MEMBERS = ["党员编号", "姓名", "所在党组织", "性别", "民族", "党员类别", "入党日期", "转正日期", "身份证号", "电话"]


def election(code="A1", day="2026年3月5日", eligible=30, present=28):
    return [code, day, "两推一选", eligible, present, 5, "2031-03-04"]


def member(number, name=None, code="A1", national_id="", phone=""):
    return [f"M{number}", name or f"党员{number}", code, "男", "汉族", "农民", "2000.7.1", "20010701", national_id, phone]


def count(database, model):
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model))


def exported(database, tmp_path, noun, suffix="xlsx", **query):
    record_type = RECORD_TYPES[noun]
    path = tmp_path / f"export.{suffix}"
    with database.read() as session:
        rows = export_rows(session, operator(), record_type, Query(**query))
        write_rows(path, record_type.title, [title for _name, title in export_columns(record_type)], rows)
    return path


def test_created_unchanged_changed(bring, make, database):
    rows = [ELECTIONS, election("A1"), election("甲二支部"), election("B", "2026/3/6")]
    assert counts(bring("elections", make(rows))[0]) == {"created": 3}
    assert counts(bring("换届选举", make(rows))[0]) == {"unchanged": 3}
    rows[2] = election("A2", present=29)
    report, _ = bring("election", make(rows))
    assert counts(report) == {"unchanged": 2, "changed": 1}
    assert report.summary() == "已导入：修改 1 行，未变 2 行。"
    with database.read() as session:
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.record_kind == "election").order_by(AuditEntry.id)).all() == [
            "create"
        ] * 3 + ["change"]


def test_a_dry_run_writes_nothing(bring, make, database):
    report, _ = bring("elections", make([ELECTIONS, election()]), dry_run=True)
    assert (counts(report), report.applied, count(database, Election)) == ({"created": 1}, False, 0)


def test_all_or_nothing_and_partial(bring, make, database):
    path = make([ELECTIONS, election("A1"), election("没有"), election("A2", present=31), election("A1")])
    report, _ = bring("elections", path)
    assert faults(report) == [(3, "A", "没有找到这个党组织"), (4, None, "实到人数多于应到人数"), (5, "A", "与第 2 行重复")]
    assert (counts(report), count(database, Election)) == ({"waiting": 1, "failed": 3}, 0)
    report, _ = bring("elections", path, partial=True)
    assert (counts(report), count(database, Election)) == ({"created": 1, "failed": 3}, 1)


def test_a_marked_workbook_comes_back_and_only_failed_rows_go_in_again(bring, make, database, tmp_path):
    _report, tables = bring("elections", make([["换届情况"], ELECTIONS, election("A1"), election("没有"), election("B")]), partial=True)
    write_marked(tmp_path / "marked.xlsx", tables)
    book = load_workbook(tmp_path / "marked.xlsx")
    sheet = book.active
    assert sheet["A4"].fill.fgColor.rgb == "00FFC7CE"
    assert sheet["A4"].comment.text == "没有找到这个党组织"
    assert sheet.cell(row=4, column=9).value == "所在党组织：没有找到这个党组织"
    assert sheet["A3"].comment is None
    sheet["A4"] = "A2"
    book.save(tmp_path / "marked.xlsx")
    report, _ = bring("elections", tmp_path / "marked.xlsx", resume=True)
    assert (counts(report), count(database, Election)) == ({"skipped": 2, "created": 1}, 3)
    assert counts(bring("elections", tmp_path / "marked.xlsx")[0]) == {"unchanged": 3}


def test_members_with_their_memberships_and_sealed_fields(bring, make, database):
    rows = [MEMBERS, member(1, national_id="11010519491231002X"), member(2, phone=13800138000), member(3, code="B")]
    rows[1][3] = "女"
    rows[3][6] = "2020-07-02"
    rows[3][7] = "2021-07-02"
    report, _ = bring("党员", make(rows))
    assert faults(report) == []
    assert (counts(report), count(database, Membership)) == ({"created": 3}, 3)
    assert counts(bring("党员", make(rows))[0]) == {"unchanged": 3}
    rows[2][9] = "13900139000"
    assert counts(bring("党员", make(rows))[0]) == {"unchanged": 2, "changed": 1}
    with database.read() as session:
        assert b"13900139000" not in session.scalars(select(Member.phone_sealed).where(Member.code == "M2")).one()


def test_identity_numbers_are_never_repeated(bring, make):
    wrong = "110105194912310021"
    report, _ = bring(
        "党员", make([MEMBERS, member(1, national_id=wrong), [wrong, "x", wrong, wrong, wrong, wrong, wrong, wrong, wrong, wrong]])
    )
    assert counts(report) == {"failed": 2}
    assert wrong not in str(report.as_plain())


def test_what_an_operation_changes_is_not_changed_by_a_file(bring, make):
    bring("党员", make([MEMBERS, member(1)]))
    report, _ = bring("党员", make([MEMBERS, member(1, code="B")]))
    assert faults(report) == [(2, "C", "已登记的所在党组织不能通过导入修改，请办理相应的变动手续")]


def test_an_empty_cell_leaves_and_a_word_clears(bring, make, database):
    bring("党员", make([MEMBERS, member(1, phone="13800138000")]))
    row = member(1)
    row[4] = ""
    assert counts(bring("党员", make([MEMBERS, row]))[0]) == {"unchanged": 1}
    row[4] = "清空"
    assert counts(bring("党员", make([MEMBERS, row]))[0]) == {"changed": 1}
    with database.read() as session:
        assert session.scalars(select(Member.ethnicity)).all() == [None]


def test_members_without_numbers_are_recognised(bring, make, database):
    rows = [MEMBERS[1:], member(1)[1:], member(2)[1:]]
    assert counts(bring("党员", make(rows))[0]) == {"created": 2}
    assert counts(bring("党员", make(rows))[0]) == {"unchanged": 2}
    assert count(database, Member) == 2


ACTIVITIES = ["开展组织", "活动类型", "主题", "日期"]
LINES = ["开展组织", "活动类型", "日期", "主题", "党员", "出勤"]


def test_activities_with_their_register_in_one_workbook(bring, make, database):
    bring("党员", make([MEMBERS, member(1), member(2), member(3, "同名"), member(4, "同名", "A2")]))
    meetings = [ACTIVITIES, ["A1", "支部党员大会", "学习", "2026.3.5"], ["A2", "党课", "讲课", "2026-03-06"]]
    lines = [
        LINES,
        ["A1", "党员大会", "2026/3/5", "学习", "M1", "√"],
        ["A1", "支部党员大会", "20260305", None, "党员2", "请假"],
        ["A1", "支部党员大会", "20260305", "学习", "同名", "缺席"],
    ]
    report, _ = bring("活动", make(meetings, 出勤登记=lines), dry_run=True)
    assert (faults(report), counts(report), count(database, Activity)) == ([], {"created": 5}, 0)
    report, _ = bring("活动", make(meetings, 出勤登记=lines))
    assert (counts(report), count(database, Attendance)) == ({"created": 5}, 3)
    with database.read() as session:
        named = session.execute(select(Member.code, Attendance.status).join(Attendance).order_by(Member.code)).all()
        assert named == [("M1", AttendanceStatus.present), ("M2", AttendanceStatus.leave), ("M3", AttendanceStatus.absent)]
    assert counts(bring("活动", make(meetings, 出勤登记=lines))[0]) == {"unchanged": 5}


def test_a_fault_in_the_register_takes_the_meetings_back(bring, make, database):
    bring("党员", make([MEMBERS, member(1)]))
    meetings = [ACTIVITIES, ["A1", "支部党员大会", "学习", "2026.3.5"]]
    lines = [LINES, ["A1", "支部党员大会", "2026/3/5", "学习", "没有此人", "√"], ["A1", "党课", "2026/3/5", "学习", "M1", "√"]]
    report, _ = bring("活动", make(meetings, 出勤=lines))
    assert faults(report) == [(2, "E", "没有找到这个党员"), (3, "A", "没有找到这条组织生活，请核对开展组织、活动类型、日期、主题")]
    assert (count(database, Activity), counts(report)) == (0, {"waiting": 1, "failed": 2})


def test_names_that_are_not_clear(bring, make):
    bring("党员", make([MEMBERS, member(1, "同名"), member(2, "同名", "A1"), member(3, "独名")]))
    header = ["所在党组织", "党员", "党内职务", "起始日期"]
    report, _ = bring("班子任职", make([header, ["A1", "同名", "书记", "2020-01-01"], ["A1", "独名", "委员", "2020-01-01"]]))
    assert faults(report) == [(2, "B", "有 2 个同名的党员，请改填党员编号")]


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_goes_out_comes_back_unchanged(bring, make, database, tmp_path, suffix):
    first = member(1, "=1+1", phone="13800138000")
    bring("党员", make([MEMBERS, first, member(2), member(3, code="A2")]))
    path = exported(database, tmp_path, "members", suffix)
    text = (
        path.read_bytes() if suffix == "csv" else b"".join(str(cell.value).encode() for row in load_workbook(path).active for cell in row)
    )
    assert b"13800138000" not in text
    assert b"\n'=1+1" not in text
    report, _ = bring("党员", path)
    assert (faults(report), counts(report)) == ([], {"unchanged": 3})
    with database.read() as session:
        assert len(list(export_rows(session, operator(), RECORD_TYPES["members"], Query(organisation="A2")))) == 1


def test_formulas_never_leave_as_formulas(bring, make, database, tmp_path):
    bring("党员", make([MEMBERS, member(1, "=HYPERLINK(A1)"), member(2, "@SUM"), member(3, "+1")]))
    cells = [cell for row in load_workbook(exported(database, tmp_path, "members")).active for cell in row]
    assert {cell.data_type for cell in cells if cell.value in {"=HYPERLINK(A1)", "@SUM", "+1"}} == {"s"}
    text = exported(database, tmp_path, "members", "csv").read_text("utf-8-sig")
    assert "'=HYPERLINK(A1)" in text
    assert "'@SUM" in text


def test_a_list_of_divisions_founds_a_tree(bring, make, database):
    rows = [
        ["code", "name", "town_code", "town", "county_code", "county"],
        ["990101001200", "甲石村村民委员会", "990101001", "丙镇", "990101", "丁县"],
        ["990101001201", "乙石村村民委员会", "990101001", "丙镇", "990101", "丁县"],
        ["990101002001", "己苑社区居委会", "990101002", "戊街道", "990101", "丁县"],
    ]
    report, _ = bring("organisations", make(rows), parent="T")
    assert (faults(report), counts(report)) == ([], {"created": 6})
    assert counts(bring("organisations", make(rows), profile="divisions")[0]) == {"unchanged": 6}
    with database.read() as session:
        ids = dict(session.execute(select(Organisation.code, Organisation.id)).all())
        path = session.scalars(select(Organisation.path).where(Organisation.code == "990101001201")).one()
    assert path == f"/{ids['T']}/{ids['990101']}/{ids['990101001']}/{ids['990101001201']}/"


def test_children_of_a_faulty_parent_stay_out_of_a_partial_import(bring, make, database):
    header = ["组织编码", "组织名称", "组织形式", "类别", "上级组织", "成立日期"]
    rows = [
        header,
        ["N1", "新一支部", "党支部", "村", "镇党委", "2020-01-01"],
        ["N2", "新总支", "党总支", "村", "T", "2020-13-01"],
        ["N3", "新二支部", "党支部", "村", "N2", "2020-01-01"],
        ["N4", "新三支部", "党支部", "村", "新一支部", "2020-01-01"],
    ]
    before = count(database, Organisation)
    report, _ = bring("组织", make(rows), partial=True)
    assert counts(report)["failed"] >= 2
    assert count(database, Organisation) == before + counts(report)["created"]
    with database.read() as session:
        assert not session.scalars(select(Organisation).where(Organisation.code.in_(["N2", "N3"]))).all()


def test_forty_bad_rows_among_many(bring, make, database):
    rows = [MEMBERS, *(member(number) for number in range(3000))]
    for number in range(1, 3001, 75):
        rows[number][6] = "二月三十"
    report, _ = bring("党员", make(rows))
    assert (counts(report), len(faults(report))) == ({"waiting": 2960, "failed": 40}, 40)
    assert count(database, Member) == 0


def test_statements_do_not_grow_with_rows(bring, make, database):
    def statements(rows):
        seen = []
        note = lambda *arguments: seen.append(arguments[2])  # noqa: E731  # a listener in one line
        event.listen(database.engine, "before_cursor_execute", note)
        bring("党员", make([MEMBERS, *rows]))
        event.remove(database.engine, "before_cursor_execute", note)
        return len(seen)

    few = statements([member(number) for number in range(5)])
    assert statements([member(number) for number in range(100, 500)]) <= few + 6


def test_files_that_cannot_be_imported(bring, make):
    for rows, code in (([["甲"]], "header_not_found"), ([ELECTIONS], "file_without_rows")):
        with pytest.raises(AppError) as refused:
            bring("elections", make(rows))
        assert refused.value.code == code
    with pytest.raises(AppError) as refused:
        bring("飞船", make([ELECTIONS]))
    assert refused.value.code == "noun_not_found"
