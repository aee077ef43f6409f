"""落实责任制: directives from above, plans, debriefs, duty reports, inspections."""

from app.services.duties import plans
from app.services.duties.debriefs import convene_round, present_debrief, rate_debrief
from app.services.duties.directives import convey_directive, issue_directive
from app.services.duties.inspections import close_issue, reopen_issue

__all__ = [
    "close_issue", "convene_round", "convey_directive", "issue_directive", "plans", "present_debrief", "rate_debrief", "reopen_issue",
]  # fmt: skip
