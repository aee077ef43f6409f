"""党员先锋岗、责任区、三带头."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Labelled, OrganisationRecord, choice


class PioneerPostKind(Labelled):
    pioneer_post = "pioneer_post", "党员先锋岗"
    responsibility_area = "responsibility_area", "党员责任区"
    three_leads = "three_leads", "三带头"


class PioneerPost(OrganisationRecord):
    __tablename__ = "pioneer_post"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    kind: Mapped[PioneerPostKind] = mapped_column(choice(PioneerPostKind))
    place: Mapped[str] = mapped_column(String(200))
    pledge: Mapped[str | None] = mapped_column(String(500))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class PostService(OrganisationRecord):
    """What was done on a post, for how many people."""

    __tablename__ = "post_service"

    pioneer_post_id: Mapped[int] = mapped_column(ForeignKey("pioneer_post.id"))
    served_on: Mapped[date]
    done: Mapped[str] = mapped_column(String(500))
    people_served: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_post_service_post_day", "pioneer_post_id", "served_on"),)
