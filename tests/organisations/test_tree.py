"""Lists and cards as of a day; warnings; the consistency check."""

import datetime as dt

from sqlalchemy import update

from app.clock import today
from app.models.organisations import Organisation, OrganisationPlacement
from app.services.organisations import check_tree
from app.services.organisations.warnings import months_later, norms_on

API = "/api/v1/organisations"


def test_a_level_of_the_tree_comes_in_its_own_order(town):
    assert town.codes(root=True) == ["T"]
    assert town.codes(parent="T") == ["V2", "V1", "G"]
    assert town.codes() == ["G", "G1", "T", "V1", "V2"]
    items = town.client.get(API, params={"parent": "T"}).json()["items"]
    assert [item["has_children"] for item in items] == [False, False, True]
    assert items[0] == {
        "code": "V2", "name": "组织V2", "short_name": None, "form": "branch", "form_label": "党支部", "category": "village",
        "category_label": "村",
        "parent": "T", "evaluated": True, "has_children": False, "established_on": "2015-01-01", "dissolved_on": None,
    }  # fmt: skip


def test_the_tree_of_an_earlier_day_is_the_tree_of_that_day(town):
    town.operate("V1", "move", on="2026-03-01", parent="G")
    town.operate("V2", "dissolve", on="2026-04-01")
    assert town.codes(parent="T") == ["G"]
    assert town.codes(parent="T", as_of="2026-03-31") == ["V2", "G"]
    assert town.codes(parent="T", as_of="2026-02-28") == ["V2", "V1", "G"]
    assert town.codes(root=True, as_of="2014-12-31") == []
    assert town.codes(organisation="G", subtree=True) == ["G", "G1", "V1"]
    assert town.codes(organisation="G", subtree=True, as_of="2026-02-28") == ["G", "G1"]
    assert town.card("V1", as_of="2026-02-28")["placement"]["parent"] == "T"
    assert town.card("V2")["placement"] is None
    assert [step["code"] for step in town.card("V1")["path"]] == ["T", "G", "V1"]


def test_lists_narrow(town):
    assert town.codes(q="织V") == ["V1", "V2"]
    assert town.codes(q="%") == []
    assert town.codes(form="general_branch") == ["G"]
    assert town.codes(category="township") == ["T"]
    assert town.codes(sort="-code") == ["V2", "V1", "T", "G1", "G"]
    assert town.codes(organisation="G") == ["G"]


def test_a_list_asked_wrongly_is_refused(town):
    for query in ({"form": "club"}, {"parnet": "T"}, {"sort": "path"}, {"cursor": "x"}, {"as_of": "soon"}, {"limit": 0}):
        assert town.client.get(API, params=query).status_code == 422, query
    assert town.client.get(API, params={"parent": "NOWHERE"}).status_code == 404


def test_pages_neither_repeat_nor_skip(town):
    for number in range(7):
        town.found(f"N{number}", "T", sort_order=number // 3)
    seen, cursor = [], None
    while True:
        page = town.client.get(API, params={"parent": "T", "limit": 3} | ({"cursor": cursor} if cursor else {"count": True})).json()
        seen += [item["code"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["N0", "N1", "N2", "N3", "N4", "N5", "V2", "N6", "V1", "G"]


def test_statements_do_not_grow_with_the_list(town, statements):
    counts = []
    for limit in (1, 50):
        statements()
        town.client.get(API, params={"organisation": "T", "subtree": True, "limit": limit})
        counts.append(statements())
    assert counts[0] == counts[1]


def test_a_card_counts_people_and_warns(town):
    for _ in range(2):
        town.member("G1")
    town.member("G1", since="2026-01-01", full_on=None)
    town.record(
        "elections", organisation="G1", held_on="2020-01-01", method="appointed", eligible=3, present=3, elected=1, term_until="2026-05-01"
    )
    card = town.card("G1", as_of="2026-03-01")
    assert card["counts"] == {"full": 2, "probationary": 1, "full_subtree": 2, "probationary_subtree": 1, "children": 0}
    assert card["warnings"] == [
        "正式党员 2 人，少于党支部应有的 3 人",
        "登记的任期届满日 2026-05-01 超过规定的 5 年任期",
        "任期将于 2026-05-01 届满，请准备换届",
    ]
    assert town.card("G1", as_of="2026-05-02")["warnings"][-1] == "任期已于 2026-05-01 届满，应当换届"
    above = town.card("G", as_of="2026-03-01")
    assert above["counts"] == {"full": 0, "probationary": 0, "full_subtree": 2, "probationary_subtree": 1, "children": 1}
    assert above["warnings"] == ["正式党员 2 人，少于党总支应有的 50 人"]
    assert town.card("G1", as_of="2014-01-01")["warnings"] == []


def test_months_end_where_the_month_does():
    assert months_later(dt.date(2025, 8, 31), 6) == dt.date(2026, 2, 28)
    assert months_later(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert norms_on(dt.date(1990, 1, 1)) is norms_on(dt.date(2026, 1, 1))


def test_the_check_names_what_is_wrong(town, database):
    def spoil(*statements):
        with database.engine.begin() as connection:
            ids = dict(connection.execute(Organisation.__table__.select().with_only_columns(Organisation.code, Organisation.id)).all())
            for statement in statements:
                connection.execute(statement(ids))

    def placed(code, **values):
        return lambda ids: (
            update(OrganisationPlacement)
            .where(OrganisationPlacement.organisation_id == ids[code])
            .values(**{name: ids.get(value, value) for name, value in values.items()})
        )

    def faults():
        with database.read() as session:
            return check_tree(session, today())

    assert faults() == []
    spoil(lambda _: update(Organisation).where(Organisation.code == "G1").values(path="/9/"))
    assert faults() == ["组织G1（G1）登记的路径 /9/ 与隶属关系不符"]
    spoil(placed("G", parent_id="G1"))
    assert sum("处于循环的上下级关系中" in each for each in faults()) == 2
    spoil(
        placed("G", parent_id="T"), lambda _: update(Organisation).where(Organisation.code == "G").values(dissolved_on=dt.date(2026, 1, 1))
    )
    assert any(f"组织G1（G1）的上级 组织G 在 {today()} 不存在" == each for each in faults())
    spoil(placed("V1", valid_to=dt.date(2026, 1, 1)))
    assert any("组织V1（V1）" in each and "没有隶属记录" in each for each in faults())
