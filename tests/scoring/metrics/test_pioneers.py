"""Pioneer posts and prosperity projects: records in, items out."""

import datetime as dt

import pytest

from app.models.care import ProsperityProject
from app.models.posts import PioneerPost, PostService

D = dt.date
GONE = dt.datetime(2025, 5, 1, tzinfo=dt.UTC)
LAST_YEAR = D(2024, 1, 1)


@pytest.fixture
def village(world):
    world.organisation("甲村", "general_branch", evaluated=True)
    world.organisation("甲支部", below="甲村")
    world.organisation("企业", category="new_economic", below="甲村", evaluated=True)
    world.organisation("社区", category="community", evaluated=True)
    return world


# ---- prosperity -------------------------------------------------------------------


def project(world, name, households=1, since=LAST_YEAR, until=None, *, of="甲支部", **values):
    fields = {"what": "大棚", "households": households, "valid_from": since, "valid_to": until}
    return world.record(ProsperityProject, of, member=name, **fields | values)


def farmers(world, of, number):
    for n in range(number):
        world.member(f"{of}{n}", of)


@pytest.mark.parametrize(("number", "owed"), [(1, 1), (20, 1), (21, 2), (40, 2)])
def test_a_village_owes_one_project_per_twenty_farmers(village, look, number, owed):
    farmers(village, "甲支部", number)
    farmers(village, "企业", 1)
    farmers(village, "社区", 1)
    village.member("工人", "甲支部", member_class="worker")
    village.member("免予", "甲支部", duty_exempt_reason="年老")
    assert [(item.organisation, item.label, item.amounts) for item in look("prosperity_projects", 2025)] == [
        ("甲村", "带富项目", (0, owed, 0, 0, owed))
    ]


def test_a_village_without_farmers_owes_nothing(village, look):
    village.member("工人", "甲支部", member_class="worker")
    project(village, "工人")
    assert look("prosperity_projects", 2025) == []


def test_projects_running_in_the_window_that_help_households(village, look):
    farmers(village, "甲支部", 21)
    village.member("工人", "甲村", member_class="worker")
    village.member("企业主", "企业")
    project(village, "甲支部0", 0)
    project(village, "甲支部0", 5, D(2020, 1, 1), D(2024, 12, 31))
    project(village, "甲支部0", 5, D(2026, 1, 1))
    project(village, "甲支部0", 5, withdrawn_at=GONE)
    project(village, "企业主", 5)
    assert look("prosperity_projects", 2025, only="甲村")[0].amounts == (0, 2, 0, 0, 2)
    last = project(village, "甲支部0", 1, D(2025, 12, 31))
    first = project(village, "工人", 3, D(2020, 1, 1), D(2025, 1, 1))
    [item] = look("prosperity_projects", 2025, only="甲村")
    assert (item.record, item.amounts) == (("prosperity_project", first), (2, 2, 0, 0, 0))
    project(village, "甲支部1")
    assert look("prosperity_projects", 2025)[0].amounts == (2, 2, 0, 0, 0)
    assert look("prosperity_projects", 2025, households=3)[0].amounts == (1, 2, 0, 0, 1)
    assert look("prosperity_projects", 2025, farmers_per_project=10)[0].amounts == (3, 3, 0, 0, 0)
    assert last != first


# ---- pioneer posts ----------------------------------------------------------------


def test_a_member_serves_on_a_post_in_the_window(village, look):
    def post(name, *served, since=LAST_YEAR, until=None, gone=None, **values):
        village.member(name, "甲支部") if name not in village.members else None
        fields = {"kind": "pioneer_post", "place": "大厅", "valid_from": since, "valid_to": until}
        found = village.record(PioneerPost, "甲支部", member=name, **fields, **values)
        for day in served:
            village.record(PostService, "甲支部", pioneer_post_id=found, served_on=day, done="值班", withdrawn_at=gone)
        return found

    later = post("两岗", D(2025, 1, 1), since=D(2024, 6, 1))
    earlier = post("两岗", D(2025, 9, 1), since=D(2024, 3, 1), until=D(2025, 9, 30))
    post("没有服务")
    post("窗口以外", D(2024, 12, 31), D(2026, 1, 1))
    post("岗位已撤回", D(2025, 3, 1), withdrawn_at=GONE)
    post("服务已撤回", D(2025, 3, 1), gone=GONE)
    post("岗位已结束", D(2025, 3, 1), until=D(2024, 12, 31))
    village.member("没有岗位", "甲支部")
    village.member("流出", "甲支部")
    village.floating("流出", "甲支部", D(2025, 6, 1))
    items = look("pioneer_posts", 2025)
    missing = (None, (0, 1, 0, 0, 1))
    assert {item.label: (item.record, item.amounts) for item in items} == {
        "两岗": (("pioneer_post", earlier), (1, 1, 0, 0, 0)),
        **dict.fromkeys(("没有服务", "窗口以外", "岗位已撤回", "服务已撤回", "岗位已结束", "没有岗位"), missing),
    }
    assert later != earlier
    assert look("pioneer_posts", 2025, only="甲支部") == items
    assert sum(item.numerator for item in look("pioneer_posts", 2025, services=2)) == 0


@pytest.mark.parametrize("metric", ["pioneer_posts", "volunteering"])
def test_members_floating_out_on_the_day_are_not_asked(village, look, metric):
    stays = {
        "在外": {"since": D(2025, 12, 31)},
        "已回": {"since": D(2025, 1, 1), "until": D(2025, 12, 30)},
        "未走": {"since": D(2026, 1, 1)},
        "流入": {"since": D(2025, 1, 1), "direction": "in"},
        "撤回": {"since": D(2025, 1, 1), "withdrawn_at": GONE},
    }
    for name, values in stays.items():
        village.member(name, "甲支部")
        village.floating(name, "甲支部", **values)
    assert {item.label for item in look(metric, 2025)} == set(stays) - {"在外"}
