"""The metrics and rule kinds that are known: the shipped ones, and those other packages register.

A metric is registered by `@metric`, a rule kind by `@rule`. The shipped ones are the modules of `app.scoring.metrics` and
`app.scoring.rules`; other packages name a module in the entry-point groups `dangjian.metrics` and `dangjian.rules`.
Everything is imported on first use.
"""

from __future__ import annotations

import difflib
import functools
import importlib
import importlib.metadata
import inspect
import logging
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict

from app.scoring.outcome import Floats, Frame, fact_key

logger = logging.getLogger(__name__)

METRICS_GROUP, RULES_GROUP = "dangjian.metrics", "dangjian.rules"
_SHIPPED = {METRICS_GROUP: "app.scoring.metrics", RULES_GROUP: "app.scoring.rules"}


class Parameters(BaseModel):
    """Base of every parameters model: frozen, unknown names refused, the written value of the scheme page as default."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


@dataclass(frozen=True, slots=True)
class MetricDescription:
    """A registered metric. `function(view, parameters)` returns the select of its items; `definition` is shown in the product."""

    name: str
    title: str
    definition: str
    parameters: type[Parameters]
    function: Callable[..., Any]
    manual: bool = False

    def completed(self, parameters: Mapping[str, Any]) -> Parameters:
        """Parameters of a scheme, validated, with every default filled in. Raises `pydantic.ValidationError`."""
        return self.parameters.model_validate(dict(parameters))


class Rule(Parameters, ABC):
    """Base of every rule kind: a frozen model with `kind: Literal[...]` that maps values to fractions of the weight."""

    title: ClassVar[str]
    compares: ClassVar[bool] = False
    """Whether fractions depend on the other rows of the frame (then the frame holds the whole cohort, else any part of it)."""

    kind: str

    @abstractmethod
    def fraction(self, frame: Frame) -> Floats:
        """Fractions in [0, 1] of the weight, one per row of the frame; ignored by the engine where nothing is scored."""

    @abstractmethod
    def describe(self) -> str:
        """The rule as one Chinese sentence made from its parameters."""

    def best(self) -> float | None:
        """The best fraction to be hoped for when it does not follow from the organisation's own value, else None."""
        return None


_metrics: dict[str, MetricDescription] = {}
_rules: dict[str, type[Rule]] = {}

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R", bound=Rule)


def metric(title: str, *, parameters: type[Parameters] = Parameters, manual: bool = False) -> Callable[[F], F]:
    """Register a metric under its function's name; the docstring is its public definition.

    title: Chinese title; manual: True where people type in a judgement. Raises `ValueError` for a name taken or a missing docstring.
    """

    def register(function: F) -> F:
        name, definition = function.__name__, inspect.getdoc(function)
        if not definition:
            raise ValueError(f"metric {name} has no docstring, and that is its public definition")
        register_metric(MetricDescription(name, title, definition, parameters, function, manual))
        return function

    return register


def register_metric(description: MetricDescription) -> None:
    """Register a described metric. Raises `ValueError` when another module has taken the name."""
    known = _metrics.get(description.name)
    modules = [each.function.__module__ for each in (known, description) if each is not None]
    if len(set(modules)) > 1:
        raise ValueError(f"metric {description.name} is registered twice: {' and '.join(modules)}")
    _metrics[description.name] = description


def rule(title: str) -> Callable[[type[R]], type[R]]:
    """Register a rule kind under the one value of its `kind` field. Raises `ValueError` for a second class of that kind."""

    def register(model: type[R]) -> type[R]:
        kind = str(model.model_fields["kind"].default)
        known = _rules.get(kind)
        if known is not None and known.__module__ != model.__module__:
            raise ValueError(f"rule kind {kind} is registered twice: {known.__module__} and {model.__module__}")
        model.title = title
        _rules[kind] = model
        return model

    return register


def metrics() -> Mapping[str, MetricDescription]:
    """All known metrics by name."""
    _load(METRICS_GROUP)
    return _metrics


def key_of(name: str, parameters: Mapping[str, Any]) -> str:
    """The fact's identity, equal whether defaults are written out or not; of an unknown metric, that of the parameters as written."""
    known = metrics().get(name)
    return fact_key(name, parameters if known is None else known.completed(parameters).model_dump(mode="json"))


def rules() -> Mapping[str, type[Rule]]:
    """All known rule kinds by name."""
    _load(RULES_GROUP)
    return _rules


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like a mistyped one, None when nothing is near."""
    found = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return found[0] if found else None


@functools.cache
def _load(group: str) -> None:
    """Import the shipped modules of a group, then those of installed plug-ins; a plug-in that cannot be imported is logged and left out."""
    package = importlib.import_module(_SHIPPED[group])
    for module in sorted(each.name for each in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    for entry in importlib.metadata.entry_points(group=group):
        try:
            entry.load()
        except Exception:  # foreign code: what it would have registered is then refused by name where a scheme uses it
            logger.exception("plug-in %s of group %s cannot be loaded", entry.value, group)
