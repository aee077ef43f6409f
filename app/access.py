"""Who may do what where: permissions, actors, and the one SQL predicate that lists and single objects share."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from app.errors import NotPermitted
from app.models.base import Labelled
from app.models.organisations import Organisation


class Permission(Labelled):
    read_records = "read_records", "查看记录"
    write_records = "write_records", "登记和修改记录"
    operate_organisations = "operate_organisations", "调整组织设置"
    read_results = "read_results", "查看评价结果"
    run_evaluations = "run_evaluations", "发起和公布评价"
    manage_schemes = "manage_schemes", "管理评价方案"
    import_records = "import_records", "导入记录"
    export_records = "export_records", "导出记录"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting now. `grants`: permission → path prefixes (`/1/5/`) of the subtrees it holds for; `/` is everything."""

    name: str
    grants: dict[Permission, tuple[str, ...]] = field(default_factory=dict)
    request_id: str | None = None

    def may(self, permission: Permission, path: str = "") -> bool:
        """Whether the permission is held for the place `path`, or anywhere when no place is given."""
        return any(path.startswith(prefix) or not path for prefix in self.grants.get(permission, ()))


def operator(name: str = "operator", request_id: str | None = None) -> Actor:
    """The person at the machine itself: everything. The command line acts as it, and the loopback service until accounts exist."""
    return Actor(name, dict.fromkeys(Permission, ("/",)), request_id)


def visible(actor: Actor, permission: Permission, organisation: type[Organisation] = Organisation) -> ColumnElement[bool]:
    """Organisations of the actor's subtrees, as a range over the materialised path. Without a grant nothing is visible."""
    prefixes = actor.grants.get(permission, ())
    if "/" in prefixes:
        return true()
    return or_(false(), *[below(prefix, organisation) for prefix in prefixes])


def below(prefix: str, organisation: type[Organisation] = Organisation) -> ColumnElement[bool]:
    """The subtree of one path: `/` sorts directly before `0`, so the range needs no LIKE."""
    return and_(organisation.path >= prefix, organisation.path < prefix[:-1] + "0")


def belongs(actor: Actor, permission: Permission, organisation_id: Any) -> ColumnElement[bool]:
    """The same predicate for a record's organisation column."""
    seen = visible(actor, permission)
    return true() if seen is true() else organisation_id.in_(select(Organisation.id).where(seen))


def require(actor: Actor, permission: Permission, path: str = "") -> None:
    """NotPermitted unless the actor holds the permission (for the place, when one is given)."""
    if not actor.may(permission, path):
        raise NotPermitted("permission_missing", f"您没有“{permission.label}”的权限。")
