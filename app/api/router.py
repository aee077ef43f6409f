"""All routes under /api/v1."""

from fastapi import APIRouter

from app.api import activities, jobs, members, meta, runs, schemes
from app.api.records import standard_routes
from app.schemas import nouns

api = APIRouter(prefix="/api/v1")
for _each in (meta, jobs, schemes, runs, members, activities):
    api.include_router(_each.router)
SPECIAL = frozenset({"organisations"})
"""Nouns whose own file makes the routes."""

for _noun, _record_type in nouns.RECORD_TYPES.items():
    if _noun not in SPECIAL:
        api.include_router(standard_routes(_record_type))
