"""The shipped scheme files as a domain expert would check them: read as plain YAML, not through the engine that loads them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
import yaml

CATEGORIES = ["village", "community", "agency", "new", "township"]
SECTION_SIZES = {"1": 12, "2": 7, "3": 14, "4": 11, "5": 7, "6": 9}
LITE = [
    "1.01", "1.02", "1.08", "1.09", "2.01", "2.03", "3.01", "3.03", "3.04", "3.06",
    "3.12", "4.01", "4.04", "4.07", "4.08", "5.01", "5.07", "6.01", "6.04", "6.05",
]  # fmt: skip
TEXTS = ["passed", "failed", "why", "fix"]
KEYS = {"code", "name", "clauses", "metric", "parameters", "rule", "when_nothing_due", "points", *TEXTS}
POLICY_SHA256 = "380c0f36b3edaea8899377a9ddada41b5f033c9c623e63f1d11bc753dcf2a779"


@cache
def shipped(name: str) -> Any:
    return yaml.safe_load(files("app.scoring").joinpath("schemes", f"{name}.yaml").read_text(encoding="utf-8"))


STANDARD = shipped("standard")
INDICATORS = pytest.mark.parametrize("indicator", STANDARD["indicators"], ids=lambda indicator: indicator["code"])


def earned(indicators: list[dict[str, Any]]) -> dict[tuple[str, str], float]:
    """Points per (section, category)."""
    sums: defaultdict[tuple[str, str], float] = defaultdict(float)
    for indicator in indicators:
        for category, points in indicator["points"].items():
            sums[indicator["code"].split(".")[0], category] += points
    return sums


def numbers_in(value: Any) -> set[float]:
    """Every figure of nested parameters; a share counts as its percentage too."""
    if isinstance(value, dict):
        return numbers_in(list(value.values()))
    if isinstance(value, list):
        return set().union(*map(numbers_in, value))
    return {float(value), float(value) * 100} if isinstance(value, int | float) else set()


def test_sixty_indicators_numbered_without_gaps():
    expected = [f"{section}.{n:02d}" for section, size in SECTION_SIZES.items() for n in range(1, size + 1)]
    assert [indicator["code"] for indicator in STANDARD["indicators"]] == expected
    assert [section["code"] for section in STANDARD["sections"]] == list(SECTION_SIZES)


def test_points_of_indicators_add_up_to_their_section_and_sections_to_a_hundred():
    sums = earned(STANDARD["indicators"])
    for section in STANDARD["sections"]:
        assert list(section["points"]) == CATEGORIES
        for category, points in section["points"].items():
            assert sums[section["code"], category] == pytest.approx(points, abs=1e-9), (section["code"], category)
    for category in CATEGORIES:
        assert sum(section["points"][category] for section in STANDARD["sections"]) == pytest.approx(100, abs=1e-9)


def test_names_and_metrics_are_used_once():
    for key in ("name", "metric"):
        assert max(Counter(indicator[key] for indicator in STANDARD["indicators"]).values()) == 1


@INDICATORS
def test_indicator_says_everything_and_nothing_else(indicator):
    assert KEYS <= set(indicator) <= KEYS | {"lite"}
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", indicator["metric"])
    assert indicator["when_nothing_due"] in {"not_applicable", "unknown", "zero"}
    assert indicator["points"]
    assert set(indicator["points"]) <= set(CATEGORIES)
    assert all(points > 0 for points in indicator["points"].values()), "a category without points is left out"
    assert indicator["rule"]["kind"] in {"ratio", "curve"}
    assert indicator.get("lite", True) is True


@INDICATORS
def test_sentences_are_chinese_and_complete(indicator):
    for key in ("passed", "failed"):
        assert not indicator[key].endswith("。"), "a title has no full stop"
        assert len(indicator[key]) <= 25
    for key in ("why", "fix"):
        assert indicator[key].endswith("。")
        assert 25 <= len(indicator[key]) <= 110
    for key in TEXTS:
        assert not re.search(r"[,;:!?\"']|\s", indicator[key]), "full-width punctuation, no blanks"


@INDICATORS
def test_figures_in_sentences_are_those_of_the_indicator(indicator):
    known = numbers_in(indicator["parameters"]) | numbers_in(indicator["rule"])
    written = {float(figure) for key in TEXTS for figure in re.findall(r"\d+(?:\.\d+)?", indicator[key])}
    assert written <= known


def test_no_sentence_is_used_twice():
    sentences = Counter(indicator[key] for indicator in STANDARD["indicators"] for key in TEXTS)
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_lite_keeps_the_marked_indicators_and_adds_nothing():
    lite = shipped("lite")
    assert set(lite) == {"code", "name", "description", "base", "select"}
    assert (lite["code"], lite["base"], lite["select"]) == ("lite", "standard", "lite")
    marked = [indicator for indicator in STANDARD["indicators"] if indicator.get("lite")]
    assert [indicator["code"] for indicator in marked] == LITE
    assert {category for _, category in earned(marked)} == set(CATEGORIES), "every category still has something to earn"


def test_grades_and_adjustments_are_ordered():
    lines = [line for _, line in STANDARD["grades"]["lines"]]
    assert lines == sorted(set(lines), reverse=True)
    assert lines[-1] == 0
    grades = {grade for grade, _ in STANDARD["grades"]["lines"]}
    assert set(STANDARD["adjustments"]["ceiling"]["kinds"].values()) <= grades
    for steps, cap in (("levels", STANDARD["adjustments"]["bonus"]), ("kinds", STANDARD["adjustments"]["deduction"])):
        amounts = list(cap[steps].values())
        assert amounts == sorted(set(amounts))
        assert amounts[-1] <= cap["cap"]


def test_every_cited_clause_has_a_text():
    numbers = {clause["number"] for clause in shipped("clauses")}
    for indicator in STANDARD["indicators"]:
        assert indicator["clauses"], indicator["code"]
        assert set(indicator["clauses"]) <= numbers, indicator["code"]
        assert {number.split(".")[0] for number in indicator["clauses"]} == {indicator["code"].split(".")[0]}


def test_clauses_are_numbered_without_gaps_as_the_policy_numbers_them():
    previous: tuple[int, ...] = (0,)
    for clause in shipped("clauses"):
        assert set(clause) == {"number", "title", "text"}
        number = tuple(map(int, clause["number"].split(".")))
        depth = len(number)
        assert depth <= len(previous) + 1
        before = previous[depth - 1] if depth <= len(previous) else 0
        assert number == (*previous[: depth - 1], before + 1)
        ordinal = "一二三四五六"[number[-1] - 1]
        marks = {1: [f"{ordinal}、"], 2: [f"({ordinal})"], 3: [f"{ordinal}是", f"{ordinal}要", f"{number[-1]}、"]}[depth]
        assert clause["text"].startswith(tuple(marks))
        assert 0 < len(clause["title"]) <= 20
        previous = number
    assert previous == (6, 2, 3)


def test_section_names_are_the_headings_of_the_policy():
    headings = {clause["number"]: clause for clause in shipped("clauses") if "." not in clause["number"]}
    for section in STANDARD["sections"]:
        heading = headings[section["code"]]
        assert heading["title"] == section["name"]
        assert heading["text"].split("、", 1)[1] == section["name"]


def test_policy_is_word_for_word():
    """The digest was taken of the policy's own lines below its title, joined without line breaks."""
    text = "".join(clause["text"] for clause in shipped("clauses"))
    assert hashlib.sha256(text.encode()).hexdigest() == POLICY_SHA256
