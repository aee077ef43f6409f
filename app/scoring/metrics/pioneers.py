"""Metrics of what members do for others: pioneer posts, and projects that help households prosper."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import String, func, literal, select

from app.models.care import ProsperityProject
from app.models.members import Member, MemberClass
from app.models.organisations import Category
from app.models.posts import PioneerPost, PostService
from app.scoring.metrics.items import WHOLE, at_most, earliest, items, millionths, place, whole
from app.scoring.metrics.sources import inside, members, members_at_home, own_trees, people
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.registry import Parameters, metric


class PioneerPosts(Parameters):
    """Parameters of `pioneer_posts`."""

    services: int = Field(1, title="考评期内至少服务次数", ge=1)


class ProsperityProjects(Parameters):
    """Parameters of `prosperity_projects`."""

    farmers_per_project: int = Field(20, title="每多少名农民党员应有一个项目", ge=1)
    households: int = Field(1, title="每个项目至少带动户数", ge=1)


@metric("带头致富、带领群众致富", parameters=ProsperityProjects)
def prosperity_projects(view: View, parameters: ProsperityProjects) -> Rows:
    """每个村按农民党员人数，每20名(不足20名按20名算)应有一个党员带富项目，考评期内在办并至少带动一户的才算。本村及下级合并计算，超出应有数的不重复计分；没有农民党员的村不算。

    依据条款 1.1.2。
    """
    tree = own_trees(view, [Category.village])
    farmer = members(inside(view, tree)).where(Member.member_class == MemberClass.farmer).subquery("farmer")
    size = parameters.farmers_per_project
    owed = (
        select(tree.c.owner_id, ((func.count() + (size - 1)) // size).label("projects"))
        .join(farmer, farmer.c.organisation_id == tree.c.organisation_id)
        .group_by(tree.c.owner_id)
        .subquery("owed")
    )
    person, project = people(inside(view, tree)).subquery("person"), ProsperityProject
    run = (
        select(tree.c.owner_id, func.count().label("projects"), earliest(place(project.valid_from, project.id)).label("record_id"))
        .join(person, person.c.organisation_id == tree.c.organisation_id)
        .join(project, project.member_id == person.c.member_id)
        .where(view.runs(project.valid_from, project.valid_to), project.households >= parameters.households, kept(project))
        .group_by(tree.c.owner_id)
        .subquery("run")
    )
    return items(
        "prosperity_project",
        organisation_id=owed.c.owner_id,
        record_id=run.c.record_id,
        label=literal("带富项目", String),
        numerator=millionths(at_most(func.coalesce(run.c.projects, 0), owed.c.projects)),
        denominator=millionths(owed.c.projects),
        mendable=True,
    ).select_from(owed.outerjoin(run, run.c.owner_id == owed.c.owner_id))


@metric("先锋岗、责任区、三带头", parameters=PioneerPosts)
def pioneer_posts(view: View, parameters: PioneerPosts) -> Rows:
    """考评期内在党员先锋岗、党员责任区或三带头岗位上，至少有一次服务记录的党员比例。按截止日的党员名册统计，流出党员和免予参加组织生活的党员不计。

    依据条款 3.2。
    """
    member, post, service = members_at_home(view).subquery("member_at_home"), PioneerPost, PostService
    active = (
        select(post.id, post.member_id, post.valid_from)
        .join(service, service.pioneer_post_id == post.id)
        .where(view.runs(post.valid_from, post.valid_to), view.within(service.served_on), kept(post, service))
        .group_by(post.id, post.member_id, post.valid_from)
        .having(func.count() >= parameters.services)
        .subquery("active")
    )
    holder = (
        select(active.c.member_id, earliest(place(active.c.valid_from, active.c.id)).label("record_id"))
        .group_by(active.c.member_id)
        .subquery("holder")
    )
    return items(
        "pioneer_post",
        organisation_id=member.c.organisation_id,
        record_id=holder.c.record_id,
        label=member.c.name,
        numerator=whole(holder.c.record_id.is_not(None)),
        denominator=WHOLE,
        mendable=True,
    ).select_from(member.outerjoin(holder, holder.c.member_id == member.c.member_id))
