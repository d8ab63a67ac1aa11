"""Whatever the counter says of a card's code, of a reward on paper and of who is coming fits every size."""

from __future__ import annotations

from datetime import timedelta

from loyalty.core import rotating
from loyalty.core.days import moment
from tests import make
from tests.browser.guests import habit, known
from tests.browser.test_languages import LATTE, LONGEST, Walk, each, its, letter, walk  # noqa: F401 (two are fixtures)
from tests.running import Enrolled, Shop


def shown(shop: Shop, known: Enrolled, ahead_s: float = 0) -> str:
    view = shop.http("GET", "/v1/card", known.card_key).json()
    at = moment(shop.service.now + timedelta(seconds=ahead_s))
    return rotating.made(view["code"], bytes.fromhex(view["secret"]), at)


@each
def test_codes_that_are_not_taken_fit_in_every_language(its: Shop, walk: Walk) -> None:  # noqa: F811
    [guest] = known(its, LONGEST)
    good = shown(its, guest)
    its.checkin(make.presence(guest.who, shop=its.id, till="9", by="phone"))
    assert (
        its.http("POST", "/v1/checkins", its.screen_key, {"shop": its.id, "till": "9", "card": good}).status_code == 200
    )
    for code, said in (
        (f"ZZZZZZZZ{good[8:]}", "card-elsewhere"),
        (f"{good[:-1]}{(int(good[-1]) + 1) % 10}", "code-forged"),
        (shown(its, guest, -900), "code-old"),
        (shown(its, guest, 900), "code-early"),
        (good, "code-used"),
    ):
        walk.glass.scan(code)
        walk.shows(said)
        walk.look(said)
        walk.glass.press("Escape")


@each
def test_a_reward_on_paper_and_who_is_coming_fit_in_every_language(its: Shop, walk: Walk) -> None:  # noqa: F811
    [guest] = known(its, LONGEST)
    its.http("PUT", "/v1/card/coming", guest.card_key, {"minutes": 15})
    walk.glass.until(lambda: "15" in walk.glass.sentence, "who is coming")
    walk.look("who is coming")
    habit(its, LONGEST, LATTE)
    its.http("PUT", "/v1/card/coming", guest.card_key, {"minutes": 10})
    walk.glass.until(lambda: "10" in walk.glass.sentence, "who is coming, and for what")
    walk.look("who is coming, and for what")
    walk.glass.scan(guest.card)
    walk.glass.until(lambda: walk.glass.page.locator("button.act").count() == 1, "a reward")
    walk.press("redeem")
    walk.glass.until(lambda: walk.glass.page.locator(".act .icon").count() == 1, "the question")
    walk.look("a reward on paper")
