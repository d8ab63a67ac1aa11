"""The demo café: the same seed gives the same year, every record is sound, and habits are worth learning."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import pairwise

import httpx
import msgspec
import pytest

from loyalty import clock
from loyalty.acts.shops import DEFAULT_PROGRAM
from loyalty.core.program import check_program
from loyalty.demo import baskets, days, giving, menu, people, sales, till
from loyalty.demo.hours import HOLIDAYS, business_day, hours, is_open
from loyalty.demo.rewards import POINTS, Rewards
from loyalty.wire import Enrolment, Presence, Transaction
from tests import make
from tests.running import serving

SEED = 11
START = date(2025, 10, 6)  # a Monday; holidays and the closing at New Year lie ahead
DAYS = 120
Event = Transaction | Presence


def crowd_of(count=people.PEOPLE_MAX, seed=SEED):
    return people.everybody(random.Random(seed), START, days=DAYS, count=count)


def small_year(seed=SEED, cards=days.NO_CARDS):
    return tuple(days.year(seed, START, crowd_of(10, seed), days=60, cards=cards, walk_ins=10))


@pytest.fixture(scope="module")
def crowd():
    return crowd_of()


@pytest.fixture(scope="module")
def trade(crowd):
    cards = {person.key: f"CARD-{person.key}" for person in crowd}
    return tuple(days.year(SEED, START, crowd, days=DAYS, cards=cards))


@pytest.fixture(scope="module")
def told(trade):
    """Every transaction as it was told."""
    return [each.event for day in trade for each in day if isinstance(each.event, Transaction)]


@pytest.fixture(scope="module")
def visits(crowd, told):
    """By person's key, what was bought: the last revision of each paid sale, in order of time."""
    final = {each.id: each for each in told if each.refund_of is None}
    keys = {person.identifier: person.key for person in crowd}
    found = defaultdict(list)
    for sale in sorted(final.values(), key=lambda each: each.at):
        if sale.state == "paid" and (key := keys.get(identifier_of(sale))):
            found[key].append(sale)
    return found


def identifier_of(sale):
    named = sale.customer and (sale.customer.reference or sale.customer.phone or sale.customer.pos_id)
    return named or next((tender.fingerprint for tender in sale.tenders if tender.fingerprint), None)


def digest(year: Iterable[Iterable[days.Happening]]) -> str:
    return sha256(msgspec.json.encode([[each.deliver_at, each.event] for day in year for each in day])).hexdigest()


# -- the same seed, the same year -------------------------------------------------------------------------------------
def test_what_staff_may_give_stands_in_its_program():
    program = giving.with_perks(DEFAULT_PROGRAM)
    check_program(program)
    tiers = {tier.id for tier in program.tiers}
    assert all(set(perk.tiers) <= tiers for perk in program.perks)
    assert 0 < giving.A_WEEK <= 10, "a small budget"


def test_the_same_seed_gives_the_same_year():
    assert digest(small_year()) == digest(small_year())
    assert digest(small_year()) != digest(small_year(seed=SEED + 1))


def test_another_process_makes_the_same_year():
    code = "from tests.core.test_demo import digest, small_year; print(digest(small_year()), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    assert ran.stdout == digest(small_year())


def test_cards_add_check_ins_and_change_nothing_else():
    def without_cards(year):
        return [each for day in year for each in day if not (isinstance(each.event, Presence) and each.event.card)]

    with_cards = small_year(cards={"p01": "CARD-1", "p04": "CARD-4"})
    scanned = {each.event.card for day in with_cards for each in day if isinstance(each.event, Presence)} - {None}
    assert scanned == {"CARD-1", "CARD-4"}
    assert without_cards(with_cards) == [each for day in small_year() for each in day]


# -- every record is sound --------------------------------------------------------------------------------------------
def test_every_event_survives_the_wire(trade):
    for happening in (each for day in trade for each in day):
        event = happening.event
        assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event


def test_sums_add_up(told):
    for sale in told:
        assert_sum(sale)


def assert_sum(sale: Transaction) -> None:
    goods = sum(line.total for line in sale.lines) - sale.order_discount
    assert goods + (0 if sale.tax_included else sale.tax) + sale.tip + sale.service_charge == sale.total
    assert sale.total > 0
    if sale.state == "paid":
        assert sum(tender.amount for tender in sale.tenders) == sale.total
    if sale.state == "open":
        assert sale.tenders == ()


