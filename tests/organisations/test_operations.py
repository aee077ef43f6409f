"""Operations over HTTP: what they change, what they refuse, with the version seen."""

import datetime as dt

from app.clock import today
from app.models.evaluations import Run, Scheme, SchemeVersion
from app.models.organisations import Organisation
from app.services.organisations import check_tree

API = "/api/v1/organisations"
NEW = {"code": "N", "name": "新支部", "form": "branch", "principal": True}


def is_sound(office, *days):
    with office.database.read() as session:
        return [check_tree(session, day) for day in (dt.date(2026, 2, 28), dt.date(2026, 3, 1), today(), *days)] == [[]] * (3 + len(days))


def test_an_operation_demands_the_version_seen(town):
    body = {"effective_on": "2026-03-01", "reason": "调整", "parent": "G"}
    assert town.client.post(f"{API}/V1/move", json=body).status_code == 428
    assert town.client.post(f"{API}/V1/move", json=body, headers={"If-Match": '"v1"'}).status_code == 201
    assert town.client.post(f"{API}/V1/move", json=body | {"parent": "T"}, headers={"If-Match": '"v1"'}).status_code == 412
    assert town.client.post(f"{API}/NONE/move", json=body, headers={"If-Match": '"v1"'}).status_code == 404


def test_a_move_takes_everything_below_along(town):
    assert town.operate("G", "move", parent="V1")["outcome"] == "“组织G”自 2026-03-01 起隶属于“组织V1”。"
    assert [step["code"] for step in town.card("G1")["path"]] == ["T", "V1", "G", "G1"]
    assert town.codes(organisation="V1", subtree=True) == ["G", "G1", "V1"]
    assert town.card("G")["placement"]["evaluated"] is True
    assert is_sound(town)


REFUSED = [
    ("G", "move", {"parent": "G1"}, 409, "“组织G1”在“组织G”之下，上下级关系会成环"),
    ("G", "move", {"parent": "G"}, 409, "不能隶属于它自己"),
    ("G", "move", {"parent": "T"}, 409, "已经隶属于“组织T”"),
    ("G", "move", {"parent": "NO"}, 422, "没有找到编码为 NO 的党组织"),
    ("G", "move", {"parent": "V1", "on": "2015-01-01"}, 409, "须晚于“组织G”的成立日期 2015-01-01"),
    ("G", "move", {"parent": "V1", "on": "1900-01-01"}, 422, "不得小于"),
    ("V1", "rebuild", {"evaluated": True}, 409, "现在就是这样设置的"),
    ("V1", "rebuild", {"has_committee": True}, 422, "职数"),
    ("V1", "merge", {"others": ["V1"], "into": "V1"}, 422, "有重复"),
    ("V1", "merge", {"others": ["V2"], "into": "G"}, 422, "应是参加合并的组织之一"),
    ("V1", "merge", {"others": ["V2"], "into": NEW | {"code": "G"}}, 409, "编码 G 已被“组织G”使用"),
    ("V1", "split", {"into": [NEW, NEW | {"code": "T", "principal": False}]}, 409, "编码 T 已被"),
    ("V1", "split", {"into": [NEW, NEW | {"code": "N2"}]}, 422, "且只有一个"),
    ("V1", "split", {"into": [NEW, NEW | {"code": "N2", "principal": False}], "members": {"N2": [999]}}, 422, "编号为 999 的党员当日不在"),
    ("G", "dissolve", {}, 409, "还有 1 个下级组织"),
    ("G", "dissolve", {"children_to": "G1"}, 409, "会成环"),
    ("G", "dissolve", {"children_to": "V1", "members_to": "G"}, 409, "不能是被撤销的"),
]  # fmt: skip


def test_what_would_break_the_tree_is_refused_in_a_sentence(town):
    for code, verb, body, status, part in REFUSED:
        assert part in str(town.operate(code, verb, expect=status, **body))
        town.preview(code, verb, expect=status, **body)
        assert town.card(code)["version"] == 1
    assert town.codes() == ["G", "G1", "T", "V1", "V2"]


