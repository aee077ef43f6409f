"""All routes under /api/v1."""

from fastapi import APIRouter

from app.api import (
    activities,
    burden,
    coverage,
    duties,
    imports,
    integrity,
    jobs,
    members,
    meta,
    mobility,
    organisations,
    pairings,
    runs,
    schemes,
)
from app.api.records import standard_routes
from app.schemas import nouns

api = APIRouter(prefix="/api/v1")
_FAMILIES = (members, activities, organisations, duties, coverage, mobility, pairings)
for _each in (meta, burden, integrity, jobs, imports, schemes, runs, *_FAMILIES):
    api.include_router(_each.router)
OWN = frozenset({"organisations"})
"""Nouns addressed by code: their own file makes the standard routes too."""

for _noun, _record_type in nouns.RECORD_TYPES.items():
    if _noun not in OWN:
        api.include_router(standard_routes(_record_type))