def test_everything_is_in_order_of_delivery_and_told_after_it_happened(trade):
    happenings = [each for day in trade for each in day]
    assert happenings == sorted(happenings, key=lambda each: each.deliver_at)
    for each in happenings:
        assert each.deliver_at > (getattr(each.event, "changed_at", None) or each.event.at)


def test_revisions_of_a_sale_rise(told):
    revisions = defaultdict(list)
    for sale in told:
        revisions[sale.id].append((sale.revision, sale.state))
    for seen in revisions.values():
        assert [number for number, _ in sorted(seen)] == list(range(1, len(seen) + 1))
        assert [state for _, state in sorted(seen)] in (
            *(["paid"], ["open", "paid"], ["open", "voided"]),
            *(["paid", "voided"], ["paid", "paid"], ["open", "paid", "voided"], ["open", "paid", "paid"]),
        )
    opened_first = sum(states[0][1] == "open" for states in revisions.values())
    assert opened_first / len(revisions) == pytest.approx(days.OPEN_FIRST_SHARE, abs=0.04)


def test_a_check_in_comes_some_seconds_to_two_minutes_before_the_order(crowd, trade, told):
    ordered = defaultdict(list)
    for sale in told:
        ordered[identifier_of(sale)].append(sale.at)
    references = {f"CARD-{person.key}": person.identifier for person in crowd}
    shown = [each.event for day in trade for each in day if isinstance(each.event, Presence)]
    assert {presence.card is None for presence in shown} == {True, False}
    for presence in shown:
        orders = ordered[presence.phone or references[presence.card or ""]]
        assert any(timedelta(seconds=5) <= at - presence.at <= timedelta(minutes=2) for at in orders)


def test_refunds_are_of_sales_that_were_told(told):
    original = {sale.id: sale for sale in told if sale.refund_of is None and sale.state == "paid"}
    receipts = [each for each in told if each.refund_of is not None]
    nested = [each for each in told if each.refunds]
    assert receipts
    assert nested
    for receipt in receipts:
        sale = original[receipt.refund_of.id]
        assert set(receipt.lines) <= set(sale.lines)
        assert receipt.total <= sale.total
        assert business_day(receipt.at) > business_day(sale.at)
    for sale in nested:
        assert sum(refund.amount for refund in sale.refunds) <= sale.total
        assert all(refund.at > sale.at and set(refund.lines) <= set(sale.lines) for refund in sale.refunds)
    assert {each.id for each in receipts}.isdisjoint(original.keys() - {each.id for each in receipts})


def test_the_odd_things_of_a_till_happen(trade, told):
    paid = [sale for sale in told if sale.state == "paid" and sale.refund_of is None]
    assert any(sale.state == "voided" and sale.tenders for sale in told)  # paid, then taken back
    assert any(sale.state == "voided" and not sale.tenders for sale in told)  # never paid
    for odd in ("tip", "service_charge", "order_discount", "tax"):
        assert any(getattr(sale, odd) for sale in paid), odd
    assert any(len(sale.tenders) == 2 for sale in paid)
    assert any(line.total < line.list_price for sale in paid for line in sale.lines)
    assert any(line.quantity == "2" for sale in paid for line in sale.lines)


def test_an_offline_hour_comes_late_and_from_one_till_only(trade):
    late = [
        (each.deliver_at.date(), each.event.till)
        for day in trade
        for each in day
        if each.deliver_at - (getattr(each.event, "changed_at", None) or each.event.at) > timedelta(minutes=5)
    ]
    by_day = dict(late)
    assert 3 <= len(by_day) <= DAYS * days.OFFLINE_DAYS * 2
    assert all(by_day[day] == one for day, one in late)


# -- the café's days --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "day",
    [
        *("2025-04-18", "2025-04-21", "2026-04-03", "2026-04-06", "2038-04-23"),  # around Easter
        *("2026-05-01", "2026-06-01", "2025-10-10", "2025-10-20", "2025-12-12"),
        *("2027-12-13", "2025-06-02"),  # the holiday was a Sunday
        *("2025-12-24", "2026-01-06"),
    ],
)
def test_the_cafe_is_shut(day):
    assert hours(date.fromisoformat(day)) is None


def test_new_year_is_two_weeks():
    shut = [day for day in (date(2025, 12, 15) + timedelta(days=n) for n in range(40)) if hours(day) is None]
    assert len(shut) == 14
    assert shut[-1] - shut[0] == timedelta(days=13)


