"""Warnings, not errors: what an organisation's size and term should be. The numbers are dated and name the rule they come from."""

import calendar
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.members import Election
from app.models.organisations import Category, Form, Organisation
from app.scoring.metrics.view import kept

SOON = 6
"""Months before the end of a term from which it is announced."""


@dataclass(frozen=True, slots=True)
class Norms:
    """Sizes in full members (least, most) and lengths of terms in years, as they hold from a day on."""

    since: date
    reference: str
    sizes: dict[Form, tuple[int, int | None]]
    committee_term: int
    """Terms of committees, and of every organisation of a village or community."""
    other_term: int


NORMS = (
    Norms(
        since=date(2018, 10, 28),
        reference="《中国共产党支部工作条例（试行）》第五、六、二十条，《中国共产党基层组织选举工作条例》",
        sizes={Form.branch: (3, 50), Form.joint_branch: (3, 50), Form.general_branch: (50, None), Form.committee: (100, None)},
        committee_term=5,
        other_term=3,
    ),
)
"""Oldest first; a changed rule is one more entry."""


def norms_on(day: date) -> Norms:
    """The numbers in force on a day; before the first entry those of the first."""
    return next((norms for norms in reversed(NORMS) if norms.since <= day), NORMS[0])


def warnings_of(session: Session, organisation: Organisation, full_members: int, day: date) -> list[str]:
    """Sentences about one organisation as of a day; `full_members` are those of its subtree. None for one that does not exist that day."""
    if organisation.established_on > day or (organisation.dissolved_on is not None and organisation.dissolved_on <= day):
        return []
    election = session.scalar(
        select(Election)
        .where(Election.organisation_id == organisation.id, Election.held_on <= day, kept(Election))
        .order_by(Election.held_on.desc())
        .limit(1)
    )
    return [*_size(organisation, full_members, day), *(_term(organisation, election, day) if election else ())]


def _size(organisation: Organisation, full_members: int, day: date) -> list[str]:
    least, most = norms_on(day).sizes[organisation.form]
    label = organisation.form.label
    if full_members < least:
        return [f"正式党员 {full_members} 人，少于{label}应有的 {least} 人"]
    if most is not None and full_members > most:
        return [f"正式党员 {full_members} 人，多于{label}一般的 {most} 人"]
    return []


def _term(organisation: Organisation, election: Election, day: date) -> list[str]:
    norms = norms_on(election.held_on)
    long = organisation.form is Form.committee or organisation.category in {Category.village, Category.community}
    years = norms.committee_term if long else norms.other_term
    found = []
    if election.term_until > months_later(election.held_on, 12 * years):
        found.append(f"登记的任期届满日 {election.term_until} 超过规定的 {years} 年任期")
    if election.term_until < day:
        found.append(f"任期已于 {election.term_until} 届满，应当换届")
    elif election.term_until <= months_later(day, SOON):
        found.append(f"任期将于 {election.term_until} 届满，请准备换届")
    return found


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last day of the month where that day does not exist."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
