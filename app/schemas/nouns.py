"""Every record type by the stem of its address: routes, forms, import and export walk this table."""

from app.errors import NotFound
from app.schemas.activities import ACTIVITIES, ATTENDANCES, LEAVE_REQUESTS
from app.schemas.base import RecordType
from app.schemas.care import CARE_TYPES
from app.schemas.coverage import COVERAGE_TYPES
from app.schemas.duties import DUTY_TYPES
from app.schemas.evaluations import ADJUSTMENTS
from app.schemas.members import (
    ELECTIONS,
    LEADER_APPRAISALS,
    MEMBER_APPRAISALS,
    MEMBERS,
    MEMBERSHIPS,
    POSITIONS,
    TALENT_RESERVES,
)
from app.schemas.mobility import MOBILITY_TYPES
from app.schemas.organisations import EXEMPTIONS, ORGANISATIONS, PARTY_GROUPS
from app.schemas.pairings import PAIRING_TYPES
from app.schemas.resources import RESOURCE_TYPES
from app.schemas.trainings import TRAINING_TYPES

RECORD_TYPES: dict[str, RecordType] = {
    each.noun: each
    for each in (
        ORGANISATIONS, EXEMPTIONS, PARTY_GROUPS,
        MEMBERS, MEMBERSHIPS, POSITIONS, ELECTIONS, TALENT_RESERVES, LEADER_APPRAISALS, MEMBER_APPRAISALS,
        ACTIVITIES, ATTENDANCES, LEAVE_REQUESTS,
        *DUTY_TYPES, *COVERAGE_TYPES, *TRAINING_TYPES, *CARE_TYPES, *RESOURCE_TYPES, *MOBILITY_TYPES, *PAIRING_TYPES,
        ADJUSTMENTS,
    )
}  # fmt: skip

BY_KIND: dict[str, RecordType] = {each.kind: each for each in RECORD_TYPES.values()}


def record_type_of(noun: str) -> RecordType:
    """The record type of an address; NotFound for a noun nobody knows."""
    found = RECORD_TYPES.get(noun)
    if found is None:
        raise NotFound("noun_not_found", f"没有名为 {noun} 的记录类型。")
    return found
