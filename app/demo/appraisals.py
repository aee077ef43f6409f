"""What people are asked to judge and what stands ready: sheets about secretaries, grades of members, talent, adjustments."""

from datetime import date

import numpy as np

from app.demo.names import person_names
from app.demo.people import People
from app.demo.posts import Posts
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, Ints, dates, day, from_rows, number, stream, with_stamps
from app.models.evaluations import AdjustmentKind
from app.models.members import AppraisalGrade, TalentKind
from app.models.organisations import Category

_APPRAISERS = (("上级党组织", "考察谈话、查阅资料综合评定"), ("党员代表", "党员大会无记名测评汇总"), ("群众代表", "群众代表会议测评汇总"))


def write_leader_appraisals(tree: Tree, posts: Posts, seed: int) -> Columns:
    """Three sheets a year about every secretary of an evaluated organisation; weak ones may have none."""
    random = stream(seed, "leader appraisals")
    secretaries = posts.secretaries()
    rows: list[dict[str, object]] = []
    for year in (tree.year - 1, tree.year):
        for node in tree.nodes:
            on = number(date(year, 5, 8)) + int(random.integers(0, 35))
            leaders = [member for since, member in secretaries.get(node.id, []) if since <= on]
            skipped = random.random() > node.quality + 0.35
            if skipped or not node.evaluated or not leaders or not node.established <= on <= min(node.last, tree.last):
                continue
            for group, reason in _APPRAISERS:
                scores = np.clip(np.round(random.normal(58 + 38 * node.quality, 3, 4)), 40, 100).astype(int).tolist()
                marks = dict(zip(("party_spirit", "public_spirit", "ability", "drive"), scores, strict=True))
                rows.append(
                    {
                        "organisation_id": node.id,
                        "member_id": leaders[-1] + 1,
                        "appraised_on": day(on),
                        **marks,
                        "appraiser_group": group,
                        "reason": reason,
                    }
                )
    return from_rows(rows, [number(row["appraised_on"]) for row in rows])  # type: ignore[arg-type]  # a date


def write_member_appraisals(tree: Tree, people: People, days: dict[tuple[int, int], int], seed: int) -> Columns:
    """Grades of full members. `days`: (organisation id, year) → day of the appraisal meeting; at most a third are excellent."""
    random = stream(seed, "member appraisals")
    organisation = np.array([key[0] for key in days], dtype=np.int64)
    meeting = np.full((len(tree.nodes) + 1, 2), OPEN, dtype=np.int64)
    years = np.array([key[1] for key in days], dtype=np.int64) - (tree.year - 1)
    meeting[organisation, years] = list(days.values())
    quality = np.array([0.0, *(node.quality for node in tree.nodes)])
    chosen: list[tuple[Ints, Ints, Ints]] = []
    for year in (0, 1):
        on = meeting[people.organisation, year]
        voting = (people.since <= on) & (people.until >= on) & (people.full[people.member] <= on) & (on < OPEN)
        graded = np.flatnonzero(voting & (random.random(len(on)) < 0.72 + 0.3 * quality[people.organisation]))
        graded = graded[np.unique(people.member[graded], return_index=True)[1]]  # moved in December: graded where first
        chosen.append((graded, on[graded], np.full(len(graded), tree.year - 1 + year)))
    row, on, year_of = (np.concatenate(each) for each in zip(*chosen, strict=True))
    columns: Columns = {
        "organisation_id": people.organisation[row],
        "member_id": people.member[row] + 1,
        "year": year_of,
        "grade": _grades(random, people, row, year_of),
        "appraised_on": dates(on),
    }
    return with_stamps(columns, np.minimum(on + 3, tree.last).tolist())


