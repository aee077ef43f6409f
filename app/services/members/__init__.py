"""Members: the people, where they belong, their posts, and how they are judged."""

from app.services.members import appraisals, groups, memberships, persons, posts
from app.services.members.moves import depart_member, reinstate_member, transfer_member

__all__ = ["appraisals", "depart_member", "groups", "memberships", "persons", "posts", "reinstate_member", "transfer_member"]
