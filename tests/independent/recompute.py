"""The facts of an evaluation computed a second time, from the tables of a SQLite database and the wording of the scheme alone.

Nothing of `app` is imported and no line of its scoring was read for this page: where both agree, two readings of the same sentences
agree. Plain loops over plain rows on purpose; dates are ISO texts, amounts whole millionths. Each function cites its indicator.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

ONE = 1_000_000
AMOUNTS = ["numerator", "denominator", "pending", "future", "fixable"]
TABLES = (
    "organisation", "organisation_placement", "organisation_lineage", "organisation_exemption", "party_group", "member", "membership",
    "position", "election", "talent_reserve", "leader_appraisal", "member_appraisal", "activity", "attendance",
    "floating_member",
)  # fmt: skip
BRANCHES = {"branch", "joint_branch"}
MEETINGS = {"general_meeting", "committee_meeting", "group_meeting", "party_lecture", "theme_day"}
SHARED_WITH_BRANCHES = {"party_lecture", "theme_day", "distance_education", "practice", "volunteering", "mutual_aid"}
NOT_SMALL_SCALE = {"general_meeting", "committee_meeting", "organisation_life", "democratic_appraisal"}
SMALL_FORMS = {"group", "dispersed", "spare_time", "online"}
OPEN_METHODS = {"two_recommendations_one_election", "open_recommendation_direct_election"}
METHODS = {
    "village": OPEN_METHODS,
    "community": OPEN_METHODS,
    "agency": OPEN_METHODS | {"member_assembly"},
    "new_economic": OPEN_METHODS | {"member_assembly"},
    "new_social": OPEN_METHODS | {"member_assembly"},
    "township": {"party_congress"},
}
CAPABLE = {"entrepreneur", "professional_farmer", "veteran", "graduate", "returned_worker"}
SIZES = {"branch": (3, 50), "joint_branch": (3, 50), "general_branch": (50, 99), "committee": (100, 10**9)}
NEW = {"new_economic", "new_social"}

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
    """The calendar months, quarters or years that lie inside the period."""
    names = {1: "{y}-{m:02d}", 3: "{y}-Q{q}", 12: "{y}"}
    found = []
    for year in range(int(start[:4]), int(end[:4]) + 1):
        for month in range(1, 13, months):
            last_month = month + months - 1
            first, last = f"{year}-{month:02d}-01", pd.Period(f"{year}-{last_month:02d}").end_time.date().isoformat()
            if start <= first and last <= end:
                found.append(Slot(names[months].format(y=year, m=month, q=(month + 2) // 3), first, last))
    return found


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

    # ---- records ------------------------------------------------------------------------------------------------

    def current(self, table: str, organisation: int) -> list[sqlite3.Row]:
        """An organisation's own posts or reserves existing on D."""
        return [row for row in self.rows[table] if row["organisation_id"] == organisation and covers(row, self.day)]

    def secretaries(self, organisation: int) -> list[sqlite3.Row]:
        return [row for row in self.current("position", organisation) if row["post"] == "secretary"]

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
        for owner in owners:
            for slot in calendar(self.start, self.end, months):
                inside = [each for each in happened.get(owner.id, ()) if slot.first <= each[0] <= min(slot.last, self.day)]
                owed = not self.exempt(metric, owner.organisation_id, slot)
                label = slot.label + owner.suffix
                if inside:
                    yield Item(owner.organisation_id, label, min(inside)[1], ONE, ONE)
                elif owed and slot.last <= self.day and owner.owing(slot.first) and owner.owing(slot.last):
                    yield Item(owner.organisation_id, label, None, 0, ONE)
                elif owed and slot.last > self.day and owner.owing(self.day):
                    yield Item(owner.organisation_id, label, None, future=ONE)

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


# ---- one function per metric ------------------------------------------------------------------------------------


def elections_in_term(world: World) -> Iterator[Item]:
    """1.06."""
    for each in world.evaluated:
        past = [row for row in world.rows["election"] if row["organisation_id"] == each and row["held_on"] <= world.day]
        latest = max(past, key=lambda row: row["held_on"], default=None)
        allowed = METHODS.get(world.organisations[each]["category"], set())
        good = latest is not None and latest["term_until"] >= world.day and latest["method"] in allowed
        yield earned(each, "", None if latest is None else latest["id"], int(good))


def cross_appointments(world: World) -> Iterator[Item]:
    """1.07."""
    for each in world.of_category("village", "community"):
        for post in world.current("position", each):
            yield earned(each, world.names[post["member_id"]], post["id"], int(bool(post["village_post"])))


