"""Lists that hang on a record as rows, one per value (mediators of a dispute, documents of a stage), so that a query can join them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.access import Actor, Permission
from app.models.base import OrganisationRecord, Record
from app.schemas.base import Reference
from app.services.drafts import Draft
from app.services.journal import Change, snapshot, write_down
from app.services.lifetimes import by_ids
from app.services.records import add_new, raise_version
from app.services.references import find


@dataclass(frozen=True, slots=True)
class Hanging:
    """One such list. `name`: the field; `owner`, `value`: columns of the rows."""

    name: str
    model: type[OrganisationRecord]
    owner: str
    value: str

    def read(self, session: Session, owners: Iterable[int]) -> dict[int, list[Any]]:
        """Id of the record → its values, in the order in which they came."""
        owner, value, model = getattr(self.model, self.owner), getattr(self.model, self.value), self.model
        kept = select(owner, value).where(model.withdrawn_at.is_(None)).order_by(model.id)
        found: dict[int, list[Any]] = {}
        for key, each in by_ids(session, kept, owner, owners):
            found.setdefault(key, []).append(each)
        return found

    def note(self, session: Session, drafts: Sequence[Draft]) -> None:
        """Marks drafts whose list will not be the one that is there, when it is no column of the record itself."""
        sent = [draft for draft in drafts if draft.record is not None and self.name in draft.changed]
        there = self.read(session, (draft.column("id") for draft in sent))
        for draft in sent:
            draft.lists_change = set(there.get(draft.column("id"), ())) != set(draft.data[self.name])

    def follow(self, session: Session, actor: Actor, drafts: Sequence[Draft]) -> None:
        """Makes the rows what the drafts say; those of withdrawn records are withdrawn. A value that comes back gets its old row."""
        wanted = {draft.column("id"): (draft, self._wanted(draft)) for draft in drafts if self._concerns(draft)}
        rows = [row for (row,) in by_ids(session, select(self.model), getattr(self.model, self.owner), wanted)]
        there = {(getattr(row, self.owner), getattr(row, self.value)): row for row in sorted(rows, key=_kept)}
        changes = []
        for owner, (draft, values) in wanted.items():
            for value in values:
                row = there.get((owner, value))
                if row is None:
                    home = draft.column("organisation_id")
                    new = self.model(organisation_id=home, recorded_by=actor.name, **{self.owner: owner, self.value: value})
                    changes.append(Change(new, "create", None, draft.reason))
                elif not _kept(row):
                    changes.append(_turned(row, "change", draft.reason))
        for (owner, value), row in there.items():
            draft, values = wanted[owner]
            if _kept(row) and value not in values:
                changes.append(_turned(row, "withdraw", draft.reason))
        add_new(session, [change.record for change in changes if change.before is None])
        session.flush()
        write_down(session, actor, changes)

    def _concerns(self, draft: Draft) -> bool:
        return draft.is_new or self.name in draft.changed or draft.column("withdrawn_at") is not None

    def _wanted(self, draft: Draft) -> list[Any]:
        return [] if draft.column("withdrawn_at") is not None else list(dict.fromkeys(draft.data[self.name]))


def refuse_unknown_members(session: Session, actor: Actor, drafts: Sequence[Draft], name: str) -> None:
    """Members in a list exist and may be seen."""
    sent = [draft for draft in drafts if name in draft.changed]
    wanted = {member for draft in sent for member in draft.data[name]}
    known = find(session, actor, Reference("member"), wanted, Permission.read_records)
    for draft in sent:
        for member in dict.fromkeys(draft.data[name]):
            if member not in known:
                draft.refuse(name, f"没有找到党员 {member}")


def _kept(row: Record) -> bool:
    return row.withdrawn_at is None


def _turned(row: Record, action: str, reason: str | None) -> Change:
    """Withdraws a row that is there, or takes the withdrawal back."""
    change = Change(row, action, snapshot(row), reason)
    gone = _kept(row)
    row.withdrawn_at, row.withdrawn_reason = (clock.now(), reason or "所属记录的名单已修改") if gone else (None, None)
    raise_version(row)
    return change
