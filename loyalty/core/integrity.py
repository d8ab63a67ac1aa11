"""What is worth a look among the sales of some weeks: counted, measured against the house, and no more than that.

Nothing here says that anybody did anything wrong. Every threshold stands well beyond what a good day looks like, so
that whoever reads a row has something to ask about; below them nothing is shown.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from loyalty.core.days import DAY, MINUTE
from loyalty.core.pairs import at_least, pairs
from loyalty.core.seen import Found, Made, Merged, Moved, Rung, found_in

OWN_SALES = 5  # rung up on one's own card in four weeks: a coffee a week by one's own hand is nothing
OWN_DAY = 4  # sales on a staff member's card in a day: more than one person drinks
BARE_SALES = 3  # that earned and sold nothing: two may be a mistake and its correction
UNMET_SALES = 3  # with a reward that asks for more: two may be somebody's kindness
HAND_MOVES = 5  # of points by hand: more than one a week
MERGES = 8  # of people at a counter, or parted again: two a week, week after week
BURST = 60 * MINUTE
BURST_CARDS = 10  # made within it: one every six minutes beside selling, all hour long
BURST_IDLE = 0.75  # of them used once at most
NEVER_USED = 40  # cards by the same hand of which not one sale is known, not even that at which it was made
NEVER_SHARE = 0.9  # of all that this hand made
IDLE_MAX = 0.5  # what is taken for usual: where more are not used again, all of them may be bursts
BURST_CHANCE = 1e-3  # that it came so by itself, by what is usual in the house
SETTLED = 7 * DAY  # younger cards have had no time to be used again
BUSY_DAY = 6  # sales on one card in a day
BUSY_TIMES = 3  # and so many times what nearly all other cards have at most
NEARLY_ALL = 0.95


def look(
    sales: Sequence[Rung],
    own: Mapping[str, str],
    made: Sequence[Made],
    moved: Sequence[Moved],
    merged: Sequence[Merged] = (),
) -> list[Found]:
    """Everything that is worth a look. `own`: whose of the staff a card is. `sales` in any order."""
    rung = sorted(sales, key=lambda one: (one.at, one.id), reverse=True)
    found = [
        *own_cards(rung, own),
        *bare_points(rung),
        *unmet(rung),
        *by_hand(moved),
        *merges(merged),
        *bursts(made),
        *idle_cards(made),
    ]
    return [*found, *busy_cards(rung, own), *pairs(rung, own)]


def own_cards(rung: Sequence[Rung], own: Mapping[str, str]) -> Iterator[Found]:
    """A staff member's own card on sales that they rang up (of their card's, beside all that they rang up); and on more
    sales of a day than one person has (on so many days, beside what cards usually have)."""
    theirs: dict[str, list[Rung]] = defaultdict(list)
    for one in rung:
        if one.person is not None and one.person in own:
            theirs[one.person].append(one)
    all_of = Counter(one.who for one in rung)
    for person, sales in sorted(theirs.items()):
        who = own[person]
        mine = [one for one in sales if one.who == who]
        if len(mine) >= OWN_SALES:
            yield found_in("own-card", who, (person,), mine, of=len(sales), usual=all_of[who])
    for person, busiest, days, usual in _busy(rung, OWN_DAY, own.keys()):
        yield found_in("own-card-busy", own[person], (person,), busiest, of=days, usual=usual)


def bare_points(rung: Sequence[Rung]) -> Iterator[Found]:
    """Sales that sold nothing and gave points: how many of those by the same hand, and the points they gave."""
    groups: dict[tuple[str | None, str | None], list[Rung]] = defaultdict(list)
    earning = Counter(_hand(one) for one in rung if one.points > 0)
    for one in rung:
        if one.bare and one.points > 0:
            groups[_hand(one)].append(one)
    for hand, sales in sorted(groups.items(), key=_by_hand):
        if len(sales) >= BARE_SALES:
            people = tuple(dict.fromkeys(one.person for one in sales if one.person is not None))
            points = sum(one.points for one in sales)
            yield found_in("bare-points", hand[0], people, sales, of=earning[hand], usual=points, till=hand[1])


def unmet(rung: Sequence[Rung]) -> Iterator[Found]:
    """Sales with a reward that asks for more: how many of those with a reward by the same hand, and of all there are in
    the house."""
    groups: dict[tuple[str | None, str | None], list[Rung]] = defaultdict(list)
    using = Counter(_hand(one) for one in rung if one.rewards)
    for one in rung:
        if one.unmet:
            groups[_hand(one)].append(one)
    everywhere = sum(map(len, groups.values()))
    for hand, sales in sorted(groups.items(), key=_by_hand):
        if len(sales) >= UNMET_SALES:
            people = tuple(dict.fromkeys(one.person for one in sales if one.person is not None))
            yield found_in("unmet", hand[0], people, sales, of=using[hand], usual=everywhere, till=hand[1])


def by_hand(moved: Sequence[Moved]) -> Iterator[Found]:
    """Points moved by hand: how many times of all times in the house, and how many points."""
    groups: dict[tuple[str | None, str | None], list[Moved]] = defaultdict(list)
    for one in moved:
        groups[_hand(one)].append(one)
    for hand, moves in sorted(groups.items(), key=_by_hand):
        if len(moves) >= HAND_MOVES:
            people = tuple(dict.fromkeys(one.person for one in moves if one.person is not None))
            points = sum(abs(one.points) for one in moves)
            since, until = min(one.at for one in moves), max(one.at for one in moves)
            yield Found("by-hand", hand[0], people, hand[1], len(moves), len(moved), points, since, until)


def merges(merged: Sequence[Merged]) -> Iterator[Found]:
    """People made one, or two again: how many times of all times in the house, and how many of them undid another."""
    groups: dict[tuple[str | None, str | None], list[Merged]] = defaultdict(list)
    for one in merged:  # of screens that nobody has taken each is a hand of its own
        groups[(one.who, None) if one.who is not None else (None, one.screen)].append(one)
    for hand, times in sorted(groups.items(), key=_by_hand):
        if len(times) >= MERGES:
            people = tuple(dict.fromkeys(one.person for one in times if one.person is not None))
            undone = sum(one.undone for one in times)
            since, until = min(one.at for one in times), max(one.at for one in times)
            yield Found("merges", hand[0], people, None, len(times), len(merged), undone, since, until)


def bursts(made: Sequence[Made]) -> Iterator[Found]:
    """Cards made one after the other and hardly used since: how many of those made in that hour, beside the share of
    all cards of which that is so, in percent. `made`: those that have had time to be used again."""
    if not made:
        return
    share = sum(map(_idle, made)) / len(made)
    groups: dict[tuple[str | None, str | None], list[Made]] = defaultdict(list)
    for one in sorted(made, key=lambda one: (one.at, one.person)):
        groups[_hand(one)].append(one)
    for hand, cards in sorted(groups.items(), key=_by_hand):
        worst = max(_hours(cards, min(share, IDLE_MAX)), key=lambda hour: sum(map(_idle, hour)), default=None)
        if worst is not None:
            idle = [one for one in worst if _idle(one)]
            people = tuple(one.person for one in idle)
            since, until = worst[0].at, worst[-1].at
            yield Found("burst", hand[0], people, hand[1], len(idle), len(worst), round(100 * share), since, until)


def idle_cards(made: Sequence[Made]) -> Iterator[Found]:
    """Cards that were never used, nearly all of a hand's: of how many it made, beside the share of those that others
    made, in percent."""
    groups: dict[tuple[str | None, str | None], list[Made]] = defaultdict(list)
    for one in sorted(made, key=lambda one: (one.at, one.person)):
        if one.who is not None or one.till is not None:  # else customers joined by themselves
            groups[_hand(one)].append(one)
    never = sum(one.sales == 0 for one in made)
    for hand, cards in sorted(groups.items(), key=_by_hand):
        unused = [one for one in cards if one.sales == 0]
        others = (never - len(unused)) / max(1, len(made) - len(cards))
        if len(unused) >= NEVER_USED and len(unused) >= NEVER_SHARE * len(cards) and others < IDLE_MAX:
            people, n = tuple(one.person for one in unused), len(unused)
            yield Found(
                "idle", *(hand[0], people, hand[1], n, len(cards)), round(100 * others), cards[0].at, cards[-1].at
            )


def busy_cards(rung: Sequence[Rung], own: Mapping[str, str]) -> Iterator[Found]:
    """One card on far more sales of a day than others: on so many days, beside what nearly all other cards have."""
    others = {one.person for one in rung if one.person is not None and one.person not in own}
    for person, busiest, days, usual in _busy(rung, BUSY_DAY, others):
        if len(busiest) > BUSY_TIMES * usual:
            yield found_in("busy-card", None, (person,), busiest, of=days, usual=usual)


def _busy(rung: Sequence[Rung], least: int, people: Iterable[str]) -> Iterator[tuple[str, list[Rung], int, int]]:
    """Of each card with so many sales on a day: its busiest day, the number of such days, what other cards have."""
    days: dict[tuple[str, int], list[Rung]] = defaultdict(list)
    for one in rung:
        if one.person is not None:
            days[one.person, one.day].append(one)
    sizes = Counter(len(sales) for sales in days.values())
    wanted = set(people)
    busy: dict[str, list[list[Rung]]] = defaultdict(list)
    own: dict[str, Counter[int]] = defaultdict(Counter)
    for (person, _), sales in days.items():
        if person in wanted:
            own[person][len(sales)] += 1
            if len(sales) >= least:
                busy[person].append(sales)
    for person, found in sorted(busy.items()):
        yield person, max(found, key=len), len(found), _usual(sizes - own[person])


def _usual(sizes: Counter[int]) -> int:
    """What nearly all have at most; one, where there is nobody else."""
    most = NEARLY_ALL * sizes.total()
    reached = 0
    for size in sorted(sizes):
        reached += sizes[size]
        if reached >= most:
            return size
    return 1


def _hours(cards: list[Made], usual: float) -> Iterator[list[Made]]:
    """Every hour that begins with a card and holds enough of them, most of them hardly used."""
    end = 0
    for start, first in enumerate(cards):
        while end < len(cards) and cards[end].at - first.at < BURST:
            end += 1
        hour = cards[start:end]
        idle = sum(map(_idle, hour))
        if len(hour) < BURST_CARDS or idle < BURST_IDLE * len(hour):
            continue
        if at_least(idle, [usual] * len(hour)) < BURST_CHANCE:
            yield hour


def _idle(one: Made) -> bool:
    return one.sales <= 1


def _hand(one: Rung | Made | Moved | Merged) -> tuple[str | None, str | None]:
    """By whom it was; where nobody says, at which till."""
    return (one.who, None) if one.who is not None else (None, one.till)


def _by_hand(item: tuple[tuple[str | None, str | None], object]) -> tuple[str, str]:
    who, till = item[0]
    return who or "", till or ""
