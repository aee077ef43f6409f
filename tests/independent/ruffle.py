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
    "debriefs_presented", "duty_reports", "distance_education", "liaison_visits", "mutual_aid", "venues_shared", "floating_contacted",
    "pairing_activities", "inspection_issues_closed",
]  # fmt: skip
WITHDRAWABLE = [
    "organisation_exemption", "party_group", "membership", "position", "election", "talent_reserve", "leader_appraisal",
    "member_appraisal", "activity", "attendance", "floating_member", "floating_contact", "development", "development_stage",
    "directive", "directive_receipt", "work_plan", "plan_item", "debrief_round", "debrief", "debrief_rating", "duty_report",
    "inspection", "inspection_issue", "unit", "liaison", "liaison_visit", "pioneer_post", "post_service", "training",
    "training_record", "learning_record", "hardship_case", "care_record", "assistance_project", "dispute",
    "dispute_mediator", "prosperity_project", "venue", "venue_use", "fund", "pairing", "pairing_entry", "pairing_leader",
    "pairing_report",
]  # fmt: skip


FAMILIES = {
    "directive_receipt": (60, "due_on", "conveyed_on"), "plan_item": (60, "due_on", "completed_on"), "debrief": (60, "presented_on"),
    "debrief_round": (3, "held_on"), "duty_report": (6, "reported_on"), "inspection": (10, "held_on"),
    "inspection_issue": (15, "due_on", "closed_on"), "unit": (15, "period", "full_members", "owner"), "liaison": (8, "period"),
    "liaison_visit": (30, "visited_on"), "pioneer_post": (150, "period"), "post_service": (300, "served_on"),
    "training": (60, "period", "theme"), "training_record": (800, "attended", "assessed", "passed", "minutes"),
    "learning_record": (2000, "completed_on"), "hardship_case": (20, "period"), "care_record": (40, "cared_on"),
    "assistance_project": (4, "period", "progress", "planned_progress"), "dispute": (40, "taken_up_on", "resolved_on"),
    "prosperity_project": (20, "period", "households", "owner"), "venue": (20, "period", "meets_standard", "shared", "owner"),
    "venue_use": (80, "used_on", "owner"), "fund": (100, "booked_on", "owner"), "floating_contact": (80, "contacted_on"),
    "development_stage": (120, "reached_on"), "development_document": (60, "document"),
    "pairing": (5, "period", "agreed_on", "in_goals_a", "in_goals_b"),
    "pairing_entry": (30, "happened_on", "confirmed_on", "participants", "result"), "pairing_report": (40, "due_on", "submitted_on"),
    "organisation": (15, "needs_venue", "expected_to_pair", "standing_delegates"),
}  # fmt: skip
"""Of each table how many rows get new values in which columns."""
OPEN_ENDED = {
    "conveyed_on", "completed_on", "presented_on", "reported_on", "closed_on", "resolved_on", "agreed_on", "confirmed_on", "submitted_on",
}  # fmt: skip


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
        several = {"period": ["valid_from", "valid_to"], "exempt": ["duty_exempt_from", "duty_exempt_to"]}
        return several.get(column) or [{"owner": "organisation_id", "document": "kind"}.get(column, column)]

    def values(self, column: str) -> list[Any]:
        choose = self.chance.choice
        if column in ("period", "exempt"):
            start = self.day()
            return [start, self.until(start)]
        pools: dict[str, list[Any]] = {
            "status": ["held", "planned", "cancelled"],
            "kind": ["committee_meeting", "general_meeting", "theme_day", "volunteering", "practice", "party_lecture", "organisation_life",
                     "distance_education", "mutual_aid", "delegates"],
            "village_post": [None, "", "村委会委员"],
            "post": ["secretary", "member"],
            "background": [None, "veteran", "cadre"],
            "method": ["appointed", "member_assembly", "party_congress", "two_recommendations_one_election"],
            "joint_kind": [None, "village_village"],
            "form_deviation_approval": [None, "同意"],
            "year": [2026],
            "ability": list(range(101)),
            "full_members": [0, 2, 3, 4], "theme": ["ideals", "leadership", "practical_skills", "law"],
            "attended": [None, 0, 1], "assessed": [0, 1], "passed": [None, 0, 1], "minutes": [0, 7, 90, 480],
            "progress": [0, 7, 30, 120], "planned_progress": [0, 30, 70, 100], "households": [0, 1, 5],
            "meets_standard": [0, 1], "shared": [0, 1], "owner": list(range(1, 42)), "document": ["approval", "other"],
            "in_goals_a": [0, 1], "in_goals_b": [0, 1], "participants": [0, 12], "result": [None, "完成"],
            "needs_venue": [0, 1], "expected_to_pair": [0, 1], "standing_delegates": [0, 1],
        }  # fmt: skip
        if column in OPEN_ENDED and self.chance.random() < 0.3:
            return [None]
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

    def families(self) -> None:
        for table, (count, *columns) in FAMILIES.items():
            self.change(table, self.some(table, count), *columns)

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
            for table in ("organisation_placement", "membership", "position", "talent_reserve", "party_group", "venue"):
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
        """An activity outside the life of its organisation, a use outside that of its room could not have been entered."""
        lived = "SELECT 1 FROM organisation o WHERE o.id = organisation_id AND established_on <= occurred_on"
        lived += " AND (dissolved_on IS NULL OR occurred_on < dissolved_on)"
        self.connection.execute(f"UPDATE activity SET status = 'cancelled' WHERE NOT EXISTS ({lived})")
        open_room = (
            "SELECT 1 FROM venue v WHERE v.id = venue_id AND v.valid_from <= used_on AND (v.valid_to IS NULL OR used_on <= v.valid_to)"
        )
        self.connection.execute(f"UPDATE venue_use SET withdrawn_at = ? WHERE NOT EXISTS ({open_room})", (NOW,))


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
        ruffler.families()
        ruffler.withdrawals()
        ruffler.tidy()
