"""What people write for a record in a cell → the name the schemas use: an organisation by code or name, a member by code, number
or name, a party group by name, an activity by its number or by organisation, kind, day and title. A few statements per column.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, belongs, visible
from app.db import chunks
from app.exchange.columns import Column
from app.exchange.tables import Table, TypedRow
from app.models.activities import Activity
from app.models.members import Member
from app.models.organisations import Organisation, PartyGroup

_CHUNK = 5_000
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class _Named:
    """One record that may be meant: its name in the schemas, and whose it is."""

    key: Any
    home: str | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    session: Session
    actor: Actor

    def rows(
        self, columns: Sequence[Any], column: Any, wanted: Collection[Any], *more: ColumnElement[bool], home: Any = None
    ) -> Iterable[Any]:
        """Rows of one model whose column is among the wanted values, within reach of the actor."""
        model = column.class_
        reach = (
            visible(self.actor, Permission.read_records)
            if model is Organisation
            else belongs(self.actor, Permission.read_records, model.organisation_id)
        )
        statement = select(*columns)
        if home is not None:
            statement = statement.join(Organisation, Organisation.id == home)
        for chunk in chunks(sorted(wanted), _CHUNK):
            yield from self.session.execute(statement.where(column.in_(chunk), reach, model.withdrawn_at.is_(None), *more))


Finder = Callable[[_Search, set[str]], dict[str, list[_Named]]]


def resolve_names(session: Session, actor: Actor, table: Table) -> None:
    """Replaces what the cells say by what the schemas want; what is not found or not clear is a fault of the cell."""
    search = _Search(session, actor)
    references = [(column, column.reference) for column in table.header.columns if column is not None and column.reference is not None]
    # Organisations first: they tell members and groups of the same name apart. Parts of a key before what they belong to.
    for column, reference in sorted(references, key=lambda each: (each[1].kind != "organisation", not each[0].is_part)):
        _resolve_column(search, table, column, reference.kind)
    for field in sorted({column.field for column in table.header.columns if column is not None and column.is_part}):
        _resolve_parts(search, table, field)


def _resolve_column(search: _Search, table: Table, column: Column, kind: str) -> None:
    in_file = _of_this_file(table) if column.field in table.record_type.resolved_by_service else {}
    rows = [
        row for row in table.rows if isinstance(row.values.get(column.path), str) and row.values[column.path] not in in_file.get("code", ())
    ]
    found = FINDERS[kind](search, {row.values[column.path] for row in rows})
    word = WORDS[kind]
    for row in rows:
        text = row.values[column.path]
        meant = _narrowed([*found.get(text, ()), *(_Named(each) for each in in_file.get(text, ()))], _home(row, column))
        if len(meant) == 1:
            row.values[column.path] = meant[0].key
        elif meant:
            table.refuse(row, column.path, f"有 {len(meant)} 个同名的{word}，请改填{CLEARER[kind]}")
        elif not in_file:
            table.refuse(row, column.path, f"没有找到这个{word}")


def _of_this_file(table: Table) -> dict[str, set[str]]:
    """Codes of the file under `code`, and name → codes: a parent may stand in the same file."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in table.rows:
        code = row.values.get("code")
        if isinstance(code, str):
            found["code"].add(code)
            found[str(row.values.get("name"))].add(code)
    return found


def _home(row: TypedRow, column: Column) -> str | None:
    """The organisation by which the row tells people of the same name apart."""
    values = row.values
    return next(
        (values[path] for path in ("organisation", "activity.organisation") if path != column.path and isinstance(values.get(path), str)),
        None,
    )


def _narrowed(meant: list[_Named], home: str | None) -> list[_Named]:
    """Those of the row's own organisation, if there are any."""
    if len(meant) < 2:
        return meant
    return [each for each in meant if home is not None and each.home == home] or meant


