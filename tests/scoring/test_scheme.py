"""Schemes: what is refused and how it is said, what counts as which change, the selection `lite`."""

from __future__ import annotations

import copy
import math
from importlib.resources import files
from typing import Any

import pytest
import yaml

from app.scoring import registry
from app.scoring.outcome import CATEGORIES
from app.scoring.scheme import Scheme, SchemeError, change, clauses, from_document, not_built, read, shipped, warnings
from tests.scoring.worlds import document, everywhere, line

OWN = document(line(1, 60, {"kind": "curve", "points": [[0.6, 0], [0.9, 1]]}), line(2, 40, {"kind": "ratio", "target": 0.5}))
STANDARD = files("app.scoring.schemes").joinpath("standard.yaml").read_text(encoding="utf-8")


def changed(path: str, value: Any, whole: dict[str, Any] = OWN) -> dict[str, Any]:
    """A copy with one place changed: `indicators.0.rule.kind`; None removes the key."""
    result = copy.deepcopy(whole)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    at: Any = result
    for step in steps:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return result


def refusal(whole: Any) -> list[tuple[str, str]]:
    with pytest.raises(SchemeError) as caught:
        from_document(whole)
    assert caught.value.status == 422
    assert caught.value.code == "scheme_invalid"
    return [(each.field, each.message) for each in caught.value.errors]


@pytest.mark.parametrize(
    ("path", "value", "place", "parts"),
    [
        ("indicators.0.wieght", 3, "indicators[0].wieght", ["不认识的键“wieght”"]),
        ("indicators.0.metric", "general_meeting", "indicators[0].metric", ["测量项“general_meeting”", "最接近的是“general_meetings”"]),
        ("indicators.0.metric", "xyzzy", "indicators[0].metric", ["不认识的测量项“xyzzy”"]),
        ("indicators.0.parameters", {"kindz": 1}, "indicators[0].parameters.kindz", ["不认识的键“kindz”"]),
        ("indicators.0.parameters", {"day": math.nan}, "indicators[0].parameters", ["只能是文字、数字"]),
        ("indicators.1.rule.targte", 0.5, "indicators[1].rule.targte", ["不认识的键“targte”", "最接近的是“target”"]),
        ("indicators.1.rule.target", "half", "indicators[1].rule.target", ["应为数字"]),
        ("indicators.1.rule.target", 0, "indicators[1].rule.target", ["应大于 0"]),
        ("indicators.0.rule.kind", "cruve", "indicators[0].rule.kind", ["不认识的规则种类“cruve”", "最接近的是“curve”"]),
        ("indicators.0.rule.kind", ["curve"], "indicators[0].rule.kind", ["不认识的规则种类"]),
        ("indicators.0.rule.kind", None, "indicators[0].rule.kind", ["缺少规则种类"]),
        ("indicators.0.rule", "ratio", "indicators[0].rule", ["键: 值"]),
        ("indicators.0.rule", None, "indicators[0].rule", ["缺少必填项"]),
        ("indicators.0.rule.points", [[0.9, 1], [0.6, 0]], "indicators[0].rule.points", ["从小到大", "第 2 项 0.6"]),
        ("indicators.0.rule", {"kind": "bands", "bands": [[0.6, 0], [0.9, 1]]}, "indicators[0].rule.bands", ["从大到小"]),
        ("indicators.0.rule", {"kind": "rank", "bands": [[0.6, 1], [0.3, 0]]}, "indicators[0].rule.bands", ["从小到大"]),
        ("indicators.0.when_nothing_due", "n/a", "indicators[0].when_nothing_due", ["not_applicable、unknown、zero"]),
        ("indicators.0.when_nothing_due", None, "indicators[0].when_nothing_due", ["缺少必填项"]),
        ("indicators.0.code", "1.02", "indicators[1].code", ["编号“1.02”重复"]),
        ("indicators.0.code", 1.01, "indicators[0].code", ["应为文字", "加引号"]),
        ("indicators.0.code", "101", "indicators[0].code", ["部分编号.序号"]),
        ("indicators.0.points.villag", 1, "indicators[0].points.villag", ["最接近的是“village”"]),
        ("indicators.0.points.village", -1, "indicators[0].points.village", ["不能小于 0"]),
        ("indicators.0.points.village", True, "indicators[0].points.village", ["应为数字"]),
        ("indicators.0.points.village", 59.9, "sections[0].points.village", ["村类", "合计 99.9", "本部分的 100"]),
        ("grades.lines", [["优秀", 80], ["良好", 90], ["不合格", 0]], "grades.lines[1]", ["从高分到低分"]),
        ("grades.lines", [["优秀", 80]], "grades.lines[0]", ["从 0 分开始"]),
        ("grades.quota.share", 30, "grades.quota.share", ["不能大于 1"]),
        ("grades.quota.ties", "exlude", "grades.quota.ties", ["最接近的是“exclude”"]),
        ("adjustments.ceiling.kinds.falsified_records", "及格", "adjustments.ceiling.kinds.falsified_records", ["最接近的是“合格”"]),
        ("precision", 2.5, "precision", ["应为整数"]),
        ("precision", 9, "precision", ["不能大于 4"]),
        ("minimum_coverage", 90, "minimum_coverage", ["不能大于 1"]),
        ("sections", [], "sections", ["至少 1 项"]),
        ("indicators", {}, "indicators", ["应为列表"]),
        ("grades", None, "grades", ["缺少必填项"]),
        ("select", "lite", "base", ["缺少必填项"]),
    ],
)
def test_refused_with_place_reason_and_nearest_name(path, value, place, parts):
    errors = refusal(changed(path, value))
    mine = [message for field, message in errors if field == place]
    assert mine, errors
    assert all(part in mine[0] for part in parts), mine