def _grades(random: np.random.Generator, people: People, row: Ints, year: Ints) -> list[str]:
    """By merit within each branch and year: a quarter excellent, a few at the lower end."""
    merit = people.diligence[people.member[row]] + random.normal(0, 0.04, len(row))
    meeting = people.organisation[row] * 10_000 + year
    order = np.lexsort((-merit, meeting))
    _, start, size = np.unique(meeting[order], return_index=True, return_counts=True)
    place = np.arange(len(row)) - np.repeat(start, size)
    excellent = place < np.repeat(size, size) * 0.28 - 1
    low = merit[order] < -0.16
    grades = np.select(
        [excellent, low & (random.random(len(row)) < 0.05), low],
        [AppraisalGrade.excellent.value, AppraisalGrade.unqualified.value, AppraisalGrade.basically_qualified.value],
        default=AppraisalGrade.qualified.value,
    )
    found = np.empty(len(row), dtype=object)
    found[order] = grades.tolist()
    return list(found)


def write_talent(tree: Tree, seed: int) -> Columns:
    """Reserve cadres and graduates of every evaluated organisation, fewer where quality is low."""
    random = stream(seed, "talent")
    wanted: list[tuple[Node, TalentKind, int]] = []
    for node in tree.nodes:
        if not node.evaluated or node.dissolved != OPEN:
            continue
        cadres = 2 if random.random() < node.quality else int(random.integers(0, 2))
        kinds = [TalentKind.reserve_cadre] * cadres
        if random.random() < node.quality - 0.1:
            kinds.append(TalentKind.graduate if random.random() < 0.7 else TalentKind.scarce_talent)
        wanted.extend((node, kind, max(node.established, tree.first - int(random.integers(30, 700)))) for kind in kinds)
    people = person_names(random, random.random(len(wanted)) < 0.6)
    rows = [
        {"organisation_id": node.id, "person": person, "member_id": None, "kind": kind.value, "valid_from": day(since)}
        for (node, kind, since), person in zip(wanted, people, strict=True)
    ]
    return from_rows(rows, [max(since, tree.first) for _, _, since in wanted])


def write_adjustments(tree: Tree, seed: int) -> Columns:
    """Per town two awards and one deduction in each year, and one ceiling still to be confirmed."""
    random = stream(seed, "adjustments")
    rows: list[dict[str, object]] = []
    for town in (node for node in tree.nodes if node.category is Category.township):
        own = [
            node
            for node in tree.nodes
            if node.town == town.code and node.evaluated and node.dissolved == OPEN and node.established < tree.first
        ]
        ranked = sorted(own, key=lambda node: node.quality)
        for year in (tree.year - 1, tree.year):
            on = min(number(date(year, 9, 1)) + int(random.integers(-120, 40)), tree.last)
            stem = f"{town.short_name[:-1]}党委〔{year}〕{int(random.integers(5, 70))}号"
            cases = [
                (ranked[-1], AdjustmentKind.bonus, "county", f"关于表彰先进基层党组织的决定（{stem}）", f"{year}-award-1", on),
                (ranked[-3], AdjustmentKind.bonus, "township", f"关于通报表扬主题党日示范支部的通知（{stem}）", f"{year}-award-2", on),
                (
                    ranked[1],
                    AdjustmentKind.deduction,
                    "criticised_in_notice",
                    f"关于组织生活不规范问题的通报（{stem}）",
                    f"{year}-notice-1",
                    on,
                ),
            ]
            if year == tree.year:
                cases.append(
                    (ranked[0], AdjustmentKind.ceiling, "falsified_records", f"活动记录核查情况（{stem}，待核实）", f"{year}-check-1", OPEN)
                )
            for node, kind, level, document, case, confirmed in cases:
                rows.append(
                    {
                        "organisation_id": node.id,
                        "kind": kind.value,
                        "level": level,
                        "occurred_on": day(on),
                        "document": document,
                        "case_key": case,
                        "confirmed_on": None if confirmed == OPEN else day(min(confirmed + 10, tree.last)),
                    }
                )
    return from_rows(rows, [number(row["occurred_on"]) for row in rows])  # type: ignore[arg-type]  # a date
