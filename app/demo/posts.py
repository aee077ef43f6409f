"""Terms of office: elections and the committees they chose."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from app.demo.people import People
from app.demo.tree import Node, Tree
from app.demo.world import OPEN, Columns, dates, day, from_rows, number, stream
from app.models.members import Background, Post, SelectionMethod
from app.models.organisations import Category, Form

_ORDER = [
    Post.secretary,
    Post.deputy_secretary,
    Post.organisation_commissioner,
    Post.publicity_commissioner,
    Post.discipline_commissioner,
    Post.member,
    Post.member,
]
_SEATS_OF_THREE = [Post.secretary, Post.organisation_commissioner, Post.publicity_commissioner]
_FIVE_YEARS = {Category.village, Category.community, Category.township}
_CAPABLE = [Background.entrepreneur, Background.professional_farmer, Background.veteran, Background.graduate, Background.returned_worker]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of one organisation: day of the election, last day the term was meant for, days really in office."""

    node: Node
    held: int
    until: int
    since: int
    end: int
    method: SelectionMethod


@dataclass(frozen=True, slots=True)
class Posts:
    """Holders of posts: one entry per position, days as numbers, members as index; `secretary` marks the leading one."""

    organisation: list[int]
    member: list[int]
    post: list[Post]
    since: list[int]
    until: list[int]

    def secretaries(self) -> dict[int, list[tuple[int, int]]]:
        """Per organisation id its secretaries in order of time: first day, member index."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for organisation, member, post, since in zip(self.organisation, self.member, self.post, self.since, strict=True):
            if post is Post.secretary:
                found[organisation].append((since, member))
        return {organisation: sorted(each) for organisation, each in found.items()}


def make_posts(tree: Tree, people: People, seed: int) -> tuple[Posts, dict[str, Columns]]:
    """Draws terms and committees; returns the holders and the tables position and election."""
    random = stream(seed, "posts")
    posts = Posts([], [], [], [], [])
    positions: list[dict[str, object]] = []
    elections: list[dict[str, object]] = []
    pools = _Pools(tree, people)
    for node in tree.nodes:
        if node.category is Category.higher:
            continue
        pool = pools.of(node, random)
        holders: list[int] = []
        for term in _terms(random, tree, node):
            holders = _elected(random, term, holders, pool)
            eligible = max(len(holders), pools.size(node))
            elections.append(_election(random, term, eligible, len(holders)))
            if term.end >= tree.first:
                positions.extend(_positions(random, term, holders, people, posts))
    since = [max(each, tree.first) for each in posts.since]
    held = [max(number(row["held_on"]), tree.first) for row in elections]  # type: ignore[arg-type]  # a date
    return posts, {"position": from_rows(positions, since), "election": from_rows(elections, held)}


def _terms(random: np.random.Generator, tree: Tree, node: Node) -> list[Term]:
    """The elections since shortly before the window; a weak organisation may be late with its latest one."""
    years = 5 if node.category in _FIVE_YEARS else 3
    latest = _latest_election(random, tree, node, years)
    days = [latest]
    while days[0] > tree.first:
        before = _years_later(days[0], -years)
        if before < node.established:
            break
        days.insert(0, before)
    if days[0] > tree.first and days[0] > node.established:
        days.insert(0, node.established)
    method = _method(random, node)
    terms = []
    for index, held in enumerate(days):
        until = _years_later(held, years) - 1
        end = min(days[index + 1] - 1 if index + 1 < len(days) else OPEN, node.last)
        if held <= node.last:
            terms.append(Term(node, held, until, held, end, method))
    return terms


def _latest_election(random: np.random.Generator, tree: Tree, node: Node, years: int) -> int:
    if node.established >= tree.first:
        return node.established
    if node.special == "term_ending":
        held = _years_later(tree.last + int(random.integers(60, 150)), -years)
    elif node.quality < 0.6 and random.random() < 0.4:
        held = _years_later(tree.first - int(random.integers(30, 300)), -years)
    elif years == 5:
        held = number(day(tree.first).replace(year=tree.year - 4, month=10)) + int(random.integers(5, 80))
        if held > tree.last:
            held = _years_later(held, -years)
    else:
        held = tree.last - int(random.integers(60, 900))
    return max(held, node.established)


def _years_later(start: int, years: int) -> int:
    moment = day(start)
    return number(moment.replace(year=moment.year + years, day=min(moment.day, 28)))


def _method(random: np.random.Generator, node: Node) -> SelectionMethod:
    if node.form is Form.committee:
        return SelectionMethod.party_congress
    if random.random() > node.quality + 0.35:
        return SelectionMethod.appointed
    if node.category in {Category.village, Category.community}:
        open_vote = random.random() < 0.3
        return SelectionMethod.open_recommendation_direct_election if open_vote else SelectionMethod.two_recommendations_one_election
    return SelectionMethod.member_assembly


class _Pools:
    """Who can be elected where: full members of working age who stay for the whole time."""

    def __init__(self, tree: Tree, people: People) -> None:
        self.people, self.tree = people, tree
        self.rows: dict[int, list[int]] = defaultdict(list)
        for row, organisation in enumerate(people.organisation.tolist()):
            self.rows[organisation].append(row)
        self.below: dict[int, list[int]] = defaultdict(list)
        for node in tree.nodes:
            if node.parent is not None and not node.evaluated:
                self.below[node.parent.id].append(node.id)
        self.agency = {node.town: node.id for node in tree.nodes if node.category is Category.agency and node.code.endswith("-A01")}

    def _sources(self, node: Node) -> list[int]:
        if node.form is Form.committee:
            return [self.agency[node.town]]
        return self.below[node.id] or [node.id]

    def size(self, node: Node) -> int:
        """How many memberships there are to vote."""
        return sum(len(self.rows[each]) for each in self._sources(node))

    def of(self, node: Node, random: np.random.Generator) -> list[int]:
        """Member indices in order of election: the fitter first, younger ones more often where quality is high."""
        people, first = self.people, max(node.established, self.tree.first)
        rows = np.array([row for each in self._sources(node) for row in self.rows[each]], dtype=np.int64)
        member = people.member[rows]
        fit = (
            (people.since[rows] <= first)
            & (people.until[rows] >= node.last)
            & (people.full[member] <= first)
            & (people.exempt_from[member] == OPEN)
        )
        age = (self.tree.last - people.born[member]) / 365.25
        order = np.abs(age - (52 - 8 * node.quality)) + random.uniform(0, 14, len(rows)) + 1000 * ~((age > 24) & (age < 66))
        order = np.where(fit, order, np.inf)
        return [int(each) for each in member[np.argsort(order, kind="stable")][: int(fit.sum())]]


def _elected(random: np.random.Generator, term: Term, before: list[int], pool: list[int]) -> list[int]:
    """The holders of a term, the secretary first: mostly those of the term before, one seat empty where things are weak."""
    seats = term.node.seats or 1
    if term.node.special == "vacant":
        seats = max(1, seats - 2)
    elif seats > 1 and random.random() > term.node.quality + 0.25:
        seats -= 1
    kept = before[:seats]
    if len(kept) > 1 and random.random() < 0.6:
        kept.pop(int(random.integers(0, len(kept))))
    others = [member for member in pool if member not in before]
    return (kept + others)[:seats]


def _election(random: np.random.Generator, term: Term, eligible: int, elected: int) -> dict[str, object]:
    present = max(elected, round(eligible * float(random.uniform(0.8, 0.98))))
    return {
        "organisation_id": term.node.id,
        "held_on": day(term.held),
        "method": term.method.value,
        "eligible": eligible,
        "present": present,
        "elected": elected,
        "term_until": day(term.until),
    }


def _positions(random: np.random.Generator, term: Term, holders: list[int], people: People, posts: Posts) -> list[dict[str, object]]:
    order = _SEATS_OF_THREE if len(holders) <= 3 else _ORDER
    rows = []
    for member, post in zip(holders, order, strict=False):
        since = max(term.since, int(people.full[member]))
        posts.organisation.append(term.node.id)
        posts.member.append(member)
        posts.post.append(post)
        posts.since.append(since)
        posts.until.append(term.end)
        rows.append(
            {
                "organisation_id": term.node.id,
                "member_id": member + 1,
                "post": post.value,
                "village_post": _village_post(random, term.node, post),
                "selection_method": term.method.value,
                "background": _background(random, term.node).value,
                "valid_from": day(since),
                "valid_to": dates([term.end])[0],
            }
        )
    return rows


def _village_post(random: np.random.Generator, node: Node, post: Post) -> str | None:
    if node.category not in {Category.village, Category.community} or random.random() > 0.15 + 0.62 * node.quality:
        return None
    body = "村委会" if node.category is Category.village else "居委会"
    return body + {Post.secretary: "主任", Post.deputy_secretary: "副主任"}.get(post, "委员")


def _background(random: np.random.Generator, node: Node) -> Background:
    if node.category in {Category.agency, Category.township}:
        return Background.cadre
    if random.random() < node.quality:
        return _CAPABLE[int(random.integers(0, len(_CAPABLE)))]
    return Background.other