def test_every_fault_is_named_at_once():
    whole = changed("indicators.0.metric", "xyzzy", changed("indicators.1.rule.kind", "ratoi", changed("naem", "x")))
    assert [field for field, _ in refusal(whole)] == ["indicators[0].metric", "indicators[1].rule.kind", "naem"]


def test_sections_must_add_up_to_100():
    whole = document(line(1, everywhere(50)), line(2, 40))
    assert refusal(whole)[0][1] == "村类：各部分分值合计 90，应为 100"


def test_a_category_without_any_points_is_simply_not_evaluated():
    villages = from_document(document(line(1, {"village": 60}), line(2, {"village": 40})))
    assert villages.indicators[0].points.by_number() == (60, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("", "文件", "空的"),
        ("- a\n- b\n", "文件", "键: 值"),
        ("code: [1\nname: x", "第 2 行", "YAML"),
        ("code: a\ncode: b\n", "code", "写了两次（第 1 行和第 2 行）"),
        ("code: &x [1, 2]\nname: *x\n", "第 2 行", "YAML 引用"),
        ("code: !!python/object:os.system x\n", "第 1 行", "YAML"),
        ("[" * 200_000, "第 1 行", "嵌套太深"),
        ("code: " + "x" * 1_000_001, "文件", "过大"),
        ("? [a, b]\n: c\n", "第 1 行", "YAML"),
    ],
)
def test_text_that_is_no_scheme(text, place, part):
    with pytest.raises(SchemeError) as caught:
        read(text)
    assert (caught.value.errors[0].field, part in caught.value.errors[0].message) == (place, True), caught.value.errors


def test_faults_in_a_file_carry_their_line():
    text = STANDARD.replace("rule: {kind: ratio}", "rule: {kind: ratio, targte: 1}", 1)
    with pytest.raises(SchemeError) as caught:
        read(text)
    line_number = text[: text.index("targte")].count("\n") + 1
    assert caught.value.errors[0].message == f"不认识的键“targte”，最接近的是“target”（第 {line_number} 行）"
    assert caught.value.detail.startswith("评价方案有误：indicators[0].rule.targte")


def test_the_shipped_schemes_load_and_survive_storage():
    for code, count in (("standard", 60), ("lite", 20)):
        found = shipped(code)
        assert len(found.indicators) == count
        assert from_document(found.document()).hash == found.hash
    assert shipped("standard").hash != shipped("lite").hash
    with pytest.raises(SchemeError):
        shipped("../../secrets")


def test_lite_weighs_the_marked_rows_of_standard():
    marked = [each for each in yaml.safe_load(STANDARD)["indicators"] if each.get("lite")]
    lite = shipped("lite")
    assert [each.code for each in lite.indicators] == [each["code"] for each in marked]
    for category in CATEGORIES:
        whole = sum(each["points"].get(category, 0) for each in marked)
        for mine, row in zip(lite.indicators, marked, strict=True):
            assert getattr(mine.points, category) == pytest.approx(row["points"].get(category, 0) * 100 / whole, abs=1e-9)


