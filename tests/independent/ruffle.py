"""Disturbs a demonstration database: late, withdrawn and misplaced records, reorganisations, exemptions on awkward days.

Only what a database of the product may hold: organisations with children stay, periods end after they begin, records lie in the life of
their organisation. Straight SQL, the same for the same seed.
"""

import random
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

NOW = "2026-11-22 00:00:00.000000"
TOWNSHIP = 1
EXEMPTABLE = [
    "all", "general_meetings", "committee_meetings", "group_meetings", "theme_days", "party_lectures", "branches_active",
    "practice_activities", "joint_organisations_active", "organisation_life_meetings", "member_appraisals", "volunteering",
]  # fmt: skip
WITHDRAWABLE = [
    "organisation_exemption", "party_group", "membership", "position", "election", "talent_reserve", "leader_appraisal",
    "member_appraisal", "activity", "attendance", "floating_member",
]  # fmt: skip


class Ruffler:
    def __init__(self, connection: sqlite3.Connection, seed: int) -> None:
        self.connection = connection
        self.chance = random.Random(seed)

    def day(self, first: str = "2025-01-01", last: str = "2026-12-31") -> str:
        """Any day, often the first or the last of a month."""
        start = date.fromisoformat(first)
        found = start + timedelta(self.chance.randrange((date.fromisoformat(last) - start).days + 1))
        edge = self.chance.random()
        if edge < 0.25:
            found = found.replace(day=1)
        elif edge < 0.4:
            found = found.replace(day=1) - timedelta(1)
        return found.isoformat()

    def until(self, start: str) -> str | None:
        """An end for a period: none, its own first day, or later."""
        return self.chance.choice([None, start, max(start, self.day())])

    def some(self, table: str, count: int, condition: str = "1") -> list[int]:
        found = [row[0] for row in self.connection.execute(f"SELECT id FROM {table} WHERE {condition} ORDER BY id")]
        return self.chance.sample(found, min(count, len(found)))

    def change(self, table: str, ids: Iterable[int], *columns: str) -> None:
        """Gives each row new values of these columns; a change that a unique key refuses is left out."""
        for each in ids:
            values = [value for column in columns for value in self.values(column)]
            names = [name for column in columns for name in self.names(column)]
            assignments = ", ".join(f"{name} = ?" for name in names)
            self.connection.execute(f"UPDATE OR IGNORE {table} SET {assignments} WHERE id = ?", (*values, each))

    def names(self, column: str) -> list[str]:
        return {"period": ["valid_from", "valid_to"], "exempt": ["duty_exempt_from", "duty_exempt_to"]}.get(column, [column])

    def values(self, column: str) -> list[Any]:
        choose = self.chance.choice
        if column in ("period", "exempt"):
            start = self.day()
            return [start, self.until(start)]
        pools: dict[str, list[Any]] = {
            "status": ["held", "planned", "cancelled"],
            "kind": ["committee_meeting", "general_meeting", "theme_day", "volunteering", "practice", "party_lecture", "organisation_life"],
            "village_post": [None, "", "村委会委员"],
            "post": ["secretary", "member"],
            "background": [None, "veteran", "cadre"],
            "method": ["appointed", "member_assembly", "party_congress", "two_recommendations_one_election"],
            "joint_kind": [None, "village_village"],
            "form_deviation_approval": [None, "同意"],
            "year": [2026],
            "ability": list(range(101)),
        }
        return [choose(pools[column])] if column in pools else [self.day()]

    def insert(self, table: str, **values: Any) -> None:
        values |= {"version": 1, "recorded_at": NOW, "updated_at": NOW, "recorded_by": "test"}
        places = ", ".join("?" * len(values))
        self.connection.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", list(values.values()))

    # ---- what is disturbed --------------------------------------------------------------------------------------

    def activities(self) -> None:
        self.change("activity", self.some("activity", 400), "occurred_on")
        self.change("activity", self.some("activity", 200), "kind")
        self.change("activity", self.some("activity", 150), "status")
        above = self.some("organisation", 9, "form IN ('general_branch', 'committee')")
        for each in self.some("activity", 100):
            self.connection.execute("UPDATE activity SET organisation_id = ? WHERE id = ?", (self.chance.choice(above), each))

    def people(self) -> None:
        for each in self.some("membership", 60, "valid_to IS NULL AND valid_from < '2025-01-01'"):
            self.connection.execute("UPDATE membership SET valid_to = ? WHERE id = ?", (self.day("2025-02-01"), each))
        self.change("member", self.some("member", 40), "full_on")
        self.change("member", self.some("member", 15), "admitted_on")
        self.change("member", self.some("member", 40), "exempt")
        leading = [row[0] for row in self.connection.execute("SELECT DISTINCT member_id FROM position ORDER BY member_id")]
        for each in self.chance.sample(leading, 40):
            born = self.chance.choice([None, self.day("1979-06-01", "1982-06-01")])
            self.connection.execute("UPDATE member SET birth_date = ? WHERE id = ?", (born, each))

    def registers(self) -> None:
        self.change("position", self.some("position", 40), "period", "post")
        self.change("position", self.some("position", 30), "village_post", "background")
        self.change("election", self.some("election", 25), "held_on", "term_until", "method")
        self.change("talent_reserve", self.some("talent_reserve", 30), "period")
        self.change("leader_appraisal", self.some("leader_appraisal", 60), "appraised_on", "ability")
        self.change("member_appraisal", self.some("member_appraisal", 300), "year", "appraised_on")
        self.change("party_group", self.some("party_group", 12), "period")
        self.change("floating_member", self.some("floating_member", 30), "period")
        for _ in range(20):
            start = self.day()
            owner = self.some("organisation", 1)[0]
            what = self.chance.choice(EXEMPTABLE)
            self.insert(
                "organisation_exemption", organisation_id=owner, what=what, reason="测试", valid_from=start, valid_to=self.until(start)
            )

    def settings(self) -> None:
        """New placements, joint kinds, approvals."""
        alone = "valid_to IS NULL AND parent_id IS NOT NULL AND valid_from < '2025-01-01'"
        for each in self.some("organisation_placement", 14, f"{alone} AND organisation_id NOT IN ({PARENTS})"):
            start = self.day("2025-02-01", "2026-11-01")
            owner = self.connection.execute("SELECT organisation_id FROM organisation_placement WHERE id = ?", (each,)).fetchone()[0]
            self.connection.execute("UPDATE organisation_placement SET valid_to = date(?, '-1 day') WHERE id = ?", (start, each))
            parent = self.chance.choice([TOWNSHIP, *self.some("organisation", 2, "form = 'general_branch'")])
            evaluated, committee, seats = (self.chance.choice(pool) for pool in ([0, 1], [0, 1], [0, 1, 3, 5]))
            self.insert(
                "organisation_placement", organisation_id=owner, parent_id=parent, evaluated=evaluated, has_committee=committee,
                committee_seats=seats, valid_from=start,
            )  # fmt: skip
        self.change("organisation", self.some("organisation", 5), "joint_kind")
        self.change("organisation", self.some("organisation", 5), "form_deviation_approval")

    def lives(self) -> None:
        """Ends with and without heir (chains come about), and later beginnings."""
        childless = f"dissolved_on IS NULL AND id NOT IN ({PARENTS})"
        begun = "id NOT IN (SELECT organisation_id FROM organisation_placement WHERE valid_from >= '2025-01-01')"
        for each in self.some("organisation", 5, f"{childless} AND {begun}"):
            end = self.day("2025-02-01", "2026-12-20")
            self.connection.execute("UPDATE organisation SET dissolved_on = ? WHERE id = ?", (end, each))
            for table in ("organisation_placement", "membership", "position", "talent_reserve", "party_group"):
                self.connection.execute(
                    f"UPDATE {table} SET valid_to = date(?, '-1 day') "
                    "WHERE organisation_id = ? AND (valid_to IS NULL OR valid_to >= ?) AND valid_from < ?",
                    (end, each, end, end),
                )
            heirs = self.some("organisation", 1, f"id <> {each} AND (dissolved_on IS NULL OR dissolved_on > '{end}') AND form = 'branch'")
            if self.chance.random() < 0.6:
                self.insert("organisation_lineage", predecessor_id=each, successor_id=heirs[0], principal=1, kind="merge", happened_on=end)
        for each in self.some("organisation", 4, f"{childless} AND {begun} AND id NOT IN (SELECT successor_id FROM organisation_lineage)"):
            start = self.day("2025-01-05", "2026-09-30")
            self.connection.execute("UPDATE organisation SET established_on = ? WHERE id = ?", (start, each))
            for table in ("organisation_placement", "membership", "position", "talent_reserve", "party_group"):
                self.connection.execute(
                    f"UPDATE {table} SET valid_from = max(valid_from, ?), valid_to = max(valid_to, ?) WHERE organisation_id = ?",
                    (start, start, each),
                )

    def withdrawals(self) -> None:
        for table in WITHDRAWABLE:
            count = self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for each in self.some(table, max(1, count // 25)):
                self.connection.execute(f"UPDATE {table} SET withdrawn_at = ?, withdrawn_reason = '测试' WHERE id = ?", (NOW, each))

    def tidy(self) -> None:
        """An activity outside the life of its organisation could not have been entered."""
        lived = "SELECT 1 FROM organisation o WHERE o.id = organisation_id AND established_on <= occurred_on"
        lived += " AND (dissolved_on IS NULL OR occurred_on < dissolved_on)"
        self.connection.execute(f"UPDATE activity SET status = 'cancelled' WHERE NOT EXISTS ({lived})")


PARENTS = "SELECT parent_id FROM organisation_placement WHERE parent_id IS NOT NULL"


def ruffle(database: Path, seed: int) -> None:
    """Disturbs the database in one transaction."""
    with closing(sqlite3.connect(database)) as connection, connection:
        ruffler = Ruffler(connection, seed)
        ruffler.settings()
        ruffler.lives()
        ruffler.activities()
        ruffler.people()
        ruffler.registers()
        ruffler.withdrawals()
        ruffler.tidy()
