"""合并: several organisations become one, an existing one of them or a new one."""

from sqlalchemy.orm import Session

from app.access import Actor
from app.errors import FieldError, Invalid
from app.models.organisations import LineageKind, Organisation
from app.schemas.organisations import MergeIn, SuccessorIn
from app.services.organisations.operations.ground import name_organisations, open_placement, refuse_circle, require_there
from app.services.organisations.operations.plan import Placing, Plan, built_of
from app.services.organisations.operations.succession import found_successors, free_parent, succeed
from app.services.organisations.placements import line_on


def plan_merge(session: Session, actor: Actor, plan: Plan, request: MergeIn) -> None:
    """Refuses a target that is none of them; warns when their categories differ."""
    merged = [plan.organisation, *name_organisations(session, actor, request.others, "others").values()]
    if len({each.id for each in merged}) <= len(request.others):
        raise Invalid("merge_repeats", "参加合并的组织有重复。", [FieldError("others", "有重复的组织")])
    if len({each.category for each in merged}) > 1:
        names = "、".join(f"“{each.name}”（{each.category.label}）" for each in merged)
        plan.warnings.append(f"参加合并的组织类别不同：{names}")
    if isinstance(request.into, SuccessorIn):
        heir, leaving = found_successors(session, plan, [request.into], merged)[0], merged
    else:
        heir = _chosen(merged, request.into)
        leaving = [each for each in merged if each is not heir]
        _make_room(session, plan, heir, leaving)
    succeed(session, plan, LineageKind.merge, leaving, [heir])


def _chosen(merged: list[Organisation], code: str) -> Organisation:
    for each in merged:
        if each.code == code:
            return each
    raise Invalid("merge_target", "合并后的组织应是参加合并的组织之一，或是一个新组织。", [FieldError("into", "不在参加合并的组织之中")])


def _make_room(session: Session, plan: Plan, heir: Organisation, leaving: list[Organisation]) -> None:
    """An heir that stands below one of the leaving goes up to where the uppermost of them stood."""
    require_there(heir, plan.day, "合并后的组织")
    plan.also.append(heir)
    if not set(line_on(session, heir.id, plan.day)) & set(leaving):
        refuse_circle(session, heir, leaving, plan.day)
        return
    before = open_placement(session, heir, plan.day)
    plan.placings.append(Placing(heir, free_parent(session, heir, leaving, plan), built_of(before), before))
