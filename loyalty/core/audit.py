"""Proof: one customer folded again from what was recorded, and every difference in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from msgspec import Struct

from loyalty.core import ledger, memory
from loyalty.core.facts import Ident, Key, Sale, State, Taken
from loyalty.core.redeem import stands
from loyalty.core.redemption import Redemption

Value = Callable[[Sale], Taken]


class Recorded(Struct, frozen=True):
    """Everything that is stored of one customer."""

    person: str
    remember: bool
    state: State
    sales: tuple[Sale, ...]  # in order, those that do not count too
    checkpoints: dict[Key, bytes]
    entries: tuple[tuple[int, int, Ident | None, str | None], ...]  # n, points, sale, redemption
    redemptions: tuple[Redemption, ...] = ()
    used_on: dict[Ident, Sale] = {}  # the sales that these were used on


def audit(recorded: Recorded, value: Value) -> list[str]:
    """Differences between what is stored and what follows from it; `value` says what a sale comes to."""
    found = _memory(recorded)
    found += [f"sale {sale.ident.id}: stored as {sale.taken}" for sale in recorded.sales if value(sale) != sale.taken]
    return [f"customer {recorded.person}: {one}" for one in found + _ledger(recorded) + _redemptions(recorded)]


def _memory(recorded: Recorded) -> list[str]:
    found: list[str] = []
    fresh, expected = memory.load(b""), {}
    for sale in recorded.sales:
        if not sale.taken.counts:
            found += [f"sale {sale.ident.id} does not count, yet gave {sale.gave}, {sale.earned}"] * bool(
                sale.gave or sale.earned
            )
            continue
        if memory.checkpoint_due(fresh, sale.at):
            expected[fresh.key] = memory.dump(fresh)
        opens, gave = memory.fold(fresh, sale, remember=recorded.remember)
        if gave != sale.gave:
            found.append(f"sale {sale.ident.id} gave {sale.gave} to the house, should be {gave}")
        due = ledger.earned(sale.taken, opens)
        if due != sale.earned:
            found.append(f"sale {sale.ident.id} earned {sale.earned}, should be {due}")
    stored = recorded.state.memory or memory.dump(memory.load(b""))
    if memory.dump(fresh) != stored:
        found.append("the stored memory is not the fold of the sales")
    if expected != recorded.checkpoints:
        found.append(f"checkpoints at {sorted(recorded.checkpoints)}, should be {sorted(expected)}")
    return found


def _ledger(recorded: Recorded) -> list[str]:
    found: list[str] = []
    if [n for n, _, _, _ in recorded.entries] != list(range(recorded.state.entries)):
        found.append(f"entries are not numbered 0 to {recorded.state.entries - 1}")
    total = sum(points for _, points, _, _ in recorded.entries)
    if total != recorded.state.points:
        found.append(f"the balance is {recorded.state.points}, its entries sum to {total}")
    by_sale: dict[Ident | None, int] = defaultdict(int)
    for _, points, ident, _ in recorded.entries:
        by_sale[ident] += points
    due = {sale.ident: sum(sale.earned.values()) for sale in recorded.sales}
    for ident in by_sale.keys() | due.keys():
        if ident is not None and by_sale.get(ident, 0) != due.get(ident, 0):
            found.append(f"entries of sale {ident.id} sum to {by_sale.get(ident, 0)}, it earned {due.get(ident, 0)}")
    return found


def _redemptions(recorded: Recorded) -> list[str]:
    """The points of each are gone while it is reserved or used, and are back otherwise; no entry is of none."""
    found: list[str] = []
    moved: dict[str, int] = defaultdict(int)
    for _, points, _, redemption in recorded.entries:
        if redemption is not None:
            moved[redemption] += points
    for one in recorded.redemptions:
        due = -one.points if one.held else 0
        if moved.pop(one.id, 0) != due:
            found.append(f"redemption {one.id} is {one.state}, its entries do not sum to {due}")
        if one.sale is not None and not _stands_as_recorded(one, recorded.used_on.get(one.sale)):
            found.append(f"redemption {one.id} is {one.state}, its sale {one.sale.id} says otherwise")
    left = {id: points for id, points in moved.items() if points}  # else: it moved on, and its points with it
    return found + [f"entries of a redemption {id} that is nowhere sum to {points}" for id, points in left.items()]


def _stands_as_recorded(one: Redemption, sale: Sale | None) -> bool:
    return sale is not None and one.id in sale.used and stands(sale, one) == one.held
