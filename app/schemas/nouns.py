"""Every record type by the stem of its address: routes, forms, import and export walk this table."""

from app.schemas.activities import ACTIVITIES, ATTENDANCES, LEAVE_REQUESTS
from app.schemas.base import RecordType
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
from app.schemas.organisations import EXEMPTIONS, ORGANISATIONS, PARTY_GROUPS

RECORD_TYPES: dict[str, RecordType] = {
    each.noun: each
    for each in (
        ORGANISATIONS, EXEMPTIONS, PARTY_GROUPS,
        MEMBERS, MEMBERSHIPS, POSITIONS, ELECTIONS, TALENT_RESERVES, LEADER_APPRAISALS, MEMBER_APPRAISALS,
        ACTIVITIES, ATTENDANCES, LEAVE_REQUESTS,
        ADJUSTMENTS,
    )
}  # fmt: skip

BY_KIND: dict[str, RecordType] = {each.kind: each for each in RECORD_TYPES.values()}
