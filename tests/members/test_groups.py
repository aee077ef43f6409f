"""Party groups and their leaders."""

from __future__ import annotations

import pytest

from tests.records import fields

GROUP = {"organisation": "A1", "name": "三组", "valid_from": "2020-01-01"}


def test_a_leader_is_a_member_there(office):
    own, other = office.member("张三"), office.member("李四", "A2")
    group = office.post("party-groups", GROUP | {"leader": own["id"]})
    assert group["leader_name"] == "张三"
    assert fields(office.post("party-groups", GROUP | {"name": "四组", "leader": other["id"]}, 422)) == {"leader"}
    assert fields(office.change(f"party-groups/{group['id']}", {"leader": other["id"]}, 422)) == {"leader"}
    assert office.change(f"party-groups/{group['id']}", {"leader": None, "name": "第三组"})["leader"] is None
    assert office.post("party-groups", GROUP | {"name": "第三组"}, 409)["code"] == "already_exists"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"valid_from": "2014-12-31"}, "valid_from"),
        ({"organisation": "OLD"}, "valid_from"),
        ({"leader": 99}, "leader"),
        ({"valid_to": "2019-12-31"}, "body"),
    ],
)
def test_a_group_lives_within_its_organisation(office, wrong, place):
    assert place in fields(office.post("party-groups", GROUP | wrong, 422))
    office.post("party-groups", GROUP)
