"""`loyalty verify` names whatever is stored and is not what other rows say: one thing is broken, and told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from loyalty.acts import gifts, redemptions
from loyalty.acts.tiers import set_tier
from loyalty.core.redemption import Redemption
from loyalty.wire import NewRedemption
from loyalty.wire_gifts import NewPerk, NewSurprise, SetBudget
from loyalty.wire_program import EarnVisit, Perk, Program, Reward, TierRule
from loyalty.wire_tiers import SetTier
from tests import make
from tests.promises.inside import Bench, House
from tests.promises.stories import OPENED, PEOPLE
from tests.promises.twins import by_hand, let_end, merge, undo

pytestmark = pytest.mark.slow

PROGRAM = Program(
    earn=(EarnVisit(points=5),),
    rewards=(Reward(id="free", name="Free coffee", points=1),),
    tiers=(TierRule(id="gold", name="Gold", measure="visits", at_least=1),),
    perks=(Perk(id="cookie", name="A cookie", kind="extra", tiers=("gold",), cost=300),),
    expire_days=30,
)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("furnished"), PEOPLE, PROGRAM, OPENED)


@contextmanager
def lived(bench: Bench) -> Iterator[House]:
    """Of Amina something of everything; Dora is merged into Ben; a sale of nobody's is void."""
    with bench.house(OPENED) as house:
        house.deliver(make.sale(id="old", at=OPENED))
        house.move(make.at("08:00"))
        house.deliver(make.sale(id="one"), make.sale(id="void", who=None, state="voided"))
        by_hand(house, "Amina", 7, "hand")
        for minute, (key, end) in enumerate((("a", redemptions.release), ("b", redemptions.confirm))):
            house.move(make.at("08:30") + timedelta(minutes=minute))
            end(house.line, house.cafe.business, None, reserve(house, key).id)
        house.move(make.at("08:40"))
        used = reserve(house, "c").id
        house.deliver(make.sale(id="two", at=make.at("08:41"), redemptions=(used,)))
        reserve(house, "d")
        give(house)
        wanted = SetTier(tier="gold", until=make.MORNING.date(), reason="ours")
        set_tier(house.line, house.cafe.business, amina(house), wanted)
        let_end(house)
        merge(house, "Ben", "Dora", "key")
        yield house


def amina(house: House) -> str:
    return house.cafe.people["Amina"]


def reserve(house: House, key: str) -> Redemption:
    with house.session.transaction():
        wanted = NewRedemption(
            customer=amina(house), reward="free", key=key, till="1", shop=house.cafe.shops[make.SHOP]
        )
        return redemptions.reserve(house.line, house.cafe.business, wanted)


def give(house: House) -> None:
    shop = house.cafe.shops[make.SHOP]
    with house.session.transaction():
        gifts.put_budget(house.line, SetBudget(shop=shop, a_week=5, cost=300, beyond=False))
        perk = NewPerk(perk="cookie", key="p", customer=amina(house), shop=shop)
        gifts.give_perk(house.line, house.cafe.business, perk)
    house.move(make.at("08:50"))
    with house.session.transaction():
        surprise = NewSurprise(reason="thanks", key="s", customer=amina(house), shop=shop)
        gifts.give_surprise(house.line, house.cafe.business, surprise)


BROKEN = [
    ("UPDATE sales SET counts = FALSE WHERE ref = 'one'", "sale one is stored as not counted"),
    ("UPDATE sales SET counts = TRUE WHERE ref = 'void'", "sale void is stored as counted"),
    ("UPDATE states SET ends = NULL", "the first of their points end at None"),
    ("UPDATE customers SET reserved_until = NULL", "their rewards are looked for until None"),
    ("UPDATE customers SET reserved_until = reserved_until - 1", "one is reserved until"),
    ("UPDATE customers SET given_at = NULL", "last given something at None"),
    ("UPDATE customers SET surprised_at = NULL", "last given something at"),
    ("DELETE FROM gifts WHERE kind = 'surprise'", "last given something at"),
    ("UPDATE customers SET care_until = 1", "is looked after until 1"),
    ("UPDATE customers SET hand_until = hand_until + 1", "has the tier gold by hand until"),
    ("UPDATE customers SET hand_tier = NULL, hand_until = NULL", "has the tier None by hand"),
    ("DELETE FROM hand_tiers", "what was set is []"),
    ("UPDATE entries SET at = at + 1 WHERE redemption IS NOT NULL", "is of the moment"),
    ("UPDATE entries SET at = at + 1 WHERE reason = 'adjust'", "is of the moment"),
    ("UPDATE entries SET at = at + 1 WHERE reason = 'expire'", "its points ended at"),
    ("UPDATE entries SET at = at + 86400000000 WHERE n = 0", "its moment is of"),
    ("UPDATE entries SET day = day + 1 WHERE n = 0", "is of the day"),
    ("UPDATE entries SET day = day + 1 WHERE reason = 'redeem'", "is of the day"),
    ("UPDATE entries SET day = day + 9 WHERE reason = 'expire'", "is of the day"),
    ("UPDATE entries SET reason = 'redeem' WHERE n = 0", "is of the reason redeem"),
    ("UPDATE entries SET reason = 'visit' WHERE redemption IS NOT NULL", "is of the reason visit"),
    ("UPDATE entries SET reason = 'referral' WHERE reason = 'adjust'", "is of the reason referral"),
    ("DELETE FROM redemptions WHERE state = 'released'", "and is not there"),
    (
        "UPDATE sales SET used = (SELECT id FROM redemptions WHERE state = 'released') WHERE ref = 'one'",
        "sale one uses",
    ),
    *(
        (f"UPDATE states SET {column} = NULL", "is listed as")
        for column in ("business", "shop", "last_at", "regular_until", "becoming_until")
    ),
    ("UPDATE customers SET agreed = NULL", "2 are one person here"),
    ("UPDATE customers SET agreed = (SELECT MAX(agreed) FROM customers)", "1 are one person here"),
    ("UPDATE customers SET messages = TRUE, agreed = NULL WHERE merged_into IS NULL", "2 are one person here"),
    ("UPDATE customers SET recognise = FALSE WHERE merged_into IS NOT NULL", "agreed to recognise as True"),
]


@pytest.mark.parametrize(("broken", "said"), BROKEN, ids=[broken for broken, _ in BROKEN])
def test_what_is_not_what_other_rows_say_is_told(furnished: Bench, broken: str, said: str) -> None:
    with lived(furnished) as house:
        assert house.differences() == []
        with house.session.transaction():
            assert house.session.run(broken) > 0
        assert any(said in one for one in house.differences()), house.differences()


def test_a_gift_taken_back_while_they_are_one_is_taken_back_from_both(furnished: Bench) -> None:
    """Given to Amina, who was merged into Ben then: what reminds of it stands beside both."""
    with lived(furnished) as house:
        [(gift,)] = house.session.rows("SELECT id FROM gifts WHERE kind = 'surprise'")
        made = merge(house, "Ben", "Amina", "both")
        with house.session.transaction():
            gifts.take_back(house.line, house.cafe.business, gift)
        assert house.session.rows("SELECT COUNT(*) FROM customers WHERE surprised_at IS NOT NULL") == [(0,)]
        assert house.differences() == []
        undo(house, str(made))
        assert house.differences() == []
