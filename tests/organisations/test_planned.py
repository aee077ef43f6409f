"""Operations of a future day: kept, shown, cancelled, carried out when the day comes."""

from datetime import timedelta

from app.clock import today
from app.services.organisations import check_tree
from app.services.organisations.operations import carry_out_due

API = "/api/v1/organisations"
SOON = today() + timedelta(days=10)


def states(office, code):
    items = office.client.get(f"{API}/{code}/operations").json()["items"]
    return [(item["kind"], item["state"]) for item in items]


def test_a_future_operation_waits_for_its_day(town, database, actor):
    assert "届时" in town.preview("V1", "move", on=str(SOON), parent="G")["warnings"][-1]
    planned = town.operate("V1", "move", on=str(SOON), parent="G")
    assert (planned["state"], planned["state_label"], planned["details"]["parent"]) == ("planned", "待生效", "G")
    assert "另有一项调整" in town.preview("V1", "move", on=str(SOON), parent="G")["warnings"][0]
    assert town.card("V1")["placement"]["parent"] == "T"
    assert carry_out_due(database, actor, today()) == []
    assert carry_out_due(database, actor, SOON) == [planned["id"]]
    assert states(town, "V1") == [("move", "done")]
    assert town.card("V1", as_of=str(SOON))["placement"]["parent"] == "G"
    assert carry_out_due(database, actor, SOON) == []
    with database.read() as session:
        assert check_tree(session, SOON) == []


def test_a_planned_operation_can_be_cancelled_until_then(town, database, actor):
    planned = town.operate("V1", "move", on=str(SOON), parent="G")
    url = f"/api/v1/operations/{planned['id']}/cancel"
    cancelled = town.client.post(url, json={"reason": "方案有变"}).json()
    assert (cancelled["state"], cancelled["outcome"]) == ("cancelled", "方案有变")
    assert town.client.post(url, json={"reason": "方案有变"}).status_code == 409
    assert town.client.post("/api/v1/operations/999/cancel", json={"reason": "方案有变"}).status_code == 404
    assert carry_out_due(database, actor, SOON) == []


def test_what_became_impossible_fails_with_its_sentence_and_holds_up_no_other(town, database, actor):
    town.operate("V1", "move", on=str(SOON), parent="G")
    town.operate("V2", "dissolve", on=str(SOON))
    town.operate("V1", "dissolve", on=str(today()))
    carry_out_due(database, actor, SOON)
    assert states(town, "V1") == [("move", "failed"), ("dissolve", "done")]
    failed = town.client.get(f"{API}/V1/operations").json()["items"][0]
    assert "撤销" in failed["outcome"]
    assert states(town, "V2") == [("dissolve", "done")]