def _find_organisations(search: _Search, texts: set[str]) -> dict[str, list[_Named]]:
    found = {code: [_Named(code)] for (code,) in search.rows([Organisation.code], Organisation.code, texts)}
    named: dict[str, list[_Named]] = defaultdict(list)
    for column in (Organisation.name, Organisation.short_name):
        for text, code in search.rows(
            [column, Organisation.code], column, texts - found.keys() - named.keys(), Organisation.dissolved_on.is_(None)
        ):
            named[text].append(_Named(code))
    return found | named


def _find_members(search: _Search, texts: set[str]) -> dict[str, list[_Named]]:
    found = {code: [_Named(number)] for code, number in search.rows([Member.code, Member.id], Member.code, texts)}
    named: dict[str, list[_Named]] = defaultdict(list)
    rest = texts - found.keys()
    for name, number, home in search.rows([Member.name, Member.id, Organisation.code], Member.name, rest, home=Member.organisation_id):
        named[name].append(_Named(number, home))
    return found | named | _by_number(search, Member.id, rest - named.keys())


def _find_groups(search: _Search, texts: set[str]) -> dict[str, list[_Named]]:
    named: dict[str, list[_Named]] = defaultdict(list)
    columns = [PartyGroup.name, PartyGroup.id, Organisation.code]
    for name, number, home in search.rows(columns, PartyGroup.name, texts, PartyGroup.valid_to.is_(None), home=PartyGroup.organisation_id):
        named[name].append(_Named(number, home))
    return dict(named) | _by_number(search, PartyGroup.id, texts - named.keys())


def _find_activities(search: _Search, texts: set[str]) -> dict[str, list[_Named]]:
    return _by_number(search, Activity.id, texts)


def _by_number(search: _Search, column: Any, texts: set[str]) -> dict[str, list[_Named]]:
    numbers = {int(text): text for text in texts if text.isdecimal() and len(text) < 20 and 0 < int(text) <= _LARGEST}
    return {numbers[number]: [_Named(number)] for (number,) in search.rows([column], column, numbers)}


FINDERS: dict[str, Finder] = {
    "organisation": _find_organisations,
    "member": _find_members,
    "party_group": _find_groups,
    "activity": _find_activities,
}
WORDS = {"organisation": "党组织", "member": "党员", "party_group": "党小组", "activity": "活动"}
CLEARER = {"organisation": "组织编码", "member": "党员编号", "party_group": "党小组的编号", "activity": "活动的编号"}


def _resolve_parts(search: _Search, table: Table, field: str) -> None:
    """An activity named by organisation, kind and day, and by its title where there are several that day."""
    rows = [row for row in table.rows if row.values.get(field) is None and not row.faults]
    paths = (f"{field}.organisation", f"{field}.kind", f"{field}.occurred_on")
    wanted = {tuple(row.values.get(path) for path in paths) for row in rows}
    whole = {key for key in wanted if None not in key}
    known: dict[tuple[Any, ...], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    days = {day for _code, _kind, day in whole}
    more = (
        (Activity.kind.in_({kind for _code, kind, _day in whole}), Organisation.code.in_({code for code, _kind, _day in whole}))
        if len(whole) < _CHUNK
        else ()
    )
    columns = [Activity.id, Organisation.code, Activity.kind, Activity.occurred_on, Activity.title]
    for number, code, kind, day, title in search.rows(columns, Activity.occurred_on, days, *more, home=Activity.organisation_id):
        known[code, kind, day][title].append(number)
    for row in rows:
        titles = known.get(tuple(row.values.get(path) for path in paths), {})
        title = row.values.get(f"{field}.title")
        meant = titles.get(title, []) if title is not None else [number for numbers in titles.values() for number in numbers]
        if len(meant) == 1:
            row.values[field] = meant[0]
        elif meant:
            table.refuse(row, field, "这一天有几个同类活动，请写明主题" if title is None else "有几个相同的活动，请改填活动的编号")
        else:
            table.refuse(row, field, "没有找到这个活动，请核对组织、类型、日期和主题")


def codes_of_members(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """For exports, the way back: id → code."""
    found: dict[int, str] = {}
    for chunk in chunks(sorted(numbers), _CHUNK):
        found |= dict(session.execute(select(Member.id, Member.code).where(Member.id.in_(chunk))).all())
    return found