def test_a_selection_takes_nothing_but_a_name():
    whole = {"code": "lite", "name": "x", "base": "standrad", "select": "lite", "precison": 1}
    assert refusal(whole) == [
        ("precison", "不认识的键“precison”，可用的有：base、code、description、name、select"),
        ("base", "不认识的方案“standrad”，最接近的是“standard”"),
    ]


# ---- versions ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "value", "kind", "sentence"),
    [
        ("name", "新名称", "patch", "方案名称由“自定方案”改为“新名称”"),
        ("indicators.0.fix", "及时召开", "patch", "指标 1.01 指标1：改进办法由“”改为“及时召开”"),
        ("indicators.0.name", "大会", "patch", "指标 1.01 大会：名称由“指标1”改为“大会”"),
        ("grades.lines", [["优秀", 91], ["良好", 80], ["合格", 60], ["不合格", 0]], "minor", "等次分数线"),
        ("grades.quota.ties", "include", "minor", "优秀比例"),
        ("minimum_coverage", 0.8, "minor", "最低数据完整度由“0.9”改为“0.8”"),
        ("adjustments.ceiling.kinds", {}, "minor", "等次上限"),
        ("adjustments.bonus.cap", 4, "major", "加分"),
        ("adjustments.deduction.kinds", {}, "major", "扣分"),
        ("precision", 1, "major", "小数位数"),
        ("indicators.0.when_nothing_due", "zero", "major", "指标 1.01 指标1：无应办事项时的处理由“not_applicable”改为“zero”"),
        ("indicators.1.rule.target", 0.6, "major", "指标 1.02 指标2：得分规则"),
        ("indicators.1.metric", "theme_days", "major", "测量项由“committee_meetings”改为“theme_days”"),
    ],
)
def test_kind_of_a_change(path, value, kind, sentence):
    found = change(from_document(OWN), from_document(changed(path, value)))
    assert found.kind == kind
    assert [each for each in found.entries if sentence in each[1]], found.entries


def test_the_highest_kind_wins_and_comes_first():
    found = change(from_document(OWN), from_document(changed("name", "x", changed("precision", 1))))
    assert [kind for kind, _ in found.entries] == ["major", "patch"]
    assert found.kind == "major"


def test_added_removed_and_moved_indicators():
    other = document(line(2, 40, {"kind": "ratio", "target": 0.5}), line(3, 60))
    assert {"删去指标 1.01 指标1", "增加指标 1.03 指标3"} <= {text for _, text in change(from_document(OWN), from_document(other)).entries}
    turned = OWN | {"indicators": OWN["indicators"][::-1]}
    assert change(from_document(OWN), from_document(turned)).entries == (("patch", "指标的排列顺序有调整"),)


def test_a_default_written_out_is_no_change():
    def with_parameters(parameters: dict[str, Any]) -> Scheme:
        return from_document(document(line(1, 100, metric="volunteering", parameters=parameters)))

    assert change(with_parameters({}), with_parameters({"kinds": ["volunteering"]})).kind is None
    assert change(with_parameters({}), with_parameters({"kinds": ["practice"]})).kind == "major"


def test_the_hash_notices_every_word():
    assert from_document(OWN).hash == from_document(copy.deepcopy(OWN)).hash
    assert from_document(OWN).hash != from_document(changed("description", "x")).hash


# ---- check -------------------------------------------------------------------------------------------------------------------


def test_metrics_that_are_not_built_are_named(monkeypatch):
    standard = shipped("standard")
    assert not_built(standard) == ()
    monkeypatch.delitem(registry._metrics, "directives_conveyed")
    assert not_built(standard) == ("1.01",)
    assert any(each.startswith("指标 1.01 上级精神传达及时率：测量项 directives_conveyed 尚未安装") for each in warnings(standard))


def test_more_than_sixty_indicators_are_a_burden():
    names = [each.metric for each in shipped("standard").indicators]
    many = [{**line(1, 100 / 61), "code": f"1.{number:03}", "metric": names[number % 60]} for number in range(61)]
    whole = document(*many) | {"sections": [{"code": "1", "name": "全部", "points": everywhere(100)}]}
    assert "方案有 61 项指标，超过 60 项，会加重支部负担" in warnings(from_document(whole))
    assert not [each for each in warnings(shipped("standard")) if "负担" in each]


def test_clauses_hold_the_text_of_the_policy():
    assert clauses()["3.1.2"].text
    cited = {number for each in shipped("standard").indicators for number in each.clauses}
    assert cited <= set(clauses())