def test_a_later_change_bars_an_earlier_day(town):
    town.operate("G", "move", on="2026-05-01", parent="V1")
    assert "在 2026-05-01 已有调整" in town.operate("G", "move", on="2026-03-01", parent="V2", expect=409)["detail"]
    said = town.operate("V1", "move", on="2026-03-01", parent="G1", expect=409)["detail"]
    assert said == "“组织G1”在“组织V1”之下（自 2026-05-01 起），上下级关系会成环。"
    assert "才归入" in town.operate("V1", "dissolve", on="2026-03-01", children_to="T", expect=409)["detail"]
    town.operate("V2", "dissolve", on="2026-04-01")
    assert "已于 2026-04-01 撤销" in town.operate("V1", "move", on="2026-05-02", parent="V2", expect=409)["detail"]
    assert "已于 2026-04-01 撤销" in town.operate("V2", "rebuild", on="2026-05-02", expect=409)["detail"]
    town.found("LATE", "T", on="2026-06-01")
    assert "才成立" in town.operate("V1", "move", on="2026-05-02", parent="LATE", expect=409)["detail"]


def test_a_rebuilding_is_seen_from_its_day_on(town):
    town.operate("V1", "rebuild", evaluated=True, has_committee=True, committee_seats=5)
    assert town.card("V1", as_of="2026-02-28")["placement"]["committee_seats"] == 0
    assert town.card("V1")["placement"] == {
        "parent": "T", "parent_name": "组织T", "evaluated": True, "has_committee": True, "committee_seats": 5,
        "valid_from": "2026-03-01", "valid_to": None,
    }  # fmt: skip
    assert is_sound(town)


def people_of(town, code):
    """Two members, one in a group that one of them leads, and a post."""
    first, second = town.member(code), town.member(code)
    group = town.record("party-groups", organisation=code, name="第一党小组", leader=first, valid_from="2016-01-01")["id"]
    town.record("positions", organisation=code, member=first, post="secretary", valid_from="2020-01-01")
    town.record("talent-reserves", organisation=code, person="王五", kind="reserve_cadre", valid_from="2024-01-01")
    return first, second, group


def test_a_merger_into_a_new_one_carries_everything(town):
    first, second, _ = people_of(town, "V1")
    third, fourth, _ = people_of(town, "V2")
    seen = town.preview("V1", "merge", others=["V2"], into=NEW)
    done = town.operate("V1", "merge", others=["V2"], into=NEW)
    assert "".join(seen["sentences"]) == done["outcome"]
    assert "4 名党员转入“新支部”。" in seen["sentences"]
    assert town.codes(parent="T") == ["N", "G"]
    card = town.card("N")
    assert (card["placement"]["evaluated"], card["counts"]["full"], card["category"]) == (True, 4, "village")
    assert [(each["predecessor"]["code"], each["principal"], each["kind"]) for each in card["lineage"]] == [
        ("V1", True, "merge"),
        ("V2", True, "merge"),
    ]
    assert {each["id"] for each in town.records("members", organisation="N")} == {first, second, third, fourth}
    groups = town.records("party-groups", organisation="N")
    assert {each["name"] for each in groups} == {"组织V1第一党小组", "组织V2第一党小组"}
    assert {each["leader"] for each in groups} == {first, third}
    assert [each["valid_to"] for each in town.records("positions", organisation="V1")] == ["2026-02-28"]
    assert town.records("positions", organisation="N") == []
    assert [each["person"] for each in town.records("talent-reserves", organisation="N")] == ["王五", "王五"]
    past = town.records("memberships", organisation="V1")
    assert {each["valid_to"] for each in past} == {"2026-02-28"}
    assert town.card("V1", as_of="2026-02-28")["counts"]["full"] == 2
    assert is_sound(town)


def test_a_merger_into_one_that_stands_below_another(town):
    """G1 is below G; it takes G's place, and what else was below G comes under it."""
    town.found("G2", "G")
    town.found("G11", "G1")
    town.operate("G", "merge", others=["G1"], into="G1")
    assert [step["code"] for step in town.card("G1")["path"]] == ["T", "G1"]
    assert town.codes(parent="G1") == ["G11", "G2"]
    with town.database.read() as session:
        paths = {each.code: each.path for each in session.query(Organisation)}
    assert paths["G"].startswith(paths["G1"])
    assert is_sound(town)


def test_a_merger_across_categories_warns(town):
    town.found("A", "T", category="agency")
    assert "类别不同" in town.preview("V1", "merge", others=["A"], into="V1")["warnings"][0]


