"""Units, liaisons, visits, pioneer posts over HTTP."""

from __future__ import annotations

import pytest

from app.schemas.numbers import check_uscc
from tests.records import days_ago, fields

EXAMPLE = "91350100M000100Y43"
"""The worked example of GB 32100-2015."""
UNIT = {"organisation": "B", "name": "某公司", "kind": "private_enterprise", "valid_from": "2021-01-01"}


def test_the_check_digit_of_the_standards_example():
    assert check_uscc(f" {EXAMPLE.lower()} ") == EXAMPLE
    signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for place in range(18):
        for sign in signs.replace(EXAMPLE[place], ""):
            with pytest.raises(ValueError, match="校验位不符"):
                check_uscc(EXAMPLE[:place] + sign + EXAMPLE[place + 1 :])
    for wrong in ("91350100M000100Y4Z", EXAMPLE[:17], EXAMPLE + "3", "9135010OM000100Y43"):
        with pytest.raises(ValueError, match="18 位"):
            check_uscc(wrong)


def test_a_unit_with_a_wrong_code_is_refused(office):
    for wrong in ("91350100M000100Y44", "91350100M000100Y4Z"):
        refusal = office.post("units", UNIT | {"uscc": wrong}, 422)
        assert fields(refusal) == {"uscc"}
        assert wrong not in str(refusal)
    assert office.post("units", UNIT | {"uscc": EXAMPLE})["uscc"] == EXAMPLE
    assert office.post("units", UNIT | {"uscc": EXAMPLE}, 409)["code"] == "already_exists"


def test_a_unit_is_covered_by_an_organisation_that_exists(office):
    place = f"units/{office.post('units', UNIT)['id']}"
    covering = {"covering": "B", "coverage": "joint"}
    assert office.post(f"{place}/cover", covering, 428)["code"] == "if_match_required"
    assert fields(office.step(place, "cover", covering | {"covering": "OLD"}, 422)) == {"covering"}
    assert fields(office.step(place, "cover", covering | {"covering": "NIX"}, 422)) == {"covering"}
    office.step(place, "cover", covering | {"coverage": "none"}, 422)
    shown = office.step(place, "cover", covering)
    assert (shown["covering"], shown["coverage"], shown["version"]) == ("B", "joint", 2)
    assert office.step(place, "cover", covering | {"covering": "A1", "coverage": "alone"})["covering_name"] == "甲一支部"
    early = {"valid_from": "2019-01-01", "valid_to": "2020-06-30"}
    assert fields(office.post("units", UNIT | early, 422)) == {"valid_from"}
    ended = UNIT | {"valid_to": "2023-12-31", "covering": "OLD", "coverage": "alone"}
    assert office.post("units", ended)["covering"] == "OLD"


@pytest.fixture
def liaison(office):
    unit = office.post("units", UNIT)
    body = {"organisation": "B", "leader": "王书记", "unit": unit["id"], "valid_from": "2023-01-01", "valid_to": "2024-12-31"}
    assert fields(office.post("liaisons", body | {"organisation": "A1"}, 422)) == {"unit"}
    return office.post("liaisons", body)


def test_a_visit_lies_within_the_liaison(office, liaison):
    visit = {"liaison": liaison["id"], "visited_on": "2023-01-01", "findings": "经营正常"}
    for wrong, word in (("2022-12-31", "还没有开始"), ("2025-01-01", "结束")):
        refusal = office.post("liaison-visits", visit | {"visited_on": wrong}, 422)
        assert (refusal["code"], fields(refusal)) == ("record_invalid", {"visited_on"})
        assert word in refusal["detail"]
    office.post("liaison-visits", visit)
    place = f"liaisons/{liaison['id']}"
    assert fields(office.change(place, {"valid_from": "2023-01-02"}, 422)) == {"valid_from"}
    assert fields(office.change(place, {"valid_from": "2022-01-01", "valid_to": "2022-12-31"}, 422)) == {"valid_to"}
    office.change(place, {"valid_to": None})
    assert fields(office.post("liaison-visits", visit | {"visited_on": days_ago(-1)}, 422)) == {"visited_on"}
    late = {"visited_on": days_ago(1), "problem": "用工难", "solved_on": days_ago(-1)}
    assert fields(office.post("liaison-visits", visit | late, 422)) == {"solved_on"}
    office.post("liaison-visits", visit | late | {"solved_on": days_ago(0)})


def test_services_lie_within_the_post(office):
    member = office.member("张三")
    body = {
        "organisation": "A1", "member": member["id"], "kind": "pioneer_post", "place": "便民窗口",
        "valid_from": "2024-01-01", "valid_to": "2024-12-31",
    }  # fmt: skip
    post = office.post("pioneer-posts", body)
    assert fields(office.post("pioneer-posts", body | {"valid_from": "2024-12-31", "valid_to": None}, 422)) == {"valid_from"}
    office.post("pioneer-posts", body | {"place": "平安巡逻"})
    service = {"pioneer_post": post["id"], "served_on": "2024-06-01", "done": "代办", "people_served": 3}
    for wrong in ("2023-12-31", "2025-01-01", days_ago(-1)):
        assert fields(office.post("post-services", service | {"served_on": wrong}, 422)) == {"served_on"}
    office.post("post-services", service)
    assert fields(office.change(f"pioneer-posts/{post['id']}", {"valid_to": "2024-05-31"}, 422)) == {"valid_to"}
