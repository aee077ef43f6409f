"""流动与发展: members who float, people on their way into the Party."""

from app.services.mobility.floating import return_member
from app.services.mobility.stages import advance_development

__all__ = ["advance_development", "return_member"]
