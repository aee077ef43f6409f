"""Registration of metrics and rule kinds, the shipped ones and those of other packages."""

from __future__ import annotations

import importlib.metadata
import sys
import types
from typing import Literal

import numpy as np
import pytest

from app.scoring import registry
from app.scoring.outcome import Floats, Frame
from app.scoring.registry import MetricDescription, Parameters, Rule, metric, rule
from app.scoring.scheme import from_document, shipped, warnings
from tests.scoring.worlds import document, line


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    """What a test registers is forgotten after it."""
    monkeypatch.setattr(registry, "_metrics", dict(registry.metrics()))
    monkeypatch.setattr(registry, "_rules", dict(registry.rules()))


def test_a_metric_is_registered_under_its_name_with_its_public_definition():
    class Hours(Parameters):
        hours: int = 32

    @metric("学时", parameters=Hours)
    def own_hours(view, parameters):
        """每名党员的学时。"""

    found = registry.metrics()["own_hours"]
    assert (found.title, found.definition, found.manual) == ("学时", "每名党员的学时。", False)
    assert found.completed({}) == Hours(hours=32)
    assert registry.key_of("own_hours", {}) == registry.key_of("own_hours", {"hours": 32}) != registry.key_of("own_hours", {"hours": 56})
    assert len(registry.key_of("own_hours", {"hours": 56})) <= 100


def test_a_metric_without_definition_is_refused():
    with pytest.raises(ValueError, match="docstring"):

        @metric("无")
        def nameless(view, parameters):
            pass


def test_a_name_is_taken_once():
    def general_meetings(view, parameters):
        """Another one."""

    with pytest.raises(ValueError, match="registered twice"):
        metric("支部党员大会")(general_meetings)

    class Ratio(Rule):
        kind: Literal["ratio"] = "ratio"

        def fraction(self, frame: Frame) -> Floats:
            return frame.value

        def describe(self) -> str:
            return ""

    with pytest.raises(ValueError, match="registered twice"):
        rule("另一个")(Ratio)


class Half(Rule):
    """Half of everything."""

    kind: Literal["half"] = "half"

    def fraction(self, frame: Frame) -> Floats:
        return frame.value / 2

    def describe(self) -> str:
        return "减半得分"


def plug_in(monkeypatch, *entries):
    known = [importlib.metadata.EntryPoint(name, value, group) for name, value, group in entries]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [each for each in known if each.group == group])
    registry._load.cache_clear()


def test_other_packages_add_rule_kinds_and_metrics_by_entry_point(monkeypatch):
    module = types.ModuleType("some_plug_in")
    module.half = lambda: None
    monkeypatch.setitem(sys.modules, "some_plug_in", module)
    rule("减半")(Half)
    plug_in(monkeypatch, ("half", "some_plug_in:half", "dangjian.rules"))
    own = from_document(document(line(1, 100, {"kind": "half"})))
    assert own.indicators[0].rule.describe() == "减半得分"
    assert own.indicators[0].rule.fraction(Frame(*[np.array([1.0])] * 6)).tolist() == [0.5]
    assert from_document(own.document()).hash == own.hash


def test_a_plug_in_that_cannot_be_loaded_is_logged_and_left_out(monkeypatch, caplog):
    plug_in(monkeypatch, ("gone", "no_such_package", "dangjian.metrics"))
    assert "general_meetings" in registry.metrics()
    assert "plug-in no_such_package of group dangjian.metrics cannot be loaded" in caplog.text


def test_a_further_manual_rating_is_a_burden():
    registry.register_metric(MetricDescription("impression", "印象分", "印象", Parameters, print, manual=True))
    own = from_document(document(line(1, 100, metric="impression")))
    assert warnings(own) == ["指标 1.01 指标1：需要人工打分，会加重支部负担"]
    assert not [each for each in warnings(shipped("standard")) if "人工" in each]


@pytest.mark.parametrize(("name", "near"), [("general_meeting", "general_meetings"), ("zzz", None), ("theme_day", "theme_days")])
def test_nearest(name, near):
    assert registry.nearest(name, registry.metrics()) == near


def test_shipped_metrics_are_those_the_standard_scheme_names():
    assert set(registry.metrics()) <= {each.metric for each in shipped("standard").indicators}
    assert all(each.title and each.definition for each in registry.metrics().values())
