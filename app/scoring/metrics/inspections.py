"""Metrics of inspections and of what they found."""

from __future__ import annotations

from pydantic import Field
from sqlalchemy import select

from app.models.duties import Inspection, InspectionIssue
from app.models.organisations import Category
from app.scoring.metrics.dues import dated, recurring
from app.scoring.metrics.items import shortened, together
from app.scoring.metrics.sources import while_evaluated
from app.scoring.metrics.view import Rows, View, kept
from app.scoring.outcome import YEAR
from app.scoring.registry import Parameters, metric


class IssuesClosed(Parameters):
    """Parameters of `inspection_issues_closed`."""

    late: float = Field(0.5, title="逾期整改所得的份额", ge=0, le=1)


@metric("督查与整改", parameters=IssuesClosed)
def inspection_issues_closed(view: View, parameters: IssuesClosed) -> Rows:
    """督查发现的每个问题应按期整改销号，逾期整改的得一半；期限落在考评期内的才算，期限未到又未整改的为尚未到期。乡镇(街道)每年还应至少开展一次督查，另算一项。

    依据条款 4.1.3。
    """
    issue = InspectionIssue
    issues = (
        dated(
            view,
            "inspection_issue",
            organisation_id=issue.organisation_id,
            record_id=issue.id,
            label=shortened(issue.found),
            due_on=issue.due_on,
            done_on=issue.closed_on,
            late=parameters.late,
        )
        .join(Inspection, Inspection.id == issue.inspection_id)
        .where(kept(issue, Inspection))
    )
    made = select(
        Inspection.inspector_id.label("owner_id"), Inspection.id.label("record_id"), Inspection.held_on.label("occurred_on")
    ).where(view.within(Inspection.held_on), kept(Inspection), view.sees(Inspection.inspector_id))
    townships = while_evaluated(view, (Category.township,), label=" · 开展督查")
    return together(issues, recurring(view, YEAR, townships, made, metric="inspection_issues_closed", kind="inspection"))
