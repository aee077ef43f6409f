"""Organisations: founding, the tree as of a day, and the operations that change it. Importing it registers the family's rules."""

from app.services.organisations import exemptions, founding, tree
from app.services.organisations.check import check_tree

__all__ = ["check_tree", "exemptions", "founding", "tree"]
