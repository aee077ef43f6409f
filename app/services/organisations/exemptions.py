"""Exemptions name a metric that exists, or everything."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.access import Actor
from app.scoring.registry import metrics, nearest
from app.services.drafts import Draft
from app.services.records import prepares

ALL = "all"


@prepares("organisation_exemption")
def prepare_exemptions(_session: Session, _actor: Actor, drafts: Sequence[Draft]) -> None:
    """Refuses what no metric is called, with the nearest name."""
    known = {ALL, *metrics()}
    for draft in drafts:
        what = draft.data["what"]
        if what not in known:
            near = nearest(what, known)
            draft.refuse("what", "没有这个指标度量" + (f"，是否指 {near}" if near else "；填 all 表示全部"))
