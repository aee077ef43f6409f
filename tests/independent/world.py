"""The records of a SQLite database as plain rows, and how they are seen in a period as of a day: tree, lineage, people, recurring dues.

Nothing of `app` is imported and no line of its scoring was read for this page. Plain loops over plain rows on purpose; dates are ISO
texts, amounts whole millionths.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

ONE = 1_000_000
TABLES = (
    "organisation", "organisation_placement", "organisation_lineage", "organisation_exemption", "party_group", "member", "membership",
    "position", "election", "talent_reserve", "leader_appraisal", "member_appraisal", "activity", "attendance",
    "floating_member", "floating_contact", "development", "development_stage", "development_document",
    "directive", "directive_receipt", "work_plan", "plan_item", "debrief_round", "debrief", "debrief_rating", "duty_report",
    "inspection", "inspection_issue", "unit", "liaison", "liaison_visit", "pioneer_post", "post_service",
    "training", "training_class", "training_record", "lesson", "learning_record",
    "hardship_case", "care_record", "assistance_project", "dispute", "dispute_mediator", "prosperity_project",
    "venue", "venue_use", "fund", "pairing", "pairing_entry", "pairing_leader", "pairing_report",
)  # fmt: skip
NEW = {"new_economic", "new_social"}
BRANCHES = {"branch", "joint_branch"}
SHARED_WITH_BRANCHES = {"party_lecture", "theme_day", "distance_education", "practice", "volunteering", "mutual_aid"}

Happened = dict[int, list[tuple[str, int]]]
"""Per owner the (date, record id) of everything that counts for it."""


class Item(NamedTuple):
    """One thing that was due or that counts; amounts in millionths; the label is empty where the scheme leaves the words open."""

    organisation_id: int
    label: str
    record_id: int | None
    numerator: int = 0
    denominator: int = 0
    pending: int = 0
    future: int = 0
    fixable: int = 0


class Owner(NamedTuple):
    """Who owes something again and again: `owing` says of a day whether it existed and had to."""

    id: int
    organisation_id: int
    suffix: str
    owing: Callable[[str], bool]


class Slot(NamedTuple):
    label: str
    first: str
    last: str


def earned(organisation_id: int, label: str, record_id: int | None, got: int, due: int = 1) -> Item:
    """An item whose gap can still be made good."""
    return Item(organisation_id, label, record_id, got * ONE, due * ONE, fixable=(due - got) * ONE)


def calendar(start: str, end: str, months: int) -> list[Slot]:
    """The calendar months, quarters, halves or years that lie inside the period."""
    names = {1: "{y}-{m:02d}", 3: "{y}-Q{q}", 6: "{y}-H{h}", 12: "{y}"}
    found = []
    for year in range(int(start[:4]), int(end[:4]) + 1):
        for month in range(1, 13, months):
            last_month = month + months - 1
            first, last = f"{year}-{month:02d}-01", pd.Period(f"{year}-{last_month:02d}").end_time.date().isoformat()
            if start <= first and last <= end:
                found.append(Slot(names[months].format(y=year, m=month, q=(month + 2) // 3, h=(month + 5) // 6), first, last))
    return found


def rounded(over: int, under: int) -> int:
    """The fraction over / under of one in millionths, half-up, in whole numbers."""
    return (2 * over * ONE + under) // (2 * under)


def days(first: str, last: str) -> int:
    """How many days from first to last, both counted; at least 0."""
    return max(0, (date.fromisoformat(last) - date.fromisoformat(first)).days + 1)


def months_later(day: str, months: int) -> str:
    """The same day of a later month, or its last one where it has no such day."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date().isoformat()


def overlap(row: sqlite3.Row, first: str, last: str) -> int:
    """Days of a record with from and to inside first … last."""
    return days(max(row["valid_from"], first), min(row["valid_to"] or last, last))


def covers(row: sqlite3.Row, day: str) -> bool:
    """Whether a record with from and to (both inclusive) holds on a day."""
    return row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)


def earliest(rows: list[sqlite3.Row], date: str = "valid_from") -> int | None:
    """Of several records behind an item, the id of the first."""
    return min(((row[date], row["id"]) for row in rows), default=(None, None))[1]