def test_a_business_day_ends_at_closing():
    friday = date(2025, 11, 7)
    opening = hours(friday)
    assert opening is not None
    last = opening.closes - timedelta(seconds=1)
    assert last.date() == friday + timedelta(days=1)
    assert business_day(last) == friday
    assert is_open(last)
    assert not is_open(opening.closes)
    assert business_day(opening.closes) == friday + timedelta(days=1)


def test_nothing_happens_on_closed_days_or_out_of_hours(trade):
    seen = set()
    for day in trade:
        opening = hours(business_day(day[0].deliver_at))
        assert opening is not None
        seen.add(opening.day)
        for each in day:
            assert opening.opens <= each.event.at <= each.deliver_at <= opening.closes + timedelta(minutes=1)
    wanted = {START + timedelta(days=n) for n in range(DAYS)}
    assert seen == {day for day in wanted if hours(day) is not None}
    assert any((day.month, day.day) in HOLIDAYS for day in wanted - seen)


def test_there_is_a_rush_at_eight_and_a_small_one_at_one(told):
    weekday = [sale.at for sale in told if sale.revision == 1 and sale.at.weekday() < 5]
    half_hours = Counter((at.hour * 60 + at.minute + 15) // 30 * 30 for at in weekday)  # 480: 7:45 to 8:15
    busiest, _ = half_hours.most_common(1)[0]
    assert busiest == 480
    assert half_hours[480] > 1.6 * half_hours[780]
    assert half_hours[780] > 2 * half_hours[660]
    assert half_hours[780] > 2 * half_hours[900]
    sunday = Counter(sale.at.hour for sale in told if sale.revision == 1 and sale.at.weekday() == 6)
    assert sunday[8] < sunday[10]


# -- people and their habits ------------------------------------------------------------------------------------------
def test_people_are_of_every_kind_and_nobody_twice(crowd):
    assert len({person.name for person in crowd}) == len({person.key for person in crowd}) == len(crowd) == 90
    assert len({person.identifier for person in crowd}) == len(crowd)
    lengths = [len(person.name) for person in crowd]
    assert min(lengths) == 1
    assert max(lengths) > 50
    for script in (range(0x600, 0x700), range(0x1000, 0x10A0), range(0x900, 0x980)):  # Arabic, Burmese, Devanagari
        assert any(ord(letter) in script for person in crowd for letter in person.name)
    assert {person.shows for person in crowd} == {"card", "phone", "fingerprint", "pos_id"}
    assert {person.rhythm for person in crowd} == {"daily", "three a week", "weekend", "monthly"}
    assert {person.life for person in crowd} == {"stays", "moves away", "on holiday", "newly found"}
    greetings = Counter(person.greeting for person in crowd)
    assert greetings["full"] > len(crowd) / 2
    assert set(greetings) == {"full", "name", "points", "none"}


def test_a_small_crowd_is_the_beginning_of_the_large_one(crowd):
    assert crowd_of(10) == crowd[:10]


def test_enrolments_carry_what_sales_carry(crowd, told):
    enrolled = people.enrolments(crowd)
    assert list(enrolled) == [person.key for person in crowd]
    for enrolment in enrolled.values():
        assert msgspec.json.decode(msgspec.json.encode(enrolment), type=Enrolment) == enrolment
    known = {each.value: each.kind for enrolment in enrolled.values() for each in enrolment.identifiers}
    carried = {identifier_of(sale) for sale in told} - {None}
    assert carried <= known.keys()
    assert set(map(known.get, carried)) == {"reference", "phone", "pos_id", "fingerprint"}
    anonymous = sum(identifier_of(sale) is None for sale in told)
    assert anonymous > len(told) / 4


def test_people_come_by_their_rhythm_and_not_while_they_are_away(crowd, visits):
    for person in crowd:
        assert all(person.around(business_day(sale.at)) for sale in visits[person.key])
    stays = [person for person in crowd if person.life == "stays"]
    open_days = sum(hours(START + timedelta(days=n)) is not None for n in range(DAYS))
    for rhythm, least, most in (("daily", 4, 6.5), ("three a week", 2.2, 3.5), ("weekend", 1, 2), ("monthly", 0, 0.6)):
        paces = [len(visits[person.key]) * 7 / open_days for person in stays if person.rhythm == rhythm]
        assert least < sum(paces) / len(paces) < most, rhythm


def test_the_most_frequent_drink_so_far_is_a_good_guess(crowd, visits):
    remembered = [person for person in crowd if person.consents.remember and person.rhythm in ("daily", "three a week")]
    hits = [hit for person in remembered for hit in guesses(visits[person.key])]
    assert len(hits) > 1000
    assert sum(hits) / len(hits) >= 0.7


def guesses(bought: list[Transaction]) -> list[bool]:
    """For each visit but the first: was the thing bought most often before in the order?"""
    counts: Counter[str] = Counter()
    hits = []
    for sale in bought:
        items = {line.sku or line.name for line in sale.lines}
        if counts:
            hits.append(counts.most_common(1)[0][0] in items)
        counts.update(items)
    return hits


def test_moods_and_modifiers_come_as_often_as_stated(crowd):
    rng, wanted, hot, extra_hot, visits = random.Random(3), 0, 0, 0, 0
    for person in crowd:
        usual = person.takes(person.part)
        for _ in range(200):
            drink = baskets.of(person, person.part, rng)[0]
            own = tuple(modifier for modifier in drink.modifiers if modifier != menu.EXTRA_HOT)
            visits += 1
            hot += drink.item.hot
            extra_hot += menu.EXTRA_HOT in drink.modifiers
            if drink.item == usual.item:
                wanted += 1
                assert (drink.size, own) == (usual.size, usual.modifiers)
    assert wanted / visits == pytest.approx(1 - baskets.MOOD, abs=0.01)
    assert extra_hot / hot == pytest.approx(baskets.EXTRA_HOT_SHARE, abs=0.01)


def test_every_hot_drink_may_be_extra_hot_in_what_is_sold(told):
    hot = {item.sku for item in menu.DRINKS if item.hot}
    drinks = [line for sale in told if sale.revision == 1 for line in sale.lines if line.sku in hot]
    share = sum(menu.EXTRA_HOT in line.modifiers for line in drinks) / len(drinks)
    assert 0.07 < share < 0.11  # not those bought for company
    assert any("Oat milk" in line.modifiers and menu.EXTRA_HOT in line.modifiers for line in drinks)


def test_a_drink_is_renamed_in_the_middle_and_stays_itself(crowd, told, visits):
    middle = START + timedelta(days=DAYS // 2)
    names = {
        (business_day(s.at) >= middle, n.name) for s in told if not s.refund_of for n in s.lines if n.sku == "COF-FLW"
    }
    assert names == {(False, "Flat White"), (True, "Kilimani White")}
    fond = [
        p for p in crowd if p.life == "stays" and p.rhythm != "monthly" and {c.item.sku for c in p.usual} == {"COF-FLW"}
    ]
    hits = []
    for person in fond:
        after = sum(business_day(sale.at) >= middle for sale in visits[person.key])
        hits += guesses(visits[person.key])[-after:]
    assert len(hits) > 50
    assert sum(hits) / len(hits) > 0.7


# -- the till that sells in front of you ------------------------------------------------------------------------------
class Enough(Exception):
    """Ends the endless."""


class Watched:
    """Runs the till on a moved clock, so that an hour takes no time, and writes down what it tells and when."""

    def __init__(self, path, begins: datetime, hours_long: float = 0.5) -> None:
        self.path, self.clock, self.ends = path, clock.MovedClock(path), begins + timedelta(hours=hours_long)
        self.told: list[tuple[datetime, Event]] = []
        clock.move(path, begins)

    async def send(self, event: Event) -> None:
        self.told.append((self.clock.now(), event))

    async def sleep(self, seconds: float) -> None:
        clock.move(self.path, self.clock.now() + timedelta(seconds=seconds))
        if self.clock.now() > self.ends:
            raise Enough

    async def run(self, crowd, *, seed=SEED, cards=days.NO_CARDS) -> Watched:
        with pytest.raises(Enough):
            await till.sell(self.send, self.clock, crowd, seed=seed, shop="s", cards=cards, sleep=self.sleep)
        return self

    @property
    def sales(self) -> list[Transaction]:
        return [event for _, event in self.told if isinstance(event, Transaction) and event.state == "paid"]


MORNING = datetime(2026, 2, 3, 5, 30, tzinfo=UTC)  # 8:30 in Nairobi
NIGHT = datetime(2026, 2, 4, 0, 30, tzinfo=UTC)


async def test_the_till_sells_every_few_seconds_to_people_who_checked_in(crowd, tmp_path):
    cards = {person.key: f"CARD-{person.key}" for person in crowd}
    watched = await Watched(tmp_path / "clock", MORNING).run(crowd, cards=cards)
    paid_at = [at for at, event in watched.told if isinstance(event, Transaction) and event.state == "paid"]
    gaps = [(b - a).total_seconds() for a, b in pairwise(paid_at)]
    assert len(paid_at) > 150
    assert 6 < sum(gaps) / len(gaps) < 10
    shown: tuple[datetime, Presence] | None = None
    checked_in = 0
    for at, event in watched.told:
        if isinstance(event, Presence):
            shown = (at, event)
        elif event.state == "open" and shown:
            checked_in += 1
            assert 2 <= (at - shown[0]).total_seconds() <= 6
            assert event.till == shown[1].till
            shown = None
    assert checked_in > len(paid_at) / 3


async def test_the_till_opens_then_pays_soundly_and_now(crowd, tmp_path):
    watched = await Watched(tmp_path / "clock", MORNING).run(crowd)
    by_id = defaultdict(list)
    for at, event in watched.told:
        assert msgspec.json.decode(msgspec.json.encode(event), type=type(event)) == event
        if isinstance(event, Transaction):
            assert_sum(event)
            assert (event.changed_at or event.at) == at
            assert event.age_s == 0
            by_id[event.id].append((event.revision, event.state))
    finished = [states for states in by_id.values() if len(states) == 2]
    assert all(states == [(1, "open"), (2, "paid")] for states in finished)
    assert len(by_id) - len(finished) <= 1
    assert {sale.till for sale in watched.sales} == set(sales.TILLS)


async def test_the_till_meets_strangers_quiet_people_and_walk_ins(crowd, tmp_path):
    watched = await Watched(tmp_path / "clock", MORNING, 2).run(crowd)
    people_of = {person.identifier: person for person in crowd}
    named = [identifier_of(sale) for sale in watched.sales]
    assert 0.08 < named.count(None) / len(named) < 0.17
    assert 0.03 < sum(name is not None and name not in people_of for name in named) / len(named) < 0.1
    greetings = Counter(people_of[name].greeting for name in named if name in people_of)
    assert set(greetings) == {"full", "name", "points", "none"}
    assert any(not people_of[name].around(date(2026, 2, 3)) for name in named if name in people_of)  # back again


@pytest.mark.parametrize("begins", [MORNING, NIGHT], ids=["morning", "night"])
async def test_morning_people_come_in_the_morning_and_whenever_it_would_be_shut(crowd, tmp_path, begins):
    watched = await Watched(tmp_path / "clock", begins).run(crowd)
    parts = {person.identifier: person.part for person in crowd}
    came = Counter(parts[name] for sale in watched.sales if (name := identifier_of(sale)) in parts)
    assert came["morning"] > 0.75 * came.total()


async def test_lunch_people_come_at_lunch(crowd, tmp_path):
    watched = await Watched(tmp_path / "clock", MORNING + timedelta(hours=5)).run(crowd)
    parts = {person.identifier: person.part for person in crowd}
    came = Counter(parts[name] for sale in watched.sales if (name := identifier_of(sale)) in parts)
    midday = sum(person.part == "midday" for person in crowd) / len(crowd)
    assert came["midday"] > 1.5 * midday * came.total()


async def test_nobody_comes_again_at_once(crowd, tmp_path):
    watched = await Watched(tmp_path / "clock", MORNING).run(crowd)
    known = [name for sale in watched.sales if (name := identifier_of(sale))]
    assert all(name not in known[n + 1 : n + 10] for n, name in enumerate(known))


async def test_the_till_is_the_same_by_seed_and_gives_no_number_twice(crowd, tmp_path):
    first = await Watched(tmp_path / "a", MORNING).run(crowd)
    again = await Watched(tmp_path / "b", MORNING).run(crowd)
    later = await Watched(tmp_path / "c", MORNING + timedelta(minutes=1)).run(crowd)
    other = await Watched(tmp_path / "d", MORNING).run(crowd, seed=SEED + 1)
    assert first.told == again.told
    assert [sale.lines for sale in first.sales] != [sale.lines for sale in other.sales]
    assert {sale.id for sale in first.sales}.isdisjoint(sale.id for sale in later.sales)


async def test_the_till_sells_although_nobody_has_enrolled(tmp_path):
    watched = await Watched(tmp_path / "clock", MORNING).run(())
    assert len(watched.sales) > 150
    strangers = {name for sale in watched.sales if (name := identifier_of(sale))}
    assert all(name.startswith("+2547009") for name in strangers)


# -- the builders of the tests ----------------------------------------------------------------------------------------
def test_built_sales_are_sound_whatever_is_given():
    ids = make.ids("s")
    latte = make.line("Latte", "Medium", "Oat milk", quantity=2)
    built = [
        make.sale(id=next(ids)),
        make.sale(latte, make.line("Mandazi", price=10000), id=next(ids), tip=5000, order_discount=3000, tax=77),
        make.sale(latte, id=next(ids), tax=1000, tax_included=False, who=make.CLEO, by="fingerprint"),
        make.open_sale(latte, id=next(ids), who=None),
        *make.habit(ids, latte, days=range(3), who=make.BEN, by="phone"),
    ]
    built += [make.void_of(built[0]), make.refund_of(built[1], latte, id=next(ids)), make.refunded(built[2])]
    built.append(make.paid_of(built[3], who=make.AMINA))
    for sale in built:
        assert_sum(sale)
        assert msgspec.json.decode(msgspec.json.encode(sale), type=Transaction) == sale
    assert [sale.id for sale in built[:7]] == ["s1", "s2", "s3", "s4", "s5", "s6", "s7"]
    assert built[2].shop == make.OTHER_SHOP
    assert identifier_of(built[2]) == make.CLEO.fingerprint
    assert built[-1].revision == 2
    assert make.at("08:12", 1) - make.at("08:12") == timedelta(days=1)
    assert make.at("08:12").isoformat() == "2026-10-05T08:12:00+03:00"


@pytest.mark.parametrize("by", ["phone", "email", "fingerprint", "pos_id"])
def test_a_built_presence_is_found_by_what_was_enrolled(by):
    shown = make.presence(make.BEN, by=by)
    assert getattr(shown, by) in {identifier.value for identifier in make.enrolment(make.BEN, by).identifiers}


# -- rewards -----------------------------------------------------------------------------------------------------------
async def test_while_an_order_is_open_its_guest_may_use_a_reward_at_that_till(crowd, tmp_path):
    """And what else the till tells stays the same, so that the demo is the same one every time."""
    asked = []

    async def before_paid(rng, person, till_name):
        asked.append((person.key if person else None, till_name, rng.random()))

    watched = Watched(tmp_path / "clock", MORNING)
    with pytest.raises(Enough):
        await till.sell(
            watched.send, watched.clock, crowd, seed=SEED, shop="s", cards={}, sleep=watched.sleep,
            before_paid=before_paid,
        )  # fmt: skip
    opened = [event for _, event in watched.told if isinstance(event, Transaction) and event.state == "open"]
    assert [till_name for _, till_name, _ in asked] == [sale.till for sale in opened][: len(asked)]
    assert watched.told == (await Watched(tmp_path / "clock", MORNING).run(crowd)).told


@pytest.mark.slow
async def test_guests_use_their_rewards_as_the_year_goes_by(tmp_path):
    """So that not everybody who comes in has a coffee waiting."""
    guests = [person for person in crowd_of(12) if person.rhythm == "daily"]
    with serving(tmp_path, make.at("12:00", 30)) as service:
        shop = service.open_shop()
        wanted = people.enrolments(guests)
        made = {key: shop.http("POST", "/v1/customers", shop.owner_key, one).json() for key, one in wanted.items()}
        start = service.now.date() - timedelta(days=40)
        async with httpx.AsyncClient(base_url=service.url) as client:
            given = Rewards(client, shop.screen_key, {key: one["id"] for key, one in made.items()}, guests)
            for day in days.year(SEED, start, guests, days=40, shop=shop.id, walk_ins=0):
                told = [one.event for one in day if isinstance(one.event, Transaction)]
                shop.post([msgspec.structs.replace(sale, currency=shop.currency) for sale in told])
                await given.look_back(random.Random(len(told)), told)
        known = [shop.customer(one["id"]) for one in made.values()]
    used = [entry for one in known for entry in one["entries"] if entry["reason"] == "redeem"]
    assert len(used) >= len(guests)
    assert sum(one["points"] >= POINTS for one in known) < len(guests) / 2
