"""Lists of administrative divisions (行政区划): a row per village or community with its town and county becomes a tree of organisations.

Codes are the statistical codes (county 6 digits, town 9, village 12). What a place is called decides what is founded: 村民委员会 the
branch of a village, 居民委员会 that of a community; where the name says neither, the last three digits do (000–199 and 400–499
communities, 200–399 and 500–599 villages, as the statistics office assigns them).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from itertools import chain, islice
from typing import Any

from app import clock
from app.errors import Invalid
from app.exchange import cells
from app.exchange.columns import Column, columns_of, fold
from app.exchange.limits import HEADER_WITHIN
from app.exchange.mapping import Header
from app.exchange.reading import Row, Sheet
from app.exchange.tables import CellFault, Table, TypedRow, letter, read_table
from app.models.organisations import Category, Form
from app.schemas.base import RecordType

_HEADERS = {
    "code": ("code", "代码", "村级代码", "统计用区划代码", "村代码", "社区代码", "区划代码", "村(社区)代码"),
    "name": ("name", "名称", "村名称", "村级名称", "村社区", "村(社区)名称", "村委会名称", "行政村"),
    "town_code": ("town_code", "乡镇代码", "街道代码", "乡级代码", "乡镇街道代码"),
    "town": ("town", "乡镇", "街道", "乡镇名称", "乡级名称", "乡镇街道", "乡镇(街道)"),
    "county_code": ("county_code", "县代码", "区县代码", "县级代码"),
    "county": ("county", "县", "区县", "县级名称", "县名称", "县区"),
}
_KNOWN = {fold(header): name for name, headers in _HEADERS.items() for header in headers} | {name: name for name in _HEADERS}
_DIGITS = {"code": 12, "town_code": 9, "county_code": 6}
_TITLES = {"code": "代码", "name": "名称", "town_code": "乡镇代码", "town": "乡镇名称", "county_code": "县代码", "county": "县名称"}

_VILLAGE = re.compile(r"村*(?:居民|村民|村名)*[居村]?[委员会]+$")
_COMMUNITY = re.compile(r"(?:居民|村民)*[居村]?[委员会]+$|居$")
_SAYS_VILLAGE = re.compile(r"(?:村民|村名|村)[委员会]+$|村$")
_SAYS_COMMUNITY = re.compile(r"居民?[委员会]*$|社区(?:委员会)?$")


def read_divisions(
    sheet: Sheet, record_type: RecordType, how: Mapping[str, Any], progress: Callable[[int], None], mapping: Mapping[str, str]
) -> Table:
    """The sheet as organisations if its header is that of a list of divisions, else as an ordinary table.

    `how`: `demanded` (refuse any other header), `established_on` (default: 1 January of last year), `parent` (above the counties).
    """
    rows = iter(sheet.rows)
    first = list(islice(rows, HEADER_WITHIN))
    position, known = next(((index, each) for index, (_number, row) in enumerate(first) if (each := _header(row, mapping))), (0, None))
    if known is None:
        if how.get("demanded"):
            raise Invalid("header_not_found", f"没有找到行政区划的表头，应有：{'、'.join(_TITLES.values())}（或 {'、'.join(_HEADERS)}）。")
        sheet.rows = chain(first, rows)
        return read_table(sheet, record_type, mapping, progress)
    number, titles = first[position]
    by_path = {column.path: column for column in columns_of(record_type)}
    columns: list[Column | None] = [by_path.get(known.get(index, "")) for index in range(len(titles))]
    header = Header(number, [str(each or "") for each in titles], columns)
    table = Table(record_type, sheet.title, header, first[: position + 1], [], [])
    _found(table, known, chain(first[position + 1 :], rows), how, progress)
    return table


def _header(row: list[Any], mapping: Mapping[str, str]) -> dict[int, str] | None:
    """Index → name, when all six are there."""
    chosen = {fold(header): wish for header, wish in mapping.items()}
    found: dict[int, str] = {}
    for index, cell in enumerate(row):
        folded = fold(str(cell or ""))
        name = _KNOWN.get(fold(chosen.get(folded, "")) or folded)
        if name is not None and name not in found.values():
            found[index] = name
    return found if len(found) == len(_HEADERS) else None


def _found(table: Table, header: dict[int, str], rows: Iterable[Row], how: Mapping[str, Any], progress: Callable[[int], None]) -> None:
    """County, town and place rows; a county or town at its first mention, before whatever lies in it."""
    since = how.get("established_on") or date(clock.today().year - 1, 1, 1)
    seen: dict[str, str] = {}
    counted: Counter[Category] = Counter()

    def add(row: Row, level: str, made: dict[str, Any], fault: str | None = None) -> None:
        code, name = (_index(header, each) for each in ((f"{level}_code", level) if level else ("code", "name")))
        above = _index(header, {"": "town_code", "town": "county_code", "county": "county_code"}[level])
        at = {"code": code, "region_code": code, "parent": above, "name": name, "form": name, "category": name}
        typed = TypedRow(*row, {"code": made["code"]}, at=at, founding=made | {"established_on": since})
        table.rows.append(typed)
        if fault:
            table.refuse(typed, "name", fault)
        else:
            counted[made["category"]] += 1

    for row in rows:
        faults, place = _place(table, header, row)
        if faults:
            table.rows.append(TypedRow(*row, {}, faults))
            continue
        for level in ("county", "town"):
            known = seen.setdefault(place[f"{level}_code"], "")
            if known != place[level]:
                seen[place[f"{level}_code"]] = place[level]
                made = _county(place, how.get("parent")) if level == "county" else _town(place)
                add(row, level, made, "同一代码在表中有不同的名称" if known else None)
        add(row, "", _village(place))
        if row[0] % 2000 == 0:
            progress(len(table.rows))
    counts = "、".join(f"{each.label} {counted[each]} 个" for each in Category if counted[each])
    table.notes.append(f"按行政区划名单读取：{counts}；成立日期记为 {since.isoformat()}，可用 --established-on 另行指定")


def _index(header: dict[int, str], name: str) -> int:
    return next(index for index, each in header.items() if each == name)


def _place(table: Table, header: dict[int, str], row: Row) -> tuple[list[CellFault], dict[str, str]]:
    number, row_cells = row
    place, faults = {}, []
    for index, name in header.items():
        message = None
        try:
            place[name] = cells.code(row_cells[index]) if index < len(row_cells) and row_cells[index] is not None else ""
        except ValueError as error:
            message, place[name] = str(error), ""
        digits = _DIGITS.get(name)
        if message is None and digits and not re.fullmatch(rf"\d{{{digits}}}", place[name]):
            message = f"应为 {digits} 位数字"
        elif message is None and not place[name]:
            message = "必填项没有填写"
        if message:
            faults.append(CellFault(number, letter(index), table.header.titles[index], message))
    if not faults and not (place["code"].startswith(place["town_code"]) and place["town_code"].startswith(place["county_code"])):
        faults.append(
            CellFault(number, letter(_index(header, "code")), table.header.titles[_index(header, "code")], "代码与所属乡镇、县的代码不一致")
        )
    return faults, place


def _county(place: Mapping[str, str], parent: str | None) -> dict[str, Any]:
    name = place["county"]
    party = f"{name}委" if name.endswith(("县", "区", "市", "旗")) and not name.endswith(("开发区", "新区", "园区")) else f"{name}党工委"
    return _organisation(place["county_code"], party, name, Form.committee, Category.higher, parent)


def _town(place: Mapping[str, str]) -> dict[str, Any]:
    name = place["town"].removesuffix("办事处") if place["town"].endswith("街道办事处") else place["town"]
    party = f"{name}党委" if name.endswith(("镇", "乡", "苏木")) else f"{name}党工委"
    return _organisation(place["town_code"], party, name, Form.committee, Category.township, place["county_code"])


def _village(place: Mapping[str, str]) -> dict[str, Any]:
    category = category_of(place["name"], place["code"])
    short = short_name(place["name"], category)
    return _organisation(place["code"], f"{short}党支部", short, Form.branch, category, place["town_code"])


def _organisation(code: str, name: str, short: str, form: Form, category: Category, parent: str | None) -> dict[str, Any]:
    return {
        "code": code, "name": name, "short_name": short, "form": form, "category": category, "parent": parent, "region_code": code,
        "evaluated": category is not Category.higher,
    }  # fmt: skip


def category_of(name: str, code: str) -> Category:
    """Village or community, by the name, else by the statistical code."""
    if _SAYS_COMMUNITY.search(name):
        return Category.community
    if _SAYS_VILLAGE.search(name):
        return Category.village
    return Category.village if code[9] in "235" else Category.community


def short_name(name: str, category: Category) -> str:
    """磨五村村民委员会 → 磨五村; 西苑社区居民委员会 → 西苑社区; 文化东路居委会 → 文化东路社区; slips of the pen (村村民委会) included."""
    village = category is Category.village
    stem = (_VILLAGE if village else _COMMUNITY).sub("", name)
    stem = stem.replace("类似", "") or name
    if stem == name.replace("类似", ""):
        return stem
    suffix = "村" if village else "社区"
    return stem if stem.endswith(suffix) or (village and stem.endswith("社区")) else stem + suffix
