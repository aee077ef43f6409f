"""Imports and exports over HTTP, the job included."""

import io
import json

import pytest
from openpyxl import load_workbook

from app.exchange.limits import FILE_BYTES
from app.jobs.runner import run_next
from app.schemas.nouns import RECORD_TYPES
from tests.imports.test_imports import ELECTIONS, election
from tests.records import API


@pytest.fixture
def send(client, office, database, settings, make):
    """send(rows, dry_run=True, …) → the finished import."""

    def run(rows, **form):
        with make(rows).open("rb") as file:
            answer = client.post(f"{API}/imports", data={"kind": "elections", **form}, files={"file": ("换届.csv", file)})
        assert answer.status_code == 202, answer.text
        assert run_next(database, settings)
        found = client.get(answer.headers["Location"]).json()
        assert (found["id"], found["state"], found["name"]) == (answer.json()["id"], "done", "换届.csv")
        return found

    return run


def test_a_file_becomes_records(send, office):
    report = send([ELECTIONS, election("A1"), election("B")])["report"]
    assert (report["applied"], report["sheets"][0]["counts"]["created"]) == (True, 2)
    assert len(office.get("elections")["items"]) == 2
    assert [each["marked"] for each in office.get("imports")["items"]] == [False]


def test_faults_come_back_by_cell_and_marked(send, client, office):
    found = send([ELECTIONS, election("A1"), election("没有")])
    assert found["report"]["sheets"][0]["faults"] == [{"row": 3, "column": "A", "header": "所在党组织", "message": "没有找到这个党组织"}]
    assert office.get("elections")["items"] == []
    marked = client.get(f"{API}/imports/{found['id']}/marked.xlsx")
    assert "attachment" in marked.headers["content-disposition"]
    assert load_workbook(io.BytesIO(marked.content)).active["A3"].comment.text == "没有找到这个党组织"


def test_a_dry_run_and_a_chosen_mapping(send, office):
    header = ["单位", *ELECTIONS[1:]]
    found = send([header, election()], dry_run="true", mapping=json.dumps({"单位": "organisation"}))
    assert (found["report"]["dry_run"], found["report"]["applied"], office.get("elections")["items"]) == (True, False, [])


def test_a_file_that_cannot_be_read_says_why(send):
    found = send([["甲", "乙"], ["1", "2"]])
    assert (found["report"], found["fault"]["code"]) == (None, "header_not_found")


def test_refusals(client, office, make):
    def status(data, content=b"a", name="a.csv", **headers):
        return client.post(f"{API}/imports", data=data, files={"file": (name, content)}, headers=headers).status_code

    assert status({"kind": "飞船"}) == 404
    assert status({"kind": "elections", "mapping": "x"}) == 422
    assert status({"kind": "elections", "established_on": "昨天"}) == 422
    assert status({"kind": "elections"}, b"a" * (FILE_BYTES + 1)) == 413
    assert client.post(f"{API}/imports", data={"kind": "elections"}).status_code == 422
    office.get("imports/999999", 404)
    office.get("elections/export.xlsx", 404, organisation="没有")
    office.get("elections/export.xlsx", 422, unknown="1")


def test_every_noun_has_its_template_and_exports(client, office):
    for noun, record_type in RECORD_TYPES.items():
        template = client.get(f"{API}/{noun}/template.xlsx")
        book = load_workbook(io.BytesIO(template.content))
        assert book.sheetnames[0] == record_type.title, noun
        assert book.sheetnames[-2:] == ["填写说明", "可选值"], noun
        assert book["可选值"].sheet_state == "hidden", noun
        assert load_workbook(io.BytesIO(client.get(f"{API}/{noun}/export.xlsx").content)).active.freeze_panes == "A2", noun
        assert client.get(f"{API}/{noun}/export.csv").content.startswith(b"\xef\xbb\xbf"), noun
