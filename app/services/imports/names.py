"""What people write for a record in a cell → the name the schemas use: an organisation by code or name, a member by code, number
or name, anything else by its name, its number or the fields of its key. A few statements per column.
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
from app.models.members import Member
from app.models.organisations import Organisation, PartyGroup
from app.schemas.base import RecordType
from app.schemas.nouns import BY_KIND

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
    found = _find(search, kind, {row.values[column.path] for row in rows})
    word = BY_KIND[kind].title
    for row in rows:
        text = row.values[column.path]
        meant = _narrowed([*found.get(text, ()), *(_Named(each) for each in in_file.get(text, ()))], _home(row, column))
        if len(meant) == 1:
            row.values[column.path] = meant[0].key
        elif meant:
            table.refuse(row, column.path, f"有 {len(meant)} 个同名的{word}，请改填{CLEARER.get(kind, '编号')}")
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
        (
            values[path]
            for path in ("organisation", *(each for each in values if each.endswith(".organisation")))
            if path != column.path and isinstance(values.get(path), str)
        ),
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


def _find(search: _Search, kind: str, texts: set[str]) -> dict[str, list[_Named]]:
    """What each text may mean. Any kind: by its name where it has one, else by its number."""
    if kind in FINDERS:
        return FINDERS[kind](search, texts)
    record_type = BY_KIND[kind]
    model: Any = record_type.model
    named: dict[str, list[_Named]] = defaultdict(list)
    if record_type.name_field != "id":
        name = getattr(model, record_type.name_field)
        for text, number, home in search.rows([name, model.id, Organisation.code], name, texts, home=model.organisation_id):
            named[text].append(_Named(number, home))
    return dict(named) | _by_number(search, model.id, texts - named.keys())


def _by_number(search: _Search, column: Any, texts: set[str]) -> dict[str, list[_Named]]:
    numbers = {int(text): text for text in texts if text.isdecimal() and len(text) < 20 and 0 < int(text) <= _LARGEST}
    return {numbers[number]: [_Named(number)] for (number,) in search.rows([column], column, numbers)}


FINDERS: dict[str, Finder] = {"organisation": _find_organisations, "member": _find_members, "party_group": _find_groups}
CLEARER = {"organisation": "组织编码", "member": "党员编号"}
"""By what a record is told from others of its name; all others by their number."""


def _resolve_parts(search: _Search, table: Table, field: str) -> None:
    """A record named by the fields of its key (an activity by organisation, kind, day and title); what is left out must not be needed."""
    target = BY_KIND[table.record_type.references[field].kind]
    rows = [row for row in table.rows if row.values.get(field) is None and not row.faults]
    given = {id(row): tuple(name for name in target.natural_key if row.values.get(f"{field}.{name}") is not None) for row in rows}
    known = _candidates(search, target, {row.values.get(f"{field}.organisation") for row in rows} - {None})
    by_names: dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]] = {}
    for names in set(given.values()):
        index = by_names[names] = defaultdict(list)
        for number, values in known:
            index[tuple(values[name] for name in names)].append(number)
    for row in rows:
        names = given[id(row)]
        meant = by_names[names].get(tuple(row.values[f"{field}.{name}"] for name in names), []) if "organisation" in names else []
        if len(meant) == 1:
            row.values[field] = meant[0]
        elif meant:
            missing = "、".join(target.In.model_fields[name].title or name for name in target.natural_key if name not in names)
            table.refuse(row, field, f"有 {len(meant)} 条{target.title}与此相符，请{'填写' + missing if missing else '改填编号'}")
        else:
            keys = "、".join(target.In.model_fields[name].title or name for name in target.natural_key)
            table.refuse(row, field, f"没有找到这条{target.title}，请核对{keys}")


def _candidates(search: _Search, target: RecordType, codes: set[Any]) -> list[tuple[int, dict[str, Any]]]:
    """Records of some organisations: id and the values of their key."""
    model: Any = target.model
    names = [name for name in target.natural_key if name != "organisation"]
    ids = dict(search.rows([Organisation.id, Organisation.code], Organisation.code, codes))
    columns = [model.id, model.organisation_id, *(getattr(model, name) for name in names)]
    found = search.rows(columns, model.organisation_id, ids)
    return [(number, {"organisation": ids[home]} | dict(zip(names, values, strict=True))) for number, home, *values in found]


def codes_of_members(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """For exports, the way back: id → code."""
    found: dict[int, str] = {}
    for chunk in chunks(sorted(numbers), _CHUNK):
        found |= dict(session.execute(select(Member.id, Member.code).where(Member.id.in_(chunk))).all())
    return found
