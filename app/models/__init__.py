"""Tables, one file per family of records. Importing this package registers all of them."""

from app.models import activities, evaluations, journal, members, organisations
from app.models.base import Base, Labelled, OrganisationRecord, Record

__all__ = ["Base", "Labelled", "OrganisationRecord", "Record", "activities", "evaluations", "journal", "members", "organisations"]
