"""Every route demands a permission, or is on this short list. `app.routes` hides included routers, hence iter_route_contexts."""

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from app.access import Permission
from app.config import Settings
from app.main import create_app

PUBLIC = {
    "/": "leads to the pages",
    "/admin": "leads to the pages",
    "/admin/{path:path}": "files of the pages; what they show comes through the API",
    "/api/docs": "the API's own description",
    "/api/openapi.json": "the API's own description",
    "/healthz": "asked by the machine that watches the service",
    "/readyz": "asked by the machine that watches the service",
}
FEWEST = 60


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    """Path and methods → permissions demanded anywhere in the route's tree of dependencies."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    found = {}
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute):
            found[context.path, *sorted(context.methods or ())] = set(permissions(context.dependant))
    app.state.database.engine.dispose()
    return found


def permissions(dependant):
    demanded = getattr(dependant.call, "permission", None)
    if isinstance(demanded, Permission):
        yield demanded
    for inner in dependant.dependencies:
        yield from permissions(inner)


def test_every_route_demands_a_permission(routes):
    open_to_all = {path for (path, *_), demanded in routes.items() if not demanded}
    assert open_to_all <= set(PUBLIC), "add permission(…) to the route; the public list is for what shows no record"


def test_the_public_list_holds_nothing_else(routes):
    assert set(PUBLIC) <= {path for path, *_ in routes} | {"/api/openapi.json"}
    assert not [path for (path, *_), demanded in routes.items() if demanded and path in PUBLIC]


def test_no_route_escaped_the_test(routes):
    assert len(routes) >= FEWEST


def test_changes_demand_more_than_reading(routes):
    reading = {Permission.read_records, Permission.read_results}
    weak = [key for key, demanded in routes.items() if {"PATCH", "DELETE", "PUT"} & set(key[1:]) and demanded <= reading]
    assert not weak
