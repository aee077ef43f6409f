"""What every metric keeps to, on one crowded world: same on all databases, same in part as in whole, in step with the scheme."""

import contextlib
import datetime as dt
import inspect
import random
import shutil
from importlib.resources import files

import pytest
import yaml
from sqlalchemy import BigInteger, column, func, insert, literal, select, table

from app.db import connect
from app.models.activities import ActivityForm, ActivityKind, ActivityStatus, AttendanceStatus
from app.models.evaluations import FrozenItem, Run, Scheme, SchemeVersion
from app.models.members import Background, Post, SelectionMethod
from app.models.organisations import Organisation
from app.scoring import registry
from app.scoring.metrics.view import View
from app.scoring.outcome import AMOUNTS, Period
from tests.conftest import ENGINES
from tests.factories import World
from tests.scoring.metrics.conftest import listed, year
from tests.scoring.metrics.crowd import fill
from tests.scoring.metrics.crowd_duties import fill_duties

D = dt.date
STANDARD = yaml.safe_load(files("app.scoring").joinpath("schemes", "standard.yaml").read_text(encoding="utf-8"))
BUILT = {each["metric"] for each in STANDARD["indicators"]}
PERIODS = [year(2025), Period(D(2025, 1, 1), D(2025, 12, 31), D(2025, 8, 20)), Period(D(2024, 7, 1), D(2025, 6, 30), D(2026, 1, 5))]


def crowd(world: World) -> World:
    """Two towns with everything that can be recorded, by a fixed seed."""
    dice = random.Random(2025)

    def day():
        return D(2024, 6, 1) + dt.timedelta(days=dice.randrange(600))

    placing = {"has_committee": True, "committee_seats": 3}
    for town in ("东镇", "西镇"):
        world.organisation(town, "committee", category="township", evaluated=True, **placing)
        for category in ("village", "community", "agency", "new_economic"):
            top = f"{town}{category}"
            world.organisation(
                top, "general_branch", category=category, below=town, evaluated=True, joint_kind=dice.choice([None, "village_village"]),
                expected_to_pair=True,
            )  # fmt: skip
            for number in range(3):
                ended = dice.choice([None, None, day()])
                places = [{"since": D(2015, 1, 1), "below": top}, {"since": D(2025, 5, 1 + number), "below": dice.choice([top, town])}]
                world.organisation(
                    f"{top}{number}",
                    dice.choice(["branch", "joint_branch"]),
                    category=category,
                    dissolved_on=ended,
                    placed=places,
                    **placing,
                )
    names = list(world.organisations)
    for name in names:
        world.group(f"{name}一组", name, until=dice.choice([None, day()]))
        for number in range(4):
            person = f"{name}{number}"
            world.member(
                person,
                name,
                birth_date=dice.choice([None, D(1975, 1, 1), D(1990, 1, 1)]),
                full_on=dice.choice([None, D(2020, 1, 1), day()]),
            )
            post, background = dice.choice(list(Post)), dice.choice(list(Background))
            world.post(person, name, post, day(), village_post=dice.choice([None, "委员"]), background=background)
            world.grade(person, name, dice.choice([2024, 2025]))
            world.sheet(person, name, day(), *(dice.randrange(101) for _ in range(4)))
            world.talent(person, name, dice.choice(["reserve_cadre", "graduate", "scarce_talent"]), day())
        world.election(name, day(), dice.choice(list(SelectionMethod)), D(2025, 3, 1) + dt.timedelta(days=dice.randrange(900)))
        for _ in range(12):
            kind, expected = dice.choice(list(ActivityKind)), dice.randrange(5)
            happened = world.activity(
                name, kind, day(), form=dice.choice(list(ActivityForm)), status=dice.choice([*ActivityStatus, "held", "held"]),
                expected_count=expected, present_count=dice.randrange(expected + 1), group=dice.choice([None, f"{name}一组"]),
            )  # fmt: skip
            world.attend(happened, name, f"{name}{dice.randrange(4)}", dice.choice(list(AttendanceStatus)))
    for name, what in zip(
        dice.sample(names, 5), ("all", "theme_days", "general_meetings", "group_meetings", "branches_active"), strict=True
    ):
        since = day()
        world.exempt(name, since, dice.choice([None, since + dt.timedelta(days=40)]), what=what)
    fill(world, dice, day)
    fill_duties(world)
    return world


