"""Activities: meetings and lectures, who was expected, who came."""

from app.services.activities import leave, meetings, register
from app.services.activities.register import mark_attendance, show_roster, sign_off_activity

__all__ = ["leave", "mark_attendance", "meetings", "register", "show_roster", "sign_off_activity"]
