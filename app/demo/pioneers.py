"""党员先锋岗、责任区、三带头: who holds one, and what was done there."""

import numpy as np

from app.demo.drawing import Dice, slots
from app.demo.mobility import Floating
from app.demo.people import People
from app.demo.tree import Tree
from app.demo.world import OPEN, Coded, Columns, dates, with_stamps
from app.models.posts import PioneerPostKind

_PLACES = ("便民服务窗口", "河道保洁责任区", "防火巡护责任区", "矛盾调解岗", "产业示范岗", "卫生监督岗", "敬老服务岗", "政策宣传岗")
_DONE = ("代办便民事项", "巡查责任区并清理垃圾", "上门看望独居老人", "宣传惠农政策", "调解邻里矛盾", "指导生产技术")
_PLEDGE = "亮身份、践承诺、作表率"


def write_pioneers(tree: Tree, people: People, floating: Floating, seed: int) -> dict[str, Columns]:
    """The tables pioneer_post and post_service; nobody holds a post who floats out."""
    dice = Dice(tree, seed, "pioneers")
    random, skill = dice.random, dice.skill[people.organisation]
    count = len(skill)
    fit = (people.until == OPEN) & (people.exempt_from[people.member] == OPEN) & ~np.isin(people.member, floating.member)
    row = np.flatnonzero(fit & (random.random(count) < 0.12 + 0.58 * skill))
    since = np.minimum(np.maximum(tree.first + random.integers(-300, 120, len(row)), people.since[row]), tree.last)
    posts: Columns = {
        "organisation_id": people.organisation[row],
        "member_id": people.member[row] + 1,
        "kind": Coded([each.value for each in PioneerPostKind], random.integers(0, len(PioneerPostKind), len(row))),
        "place": Coded(list(_PLACES), random.integers(0, len(_PLACES), len(row))),
        "pledge": Coded([_PLEDGE], np.zeros(len(row), dtype=np.int64)),
        "valid_from": dates(since),
    }
    found = [np.empty((2, 0), dtype=np.int64)]
    for half in slots(tree, 6):
        served = half.first + random.integers(0, half.last - half.first + 1, len(row))
        done = (random.random(len(row)) < 0.35 + 0.4 * skill[row]) & (served >= since) & (served <= tree.last)
        found.append(np.array([np.flatnonzero(done), served[done]]))
    post, on = np.concatenate(found, axis=1)
    services: Columns = {
        "organisation_id": people.organisation[row][post],
        "pioneer_post_id": post + 1,
        "served_on": dates(on),
        "done": Coded(list(_DONE), random.integers(0, len(_DONE), len(post))),
        "people_served": random.integers(1, 30, len(post)),
    }
    return {
        "pioneer_post": with_stamps(posts, np.maximum(since, tree.first).tolist()),
        "post_service": with_stamps(services, on.tolist()),
    }