@pytest.fixture(scope="module")
def crowds(request, tmp_path_factory):
    """The same crowd on every database, never committed; on SQLite in a file of its own, since a writer locks it."""
    folder, found = tmp_path_factory.mktemp("crowd"), {}
    with contextlib.ExitStack() as stack:
        for kind in ENGINES:
            if kind == "sqlite":
                shutil.copy(request.getfixturevalue("sqlite_template"), folder / "dangjian.db")
            url = f"sqlite:///{folder / 'dangjian.db'}" if kind == "sqlite" else request.getfixturevalue("postgres_url")
            engine = connect(url, folder / "keys.json").engine
            stack.callback(engine.dispose)
            found[kind] = crowd(World(stack.enter_context(engine.connect())))
        yield found


@pytest.fixture(params=ENGINES)
def crowded(request, crowds):
    return crowds[request.param]


def test_every_metric_of_the_standard_scheme_is_built_and_no_other():
    assert {name for name, each in registry.metrics().items() if each.function.__module__.startswith("app.")} == BUILT


@pytest.mark.parametrize("name", sorted(BUILT))
def test_a_metric_takes_the_parameters_the_scheme_names_with_their_written_values_as_default(name):
    described = registry.metrics()[name]
    written = next(each["parameters"] for each in STANDARD["indicators"] if each["metric"] == name)
    assert described.parameters.model_validate(written) == described.parameters()
    assert set(written) == set(described.parameters.model_fields)
    assert all(field.title for field in described.parameters.model_fields.values())
    assert inspect.signature(described.function, eval_str=True).parameters["parameters"].annotation is described.parameters


@pytest.mark.parametrize("name", sorted(BUILT))
def test_a_definition_is_chinese_and_cites_the_clauses_of_its_indicator(name):
    definition = registry.metrics()[name].definition
    clauses = next(each["clauses"] for each in STANDARD["indicators"] if each["metric"] == name)
    assert definition.endswith(f"依据条款 {'、'.join(clauses)}。")
    assert not any(letter.isascii() and letter.isalpha() for letter in definition)


@pytest.mark.parametrize("name", sorted(BUILT))
def test_the_items_of_one_organisation_are_those_it_has_among_all(crowded, name):
    everything = listed(crowded, name, PERIODS[0])
    assert everything
    for organisation, number in list(crowded.organisations.items())[::9]:
        scope = select(Organisation.id).where(Organisation.id == number)
        assert listed(crowded, name, PERIODS[0], organisations=scope) == [item for item in everything if item.organisation == organisation]


def told(world, name, period):
    """Items without their ids: the record behind one as its place in the order of entry."""
    items = listed(world, name, period)
    kinds = {item.record[0] for item in items if item.record}
    first = {kind: world.connection.scalar(select(func.min(table(kind, column("id")).c.id))) for kind in kinds}
    return [
        (item.organisation, item.label, item.record and (item.record[0], item.record[1] - first[item.record[0]]), item.amounts)
        for item in items
    ]


@pytest.mark.parametrize("period", PERIODS, ids=lambda period: f"{period.start}-{period.end}-{period.as_of}")
@pytest.mark.parametrize("name", sorted(BUILT))
def test_all_databases_list_the_same_items(crowds, name, period):
    seen = [told(world, name, period) for world in crowds.values()]
    assert all(other == seen[0] for other in seen)


def test_items_are_frozen_by_one_insert_from_select(crowded):
    scheme = crowded.add(Scheme, code="本地", name="本地")
    version = crowded.add(SchemeVersion, scheme_id=scheme, number=1, content={}, content_hash="")
    root = crowded.organisations["东镇"]
    dates = {"period_start": PERIODS[0].start, "period_end": PERIODS[0].end, "as_of": PERIODS[0].as_of}
    run = crowded.add(Run, organisation_id=root, scheme_version_id=version, status="computed", manifest={}, **dates)
    columns = ["organisation_id", "record_kind", "record_id", "label", *AMOUNTS]
    for name in sorted(BUILT):
        described = registry.metrics()[name]
        listing = described.function(View(PERIODS[0]), described.parameters())
        assert listing.selected_columns.keys() == columns
        item = listing.subquery("item")
        frozen = insert(FrozenItem).from_select(
            ["run_id", "fact_key", *columns], select(literal(run, BigInteger).label("run_id"), literal(name).label("fact_key"), *item.c)
        )
        crowded.connection.execute(frozen)
        kept = select(func.count()).where(FrozenItem.run_id == run, FrozenItem.fact_key == name)
        assert crowded.connection.scalar(kept) == len(listed(crowded, name, PERIODS[0]))