def committee_filled(world: World) -> Iterator[Item]:
    """1.11."""
    for each in world.evaluated:
        placement = world.placement(each, world.day)
        if placement["has_committee"]:
            seats, posts = placement["committee_seats"], world.current("position", each)
        else:
            seats, posts = 1, world.secretaries(each)
        yield earned(each, "", earliest(posts), min(seats, len({post["member_id"] for post in posts})), seats)


def committee_young(world: World) -> Iterator[Item]:
    """1.12."""
    born = {row["id"]: row["birth_date"] for row in world.rows["member"]}
    for each in world.of_category("village", "community", "township"):
        for post in world.current("position", each):
            birth = born.get(post["member_id"])
            if birth is not None:
                birthday = f"{int(birth[:4]) + 45}{birth[4:]}"
                yield earned(each, world.names[post["member_id"]], post["id"], int(world.day < birthday))


def joint_organisations_active(world: World) -> Iterator[Item]:
    """2.04."""
    owners = list(world.organisations_owing(lambda row: row["joint_kind"] is not None or row["form"] == "joint_branch"))
    own, happened = world.own(), defaultdict(list)
    for each in world.organisations:
        for upper in world.upwards(each):
            happened[upper] += own.get(each, [])
    yield from world.recurring("joint_organisations_active", 3, owners, happened)


def form_fits_size(world: World) -> Iterator[Item]:
    """2.05."""
    full: dict[int, int] = defaultdict(int)
    for organisation, person in world.people:
        home = world.listed_under(organisation)
        if world.is_full(person) and home is not None:
            for upper in world.upwards(home):
                full[upper] += 1
    for each, row in world.organisations.items():
        if world.exists(each, world.day):
            least, most = SIZES[row["form"]]
            fits = least <= full[each] <= most or bool(row["form_deviation_approval"])
            yield earned(each, row["name"], each, int(fits))


def branches_active(world: World) -> Iterator[Item]:
    """2.07."""
    return world.recurring("branches_active", 3, world.branches(), world.own_and_shared())


def general_meetings(world: World) -> Iterator[Item]:
    """3.01."""
    return world.recurring("general_meetings", 3, world.branches(), world.own("general_meeting"))


def committee_meetings(world: World) -> Iterator[Item]:
    """3.02: owed where the branch has a committee on the first and last day; a meeting qualifies if it had one that day."""

    def has_committee(branch: int, day: str) -> bool:
        placement = world.placement(branch, day)
        return world.exists(branch, day) and placement is not None and bool(placement["has_committee"])

    owners = [each._replace(owing=lambda day, branch=each.id: has_committee(branch, day)) for each in world.branches()]
    meetings = world.own("committee_meeting")
    qualifying = {each.id: [meeting for meeting in meetings.get(each.id, []) if has_committee(each.id, meeting[0])] for each in owners}
    return world.recurring("committee_meetings", 1, owners, qualifying)


def group_meetings(world: World) -> Iterator[Item]:
    """3.03."""
    owners = [
        Owner(row["id"], row["organisation_id"], f" · {row['name']}", lambda day, row=row: covers(row, day))
        for row in world.rows["party_group"]
    ]
    happened = defaultdict(list)
    for row in world.held:
        if row["kind"] == "group_meeting" and row["group_id"] is not None:
            happened[row["group_id"]].append((row["occurred_on"], row["id"]))
    return world.recurring("group_meetings", 1, owners, happened)


def party_lectures(world: World) -> Iterator[Item]:
    """3.04."""
    return world.recurring("party_lectures", 3, world.branches(), world.own_and_shared("party_lecture"))


def theme_days(world: World) -> Iterator[Item]:
    """3.05."""
    return world.recurring("theme_days", 1, world.branches(), world.own_and_shared("theme_day"))


def attendance(world: World) -> Iterator[Item]:
    """3.06."""
    for row in world.held:
        if row["kind"] in MEETINGS:
            yield Item(row["organisation_id"], row["title"], row["id"], row["present_count"] * ONE, row["expected_count"] * ONE)


def organisation_life_meetings(world: World) -> Iterator[Item]:
    """3.07."""
    return world.recurring("organisation_life_meetings", 12, world.branches(), world.own("organisation_life"))


def member_appraisals(world: World) -> Iterator[Item]:
    """3.08, read so: one item for each year that ends in P; exempt members owe nothing; who is graded has earned it, due or not."""
    for year in calendar(world.start[:4] + "-01-01", world.end, 12):
        given = [row for row in world.rows["member_appraisal"] if row["year"] == int(year.label)]
        graded, begun = {row["member_id"]: row["id"] for row in given}, {row["organisation_id"] for row in given}
        for organisation, person in world.people:
            if world.is_full(person) and not world.is_exempt(person):
                record, label = graded.get(person["id"]), f"{year.label} · {person['name']}"
                if record is not None or year.last <= world.day or organisation in begun:
                    yield earned(organisation, label, record, int(record is not None))
                else:
                    yield Item(organisation, label, None, future=ONE)


