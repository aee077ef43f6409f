"""Checks of the tree, the organisations' lives, and elections. The rules of the tree are those of `organisations.check`."""

from datetime import date

from sqlalchemy import String, literal, or_, select
from sqlalchemy.orm import aliased

from app.models.coverage import Unit
from app.models.members import Election
from app.models.organisations import Organisation, PartyGroup
from app.scoring.metrics.view import Rows, covers, kept, lives
from app.services.integrity.checks import error, organisations, records, text, warning
from app.services.organisations import check


def _in_the_tree(statement: Rows) -> Rows:
    """The same organisations, as rows of a check."""
    at_fault = statement.with_only_columns(Organisation.id, maintain_column_froms=True).order_by(None)
    return organisations().where(Organisation.id.in_(at_fault))


@error("组织同时有两处隶属关系", "核对调整日期，撤回多余的一条，使每一天只有一个上级。")
def placements_overlapping(_today: date) -> Rows:
    return _in_the_tree(check.overlapping())


@error("存续的组织没有隶属关系", "登记它的上级组织；不再存在的组织请办理撤销。")
def placement_missing(today: date) -> Rows:
    return _in_the_tree(check.unplaced(today))


@error("上级组织已撤销或不存在", "把它调整到现有的上级之下。")
def parent_missing(today: date) -> Rows:
    return _in_the_tree(check.under_missing(today))


@error("上下级关系成环", "核对环上各组织的上级，改正登记错误的一条。")
def placements_in_circle(today: date) -> Rows:
    return _in_the_tree(check.in_circle(today))


@error("撤并后没有唯一的承接组织", "核对沿革：撤销的组织应当恰好有一个承接评价的组织。")
def heir_missing(_today: date) -> Rows:
    return _in_the_tree(check.without_heir())


@error("组织路径与隶属关系不一致", "路径由系统维护，请联系管理员从备份或隶属记录中恢复。")
def path_wrong(_today: date) -> Rows:
    return _in_the_tree(check.wrong_path())


@error("党小组存续时间超出所属组织", "组织撤销时党小组也应结束，请填写党小组的结束日期。")
def group_of_dissolved(today: date) -> Rows:
    return (
        records(PartyGroup, PartyGroup.name)
        .join(Organisation, Organisation.id == PartyGroup.organisation_id)
        .where(Organisation.dissolved_on <= today, or_(PartyGroup.valid_to.is_(None), PartyGroup.valid_to >= Organisation.dissolved_on))
    )


@warning("领导班子任期已满", "及时换届；已经换届的，登记最近一次选举。")
def term_over(today: date) -> Rows:
    newer = aliased(Election)
    followed = select(newer.id).where(newer.organisation_id == Election.organisation_id, newer.held_on > Election.held_on, kept(newer))
    return (
        records(Election, literal("任期至 ", String) + text(Election.term_until))
        .join(Organisation, Organisation.id == Election.organisation_id)
        .where(Election.term_until < today, lives(Organisation, today), kept(Organisation), ~followed.exists())
    )


@error("单位由已撤销的组织覆盖", "改为现在覆盖该单位的党组织，或改为未组建。")
def covered_by_dissolved(today: date) -> Rows:
    covering = aliased(Organisation)
    gone = or_(covering.dissolved_on <= today, covering.withdrawn_at.is_not(None))
    return (
        records(Unit, Unit.name).join(covering, covering.id == Unit.covering_id).where(gone, covers(Unit.valid_from, Unit.valid_to, today))
    )