def test_a_split_sends_members_where_it_says(town):
    first, second, group = people_of(town, "V1")
    town.found("V11", "V1")
    other = NEW | {"code": "N2", "name": "第二支部", "principal": False}
    town.operate("V1", "split", into=[other, NEW], members={"N2": [second]})
    assert [each["id"] for each in town.records("members", organisation="N2")] == [second]
    assert [each["id"] for each in town.records("members", organisation="N")] == [first]
    assert town.codes(parent="N") == ["V11"]
    lineage = town.card("V1")["lineage"]
    assert {(each["successor"]["code"], each["principal"]) for each in lineage} == {("N", True), ("N2", False)}
    assert town.records("party-groups", organisation="N")[0]["id"] != group
    assert is_sound(town)


def test_an_upgrade_founds_a_successor_and_a_renaming_too(town):
    town.operate("V1", "upgrade", into=NEW | {"form": "general_branch"})
    assert town.card("N")["lineage"][0]["kind"] == "upgrade"
    assert town.card("N")["form"] == "general_branch"
    town.operate("V2", "upgrade", into=NEW | {"code": "N2"})
    assert town.card("N2")["lineage"][0]["kind_label"] == "更名"
    assert town.codes(parent="T") == ["N2", "N", "G"]
    assert is_sound(town)


def test_a_dissolution_leaves_nobody_behind(town):
    member = town.member("G")
    assert "还有 1 名党员" in town.operate("G", "dissolve", children_to="V1", expect=409)["detail"]
    town.operate("G", "dissolve", children_to="V1", members_to="V2")
    assert town.codes(parent="V1") == ["G1"]
    assert [each["id"] for each in town.records("members", organisation="V2")] == [member]
    assert town.card("G")["dissolved_on"] == "2026-03-01"
    assert town.card("G")["lineage"] == []
    town.member("V2", since="2026-04-01")
    assert "始于生效日期或之后" in town.operate("V2", "dissolve", members_to="T", expect=409)["detail"]
    assert is_sound(town)


def test_a_published_period_stays_as_it_was(town):
    with town.database.write() as session:
        scheme = Scheme(code="s", name="s")
        session.add(scheme)
        session.flush()
        version = SchemeVersion(scheme_id=scheme.id, number=1, content={}, content_hash="0")
        session.add(version)
        session.flush()
        root = session.query(Organisation).filter_by(code="G").one()
        run = Run(
            organisation_id=root.id, scheme_version_id=version.id, status="published", as_of=dt.date(2026, 3, 31),
            period_start=dt.date(2026, 1, 1), period_end=dt.date(2026, 3, 31),
        )  # fmt: skip
        session.add(run)
        session.flush()
        session.info["changed_records"].clear()  # written by hand, so not audited
    said = town.operate("G1", "move", parent="V1", expect=409)
    assert said["code"] == "period_published"
    assert "生效日期须晚于 2026-03-31" in said["detail"]
    town.operate("V1", "move", parent="G", expect=409)
    town.operate("V1", "move", parent="V2")
    town.operate("G1", "move", on="2026-04-01", parent="V2")


def test_every_touched_record_leaves_a_trace(town):
    people_of(town, "V1")
    town.operate("V1", "merge", others=["V2"], into=NEW)
    with town.database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT record_kind, action FROM audit_entry WHERE reason = '区划调整'").all()
    assert {(kind, action) for kind, action in rows} == {
        ("organisation", "create"), ("organisation", "merge"), ("organisation_placement", "create"), ("organisation_placement", "merge"),
        ("organisation_lineage", "create"), ("organisation_operation", "create"), ("membership", "merge"), ("membership", "create"),
        ("member", "merge"), ("party_group", "merge"), ("party_group", "create"), ("position", "merge"), ("talent_reserve", "merge"),
        ("talent_reserve", "create"),
    }  # fmt: skip


def test_statements_do_not_grow_with_the_subtree(town, statements):
    counts = []
    for code, size in (("S", 2), ("L", 12)):
        town.found(code, "T")
        for number in range(size):
            town.found(f"{code}{number}", code)
            town.member(code)
        card = town.card(code)
        statements()
        body = {"effective_on": "2026-03-01", "reason": "调整", "into": NEW | {"code": f"N{code}"}}
        answer = town.client.post(f"{API}/{code}/upgrade", json=body, headers={"If-Match": f'"v{card["version"]}"'})
        assert answer.status_code == 201
        counts.append(statements())
    assert counts[0] == counts[1]
