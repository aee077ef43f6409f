"""A plan in words: for the preview, and kept as the outcome of the operation."""

from collections import Counter
from collections.abc import Iterator

from app.models.organisations import Organisation
from app.services.organisations.operations.plan import Placing, Plan


def sentences_of(plan: Plan) -> list[str]:
    """What happens on the day, one sentence per kind of change and organisation."""
    return [*_founded(plan), *_dissolved(plan), *_placed(plan), *_people(plan)]


def _founded(plan: Plan) -> Iterator[str]:
    for placing in plan.placings:
        new = placing.organisation
        if new in plan.founded:
            yield f"{plan.day} 设立{new.form.label}“{new.name}”（{new.code}），{_under(placing.parent)}，{_build(placing)}。"


def _dissolved(plan: Plan) -> Iterator[str]:
    for organisation, heirs in plan.heirs.items():
        names = "、".join(f"“{each.name}”" for each in heirs)
        principal = f"，评价由“{heirs[0].name}”承接" if heirs else ""
        label = plan.lineage.label if plan.lineage else ""
        yield f"{plan.day} 撤销“{organisation.name}”" + (f"，{label}为{names}{principal}。" if heirs else "。")


def _placed(plan: Plan) -> Iterator[str]:
    for placing in plan.placings:
        if placing.organisation in plan.founded:
            continue
        change = _under(placing.parent) if placing.moved else _build(placing)
        yield f"“{placing.organisation.name}”自 {plan.day} 起{change}。"


def _people(plan: Plan) -> Iterator[str]:
    for organisation, count in Counter(plan.destination(member.id) for _, member in plan.memberships).items():
        if organisation is not None:
            yield f"{count} 名党员转入“{organisation.name}”。"
    if plan.positions:
        yield f"{len(plan.positions)} 项班子任职于 {plan.eve} 结束。"
    if plan.groups:
        yield f"{len(plan.groups)} 个党小组" + (f"转入“{plan.members_to.name}”。" if plan.members_to else f"于 {plan.eve} 结束。")
    if plan.talents:
        yield f"{len(plan.talents)} 名后备人才" + (f"转入“{plan.members_to.name}”。" if plan.members_to else f"于 {plan.eve} 结束。")


def _under(parent: Organisation | None) -> str:
    return "没有上级组织" if parent is None else f"隶属于“{parent.name}”"


def _build(placing: Placing) -> str:
    committee = f"设委员会（{placing.built['committee_seats']} 职）" if placing.built["has_committee"] else "不设委员会"
    return ("单独参评" if placing.built["evaluated"] else "不单独参评") + "，" + committee