def practice_activities(world: World) -> Iterator[Item]:
    """3.10."""
    return world.recurring("practice_activities", 3, world.branches(), world.own_and_shared("practice", "volunteering"))


def small_scale_share(world: World) -> Iterator[Item]:
    """3.11."""
    for row in world.held:
        if row["kind"] not in NOT_SMALL_SCALE:
            yield Item(row["organisation_id"], row["title"], row["id"], int(row["form"] in SMALL_FORMS) * ONE, ONE)


def leader_appraisal(world: World) -> Iterator[Item]:
    """5.01: the mean of the sheets' means, rounded half-up to millionths in whole numbers."""
    for each in world.evaluated:
        for post in world.secretaries(each):
            sheets = [
                row
                for row in world.rows["leader_appraisal"]
                if row["organisation_id"] == each and row["member_id"] == post["member_id"] and world.in_window(row["appraised_on"])
            ]
            label = world.names[post["member_id"]]
            if sheets:
                total = sum(row["party_spirit"] + row["public_spirit"] + row["ability"] + row["drive"] for row in sheets)
                parts = 400 * len(sheets)
                yield Item(each, label, earliest(sheets, "appraised_on"), (2 * total * ONE + parts) // (2 * parts), ONE)
            else:
                yield Item(each, label, None, pending=ONE)


def capable_secretary(world: World) -> Iterator[Item]:
    """5.02."""
    for each in world.of_category("village", "community"):
        secretaries = world.secretaries(each)
        yield earned(each, "", earliest(secretaries), int(any(row["background"] in CAPABLE for row in secretaries)))


def reserve_talent(world: World) -> Iterator[Item]:
    """5.03."""
    for each in world.evaluated:
        cadres = [row for row in world.current("talent_reserve", each) if row["kind"] == "reserve_cadre"]
        yield earned(each, "", earliest(cadres), min(len(cadres), 2), 2)


def graduates_serving(world: World) -> Iterator[Item]:
    """5.04."""
    for each in world.of_category("village", "community", *NEW):
        serving = [row for row in world.current("talent_reserve", each) if row["kind"] in ("graduate", "scarce_talent")]
        yield earned(each, "", earliest(serving), int(bool(serving)))


def volunteering(world: World) -> Iterator[Item]:
    """6.09."""
    away = {row["member_id"] for row in world.rows["floating_member"] if row["direction"] == "out" and covers(row, world.day)}
    activities = {row["id"]: row["occurred_on"] for row in world.held if row["kind"] == "volunteering"}
    went: Happened = defaultdict(list)
    for row in world.rows["attendance"]:
        if row["status"] in ("present", "late") and row["activity_id"] in activities:
            went[row["member_id"]].append((activities[row["activity_id"]], row["activity_id"]))
    for organisation, person in world.people:
        admitted = person["admitted_on"] <= world.day or world.is_full(person)
        if admitted and not world.is_exempt(person) and person["id"] not in away:
            first = min(went[person["id"]], default=None)
            yield earned(organisation, person["name"], None if first is None else first[1], int(first is not None))


METRICS: dict[str, Callable[[World], Iterable[Item]]] = {
    metric.__name__: metric
    for metric in (
        elections_in_term, cross_appointments, committee_filled, committee_young, joint_organisations_active, form_fits_size,
        branches_active, general_meetings, committee_meetings, group_meetings, party_lectures, theme_days, attendance,
        organisation_life_meetings, member_appraisals, practice_activities, small_scale_share, leader_appraisal, capable_secretary,
        reserve_talent, graduates_serving, volunteering,
    )
}  # fmt: skip


def items(world: World, metric: str) -> pd.DataFrame:
    """The items of one metric; `listed_under` is the organisation existing on D whose fact they are part of."""
    frame = pd.DataFrame(list(METRICS[metric](world)), columns=Item._fields)
    frame["record_id"] = frame["record_id"].astype("Int64")
    return frame.assign(listed_under=frame["organisation_id"].map(world.listed_under))


def sums(listed: pd.DataFrame) -> dict[int, tuple[int, ...]]:
    """The facts: amounts by organisation, those without any left out."""
    found = listed.groupby("listed_under")[AMOUNTS].sum()
    return {int(each[0]): each[1:] for each in found.itertuples() if any(each[1:])}