@dataclass(frozen=True)
class World:
    """All records that are not withdrawn, seen in a period as of a day."""

    rows: dict[str, list[sqlite3.Row]]
    start: str
    end: str
    as_of: str

    @classmethod
    @cache
    def read(cls, database: Path, start: str, end: str, as_of: str) -> "World":
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        rows = {name: connection.execute(f"SELECT * FROM {name} WHERE withdrawn_at IS NULL ORDER BY id").fetchall() for name in TABLES}
        connection.close()
        return cls(rows, start, end, as_of)

    # ---- days, tree, lineage ------------------------------------------------------------------------------------

    @property
    def day(self) -> str:
        """D."""
        return min(self.end, self.as_of)

    def in_window(self, day: str | None) -> bool:
        return day is not None and self.start <= day <= self.day

    @cached_property
    def organisations(self) -> dict[int, sqlite3.Row]:
        return {row["id"]: row for row in self.rows["organisation"]}

    @cached_property
    def names(self) -> dict[int, str]:
        return {row["id"]: row["name"] for row in self.rows["member"]}

    @cached_property
    def placements(self) -> dict[int, list[sqlite3.Row]]:
        found = defaultdict(list)
        for row in sorted(self.rows["organisation_placement"], key=lambda row: row["valid_from"]):
            found[row["organisation_id"]].append(row)
        return found

    def exists(self, organisation: int, day: str) -> bool:
        row = self.organisations[organisation]
        return row["established_on"] <= day and (row["dissolved_on"] is None or day < row["dissolved_on"])

    def placement(self, organisation: int, day: str) -> sqlite3.Row | None:
        return next((row for row in self.placements[organisation] if covers(row, day)), None)

    def last_placement(self, organisation: int) -> sqlite3.Row | None:
        """On D; of an organisation gone by then, the last one it had."""
        known = [row for row in self.placements[organisation] if row["valid_from"] <= self.day]
        return known[-1] if known else None

    def parent(self, organisation: int) -> int | None:
        placement = self.last_placement(organisation)
        return None if placement is None else placement["parent_id"]

    def upwards(self, organisation: int) -> Iterator[int]:
        """The organisation and all above it."""
        place: int | None = organisation
        while place is not None:
            yield place
            place = self.parent(place)

    @cached_property
    def successors(self) -> dict[int, int]:
        return {row["predecessor_id"]: row["successor_id"] for row in self.rows["organisation_lineage"] if row["principal"]}

    def listed_under(self, organisation: int) -> int | None:
        """Where items of an organisation not existing on D are listed: its heir, else its last parent."""
        place: int | None = organisation
        while place is not None and not self.exists(place, self.day):
            place = self.successors.get(place) or self.parent(place)
        return place

    @cached_property
    def evaluated(self) -> list[int]:
        """Evaluated organisations on D."""
        return [each for each in self.organisations if self.exists(each, self.day) and self.is_evaluated(each)]

    def is_evaluated(self, organisation: int) -> bool:
        placement = self.last_placement(organisation)
        return placement is not None and bool(placement["evaluated"])

    def of_category(self, *categories: str) -> list[int]:
        return [each for each in self.evaluated if self.organisations[each]["category"] in categories]

    # ---- people -------------------------------------------------------------------------------------------------

    @cached_property
    def people(self) -> list[tuple[int, sqlite3.Row]]:
        """Organisation and person of each membership covering D."""
        members = {row["id"]: row for row in self.rows["member"]}
        now = [row for row in self.rows["membership"] if covers(row, self.day) and row["member_id"] in members]
        return [(row["organisation_id"], members[row["member_id"]]) for row in now]

    def is_full(self, person: sqlite3.Row) -> bool:
        return person["full_on"] is not None and person["full_on"] <= self.day

    def is_exempt(self, person: sqlite3.Row) -> bool:
        since, until = person["duty_exempt_from"], person["duty_exempt_to"]
        return since is not None and since <= self.day and (until is None or until >= self.day)

    @cached_property
    def members(self) -> list[tuple[int, sqlite3.Row]]:
        """Full and probationary on D, not exempt, with the organisation each belongs to."""
        day = self.day
        return [each for each in self.people if (each[1]["admitted_on"] <= day or self.is_full(each[1])) and not self.is_exempt(each[1])]

    @cached_property
    def away(self) -> set[int]:
        """Who floats out on D."""
        return {row["member_id"] for row in self.rows["floating_member"] if row["direction"] == "out" and covers(row, self.day)}

    # ---- own trees ----------------------------------------------------------------------------------------------

    @cached_property
    def own_tree_of(self) -> dict[int, int | None]:
        """Of each organisation the evaluated one whose own tree it is in, or was in at its end: an heir does not take over."""
        return {each: next((upper for upper in self.upwards(each) if self.is_evaluated(upper)), None) for each in self.organisations}

    def evaluated_on(self, organisation: int, day: str) -> bool:
        placement = self.placement(organisation, day)
        return self.exists(organisation, day) and placement is not None and bool(placement["evaluated"])

    def owing_evaluated(self, *categories: str) -> Iterator[Owner]:
        """Evaluated organisations as owners: owing on the days on which they are evaluated."""
        for each in self.organisations_owing(lambda row: not categories or row["category"] in categories):
            yield each._replace(owing=lambda day, owner=each.id: self.evaluated_on(owner, day))

    # ---- records ------------------------------------------------------------------------------------------------

    def current(self, table: str, organisation: int) -> list[sqlite3.Row]:
        """An organisation's own posts or reserves existing on D."""
        return [row for row in self.rows[table] if row["organisation_id"] == organisation and covers(row, self.day)]

    def secretaries(self, organisation: int) -> list[sqlite3.Row]:
        return [row for row in self.current("position", organisation) if row["post"] == "secretary"]

    def by_id(self, table: str) -> dict[int, sqlite3.Row]:
        return {row["id"]: row for row in self.rows[table]}

    def running(self, table: str) -> list[sqlite3.Row]:
        """Records with from and to that overlap W."""
        return [row for row in self.rows[table] if overlap(row, self.start, self.day)]

    def existing(self, table: str) -> list[sqlite3.Row]:
        """Records with from and to that cover D."""
        return [row for row in self.rows[table] if covers(row, self.day)]

    def dated(self, table: str, column: str) -> list[sqlite3.Row]:
        """Records whose date lies in W."""
        return [row for row in self.rows[table] if self.in_window(row[column])]

    def known(self, day: str | None) -> str | None:
        """A completion date; empty when it lies after D."""
        return day if day is not None and day <= self.day else None

    def dated_due(self, row: sqlite3.Row, label: str, due_on: str, done_on: str | None, late: float = 0) -> Iterator[Item]:
        """What is due on one day: `late` is what it still earns afterwards."""
        if self.start <= due_on <= self.end:
            done, worth = self.known(done_on), round(late * ONE)
            if done is not None and done <= due_on:
                yield Item(row["organisation_id"], label, row["id"], ONE, ONE)
            elif due_on > self.day:
                yield Item(row["organisation_id"], label, row["id"], future=ONE)
            elif done is not None:
                yield Item(row["organisation_id"], label, row["id"], worth, ONE)
            else:
                yield Item(row["organisation_id"], label, row["id"], 0, ONE, fixable=worth)

    @cached_property
    def held(self) -> list[sqlite3.Row]:
        """Activities held in W."""
        return [row for row in self.rows["activity"] if row["status"] == "held" and self.in_window(row["occurred_on"])]

    def exempt(self, metric: str, organisation: int, slot: Slot) -> bool:
        above = set(self.upwards(organisation))
        return any(
            row["what"] in ("all", metric)
            and row["organisation_id"] in above
            and row["valid_from"] <= slot.last
            and (row["valid_to"] is None or row["valid_to"] >= slot.first)
            for row in self.rows["organisation_exemption"]
        )

    # ---- what is owed again and again ---------------------------------------------------------------------------

    def recurring(self, metric: str, months: int, owners: Iterable[Owner], happened: Happened) -> Iterator[Item]:
        return (item for item, _ in self.recurring_slots(metric, months, owners, happened))

    def recurring_slots(self, metric: str, months: int, owners: Iterable[Owner], happened: Happened) -> Iterator[tuple[Item, Slot]]:
        for owner in owners:
            for slot in calendar(self.start, self.end, months):
                inside = [each for each in happened.get(owner.id, ()) if slot.first <= each[0] <= min(slot.last, self.day)]
                owed = not self.exempt(metric, owner.organisation_id, slot)
                label = slot.label + owner.suffix
                if inside:
                    yield Item(owner.organisation_id, label, min(inside)[1], ONE, ONE), slot
                elif owed and slot.last <= self.day and owner.owing(slot.first) and owner.owing(slot.last):
                    yield Item(owner.organisation_id, label, None, 0, ONE), slot
                elif owed and slot.last > self.day and owner.owing(self.day):
                    yield Item(owner.organisation_id, label, None, future=ONE), slot

    def organisations_owing(self, which: Callable[[sqlite3.Row], bool]) -> Iterator[Owner]:
        for each, row in self.organisations.items():
            if which(row):
                yield Owner(each, each, "", lambda day, each=each: self.exists(each, day))

    def branches(self) -> Iterator[Owner]:
        return self.organisations_owing(lambda row: row["form"] in BRANCHES)

    def own(self, *kinds: str) -> Happened:
        """Activities of each organisation itself."""
        found = defaultdict(list)
        for row in self.held:
            if not kinds or row["kind"] in kinds:
                found[row["organisation_id"]].append((row["occurred_on"], row["id"]))
        return found

    def own_and_shared(self, *kinds: str) -> Happened:
        """Also those that a general branch or committee above held for the branches of the same own tree that existed that day."""
        found = self.own(*kinds)
        shared = defaultdict(list)
        for row in self.held:
            if row["kind"] in SHARED_WITH_BRANCHES and (not kinds or row["kind"] in kinds):
                shared[row["organisation_id"]].append((row["occurred_on"], row["id"]))
        for branch in self.branches():
            for lower, upper in self.own_tree_steps(branch.id):
                if not self.is_evaluated(lower) and self.organisations[upper]["form"] in ("general_branch", "committee"):
                    found[branch.id] = [*found[branch.id], *(each for each in shared[upper] if self.exists(branch.id, each[0]))]
        return found

    def own_tree_steps(self, organisation: int) -> Iterator[tuple[int, int]]:
        """(lower, upper) upwards from an organisation, to the evaluated one whose own tree it is in."""
        for lower, upper in pairwise(self.upwards(organisation)):
            if self.is_evaluated(lower):
                return
            yield lower, upper
