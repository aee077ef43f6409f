"""Every clause of the policy has a status that fits the indicators of the shipped scheme; the API says it clause by clause."""

from app.access import operator
from app.scoring.scheme import Status, clauses, coverage, shipped
from app.services.schemes import ship_schemes

CITED = {number for indicator in shipped("standard").indicators for number in indicator.clauses}
OWN = {number: each for number, each in coverage().items() if not each.heading}


def test_every_clause_has_a_status():
    assert list(coverage()) == list(clauses())


def test_only_clauses_with_clauses_below_are_headings():
    assert all(any(lower.startswith(f"{number}.") for lower in OWN) for number, each in coverage().items() if each.heading)


def test_what_indicators_measure_is_not_called_unobservable():
    assert set(OWN) >= CITED
    assert not [number for number in CITED if OWN[number].status is Status.not_observable]


def test_nothing_is_covered_without_an_indicator():
    assert not [number for number, each in OWN.items() if each.status is Status.covered and number not in CITED]


def test_what_is_not_covered_says_why():
    assert all(each.reason.endswith("。") for each in OWN.values() if each.status is not Status.covered)
    assert not [number for number, each in OWN.items() if each.status is Status.covered and each.reason]


def test_every_status_is_used():
    assert {each.status for each in OWN.values()} == set(Status)


def test_a_heading_says_what_those_below_it_are():
    assert coverage()["2"].status is Status.partial
    assert coverage()["4.1"].status is Status.covered


def test_over_http(client, database):
    with database.write() as session:
        ship_schemes(session, operator("system"))
    rows = client.get("/api/v1/schemes/clauses").json()
    found = {row["number"]: row for row in rows}
    assert list(found) == list(clauses())
    assert {"code": "3.01", "name": "支部党员大会(每季度)", "built": True} in found["3.1.2"]["indicators"]
    assert found["5.2"]["status"] == "not_observable"
    assert found["5.2"]["reason"]
    fewer = client.get("/api/v1/schemes/clauses", params={"scheme": "lite"}).json()
    assert sum(len(row["indicators"]) for row in fewer) < sum(len(row["indicators"]) for row in rows)
    assert client.get("/api/v1/schemes/clauses", params={"scheme": "none"}).status_code == 404
