"""The facts of an evaluation computed a second time, from the tables of a SQLite database and the wording of the scheme alone.

Nothing of `app` is imported and no line of its scoring was read for this page: where both agree, two readings of the same sentences
agree. Each function cites its indicator.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from tests.independent import care, coverage, duties, mobility, pairings, resources, trainings
from tests.independent.world import NEW, ONE, Happened, Item, Owner, World, calendar, covers, earliest, earned

MEETINGS = {"general_meeting", "committee_meeting", "group_meeting", "party_lecture", "theme_day"}
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
AMOUNTS = ["numerator", "denominator", "pending", "future", "fixable"]


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
    activities = {row["id"]: row["occurred_on"] for row in world.held if row["kind"] == "volunteering"}
    went: Happened = defaultdict(list)
    for row in world.rows["attendance"]:
        if row["status"] in ("present", "late") and row["activity_id"] in activities:
            went[row["member_id"]].append((activities[row["activity_id"]], row["activity_id"]))
    for organisation, person in world.members:
        if person["id"] not in world.away:
            first = min(went[person["id"]], default=None)
            yield earned(organisation, person["name"], None if first is None else first[1], int(first is not None))


METRICS: dict[str, Callable[[World], Iterable[Item]]] = {
    metric.__name__: metric
    for metric in (
        elections_in_term, cross_appointments, committee_filled, committee_young, joint_organisations_active, form_fits_size,
        branches_active, general_meetings, committee_meetings, group_meetings, party_lectures, theme_days, attendance,
        organisation_life_meetings, member_appraisals, practice_activities, small_scale_share, leader_appraisal, capable_secretary,
        reserve_talent, graduates_serving, volunteering,
        duties.directives_conveyed, duties.plan_items_completed, duties.prosperity_projects, duties.debriefs_presented,
        duties.debrief_ratings, duties.duty_reports, duties.inspection_issues_closed,
        coverage.units_covered, coverage.units_covered_alone, coverage.units_work_covered, coverage.delegate_activities,
        coverage.pioneer_posts, coverage.liaison_visits, coverage.activity_support,
        trainings.skills_training_coverage, trainings.distance_education, trainings.training_hours, trainings.training_fits_class,
        trainings.training_themes, trainings.training_register, trainings.training_passed, trainings.training_responsibility,
        care.hardship_cared, care.mutual_aid, care.assistance_projects, care.disputes_resolved,
        resources.venues_ready, resources.funds_guaranteed, resources.funds_tilted, resources.venues_shared,
        mobility.floating_contacted, mobility.floating_dual_managed, mobility.development_compliant,
        pairings.pairing_planned, pairings.pairing_activities, pairings.pairing_led, pairings.pairing_ledger_complete,
        pairings.pairing_reported,
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
