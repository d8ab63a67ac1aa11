"""Whoever puts people right at a counter leaves their name, gains nothing by it, and reaches nobody's card for good."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from loyalty.acts.visits import SCREEN_DAYS
from tests import make
from tests.make import AMINA, BEN
from tests.promises.guests import guest
from tests.promises.team import asked, deeds, employ, error_of, take
from tests.promises.test_righting_people import BUN, LATTE, habit, merge, move, refs
from tests.running import Enrolled, Message, Shop

pytestmark = pytest.mark.slow


@pytest.fixture
def two(shop: Shop) -> tuple[Enrolled, Enrolled]:
    """Amina with thirty points, and Ben with none."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, AMINA, LATTE, range(30))
    return amina, ben


def part(shop: Shop, merged: Message, by: str | None = None) -> httpx.Response:
    return shop.http("POST", f"/v1/merges/{merged['id']}/undo", by or shop.screen_key)


def redeem(shop: Shop, who: Enrolled, key: str = "k") -> str:
    wanted = {"customer": who.id, "reward": "free-coffee", "till": "1", "key": key}
    answer = shop.http("POST", "/v1/redemptions", shop.screen_key, wanted)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def points(shop: Shop, *people: Enrolled) -> list[int]:
    return [shop.customer(one)["points"] for one in people]


def took(shop: Shop, merged: Message, who: Enrolled) -> None:
    answer = part(shop, merged)
    assert error_of(answer) == (409, "used-since"), answer.text
    assert "the owner can undo it" in answer.json()["error"]["message"]
    assert shop.customer(who)["merged"], "and they are one as before"


# -- who it was -------------------------------------------------------------------------------------------------------
def test_everything_that_is_put_right_at_a_counter_has_a_name(shop: Shop, two: tuple[Enrolled, Enrolled]) -> None:
    amina, ben = two
    wanjiru = employ(shop)
    token = take(shop, wanjiru)
    shop.post(shop.sale(BUN, who=AMINA, id="s7"))
    [link] = [one["id"] for one in marks(shop, ben) if one["kind"] == "phone"]
    acts: list[tuple[str, str, object]] = [
        ("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "k"}),
        ("POST", "/v1/merges", {"kept": amina.id, "gone": ben.id, "key": "k"}),
        ("POST", "/v1/visits/move", {"sales": refs(shop, "s7"), "customer": None}),
        ("POST", "/v1/visits/move", {"sales": refs(shop, "s7"), "customer": amina.id}),
    ]
    made = [asked(shop, *act, token) for act in acts]
    asked(shop, "POST", f"/v1/merges/{made[0].json()['id']}/undo", token=token)
    asked(shop, "POST", f"/v1/merges/{made[0].json()['id']}/undo", token=token)
    asked(shop, "POST", f"/v1/customers/{ben.id}/card", token=token)
    asked(shop, "DELETE", f"/v1/customers/{ben.id}/marks/{link}", token=token)
    asked(shop, "POST", f"/v1/customers/{amina.id}/sharers", {"customer": ben.id}, token)
    asked(shop, "DELETE", f"/v1/customers/{amina.id}/sharers/{ben.id}", token=token)
    done = [(what, customer) for what, staff, _, customer, _ in deeds(shop) if staff == wanjiru]
    assert done == [
        *(("merge", amina.id), ("move", amina.id), ("move", amina.id), ("part", amina.id), ("card", ben.id)),
        *(("unlink", ben.id), ("share", amina.id), ("unshare", amina.id)),
    ]
    [screens] = shop.service.rows("SELECT COUNT(DISTINCT screen) FROM deeds WHERE staff = ?", wanjiru)
    assert screens == (1,)
    over = asked(shop, "POST", f"/v1/customers/{ben.id}/card", token="staff_nobody")
    assert error_of(over) == (401, "staff-signed-off")


def marks(shop: Shop, who: Enrolled) -> list[Message]:
    found: list[Message] = shop.http("GET", f"/v1/customers/{who.id}/marks", shop.screen_key).json()["marks"]
    return found


# -- points are not used twice ----------------------------------------------------------------------------------------
def test_a_merge_with_which_rewards_were_used_is_undone_by_the_owner_alone(
    shop: Shop, two: tuple[Enrolled, Enrolled]
) -> None:
    """Somebody's points used in another's name, and the two parted again: they would have all their points back."""
    amina, ben = two
    made = merge(shop, ben, amina, by=shop.screen_key)
    used = redeem(shop, ben)
    took(shop, made, ben)  # already while it is only reserved
    assert asked(shop, "POST", f"/v1/redemptions/{used}/confirm").status_code == 200
    took(shop, made, ben)
    assert part(shop, made, shop.owner_key).status_code == 200
    assert points(shop, amina, ben) == [30, -10]
    shop.verified()


def test_rewards_that_were_used_before_a_merge_stand_in_nobody_s_way(
    shop: Shop, two: tuple[Enrolled, Enrolled]
) -> None:
    """Not even in the same moment; nor does a clock that was put back meanwhile hide what came after."""
    amina, ben = two
    asked(shop, "POST", f"/v1/redemptions/{redeem(shop, amina)}/confirm")
    made = merge(shop, ben, amina, by=shop.screen_key)
    assert part(shop, made).status_code == 200
    assert points(shop, amina, ben) == [20, 0]
    again = merge(shop, ben, amina, "again", by=shop.screen_key)
    shop.service.pass_time(minutes=-5)
    redeem(shop, ben, "after")
    took(shop, again, ben)


def test_a_reward_that_was_given_back_stands_in_nobody_s_way(shop: Shop, two: tuple[Enrolled, Enrolled]) -> None:
    amina, ben = two
    made = merge(shop, ben, amina, by=shop.screen_key)
    asked(shop, "POST", f"/v1/redemptions/{redeem(shop, ben)}/release")
    assert part(shop, made).status_code == 200
    assert points(shop, amina, ben) == [30, 0]


def test_a_merge_after_which_points_were_taken_by_hand_is_undone_by_the_owner_alone(
    shop: Shop, two: tuple[Enrolled, Enrolled]
) -> None:
    amina, ben = two
    made = merge(shop, ben, amina, by=shop.screen_key)
    shop.owner("POST", f"/v1/customers/{ben.id}/adjustments", {"points": 5, "key": "more"})
    shop.owner("POST", f"/v1/customers/{ben.id}/adjustments", {"points": -5, "key": "less"})
    took(shop, made, ben)
    assert part(shop, made, shop.owner_key).status_code == 200


def test_a_debt_that_nobody_made_by_it_holds_up_no_screen(shop: Shop) -> None:
    """A sale was given back whose points were used before: that was no hand's doing."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    habit(shop, AMINA, LATTE, range(10, 20))
    habit(shop, BEN, BUN, range(10, 15))
    sold = shop.sale(LATTE, who=AMINA, id="s7", at=make.at("07:00", 20))
    shop.post(sold)
    asked(shop, "POST", f"/v1/redemptions/{redeem(shop, amina)}/confirm")
    made = merge(shop, amina, ben, by=shop.screen_key)
    shop.post([make.void_of(sold), *(make.void_of(one) for one in bought(shop))])
    assert part(shop, made).status_code == 200
    assert min(points(shop, amina, ben)) < 0
    now = shop.sale(LATTE, who=AMINA, id="now")
    shop.post([now, make.void_of(now)])
    assert points(shop, amina)[0] < 0
    assert move(shop, ["now"], ben.id) == 200


def bought(shop: Shop) -> list[Any]:
    """One more of Amina's sales, as it was told."""
    [(id,)] = shop.service.rows("SELECT MIN(ref) FROM sales WHERE shop = ? AND ref <> 's7'", shop.id)
    return [shop.sale(LATTE, who=AMINA, id=id, at=make.at("08:00", 10))]


def test_a_visit_whose_points_are_used_is_moved_by_the_owner_alone(shop: Shop) -> None:
    """Else it would be somebody's for as long as a reward takes, and go back with its points."""
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    shop.owner("POST", f"/v1/customers/{ben.id}/adjustments", {"points": 9, "key": "nine"})
    shop.post(shop.sale(LATTE, who=AMINA, id="s7"))
    assert move(shop, ["s7"], ben.id) == 200
    asked(shop, "POST", f"/v1/redemptions/{redeem(shop, ben)}/confirm")
    body = {"sales": refs(shop, "s7"), "customer": amina.id}
    assert error_of(shop.http("POST", "/v1/visits/move", shop.screen_key, body)) == (409, "used-since")
    assert points(shop, amina, ben) == [0, 0], "nothing was moved"
    assert move(shop, ["s7"], amina.id, by=shop.owner_key) == 200
    assert points(shop, amina, ben) == [1, -1]


# -- how old a visit is -----------------------------------------------------------------------------------------------
def test_a_screen_moves_the_visits_of_a_week_and_the_owner_those_of_any_age(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    at = shop.service.now - timedelta(minutes=1)
    shop.post([shop.sale(who=AMINA, id="s7", at=at), shop.sale(who=AMINA, id="s8", at=at + timedelta(minutes=1))])
    shop.service.move(at + timedelta(days=SCREEN_DAYS, seconds=30))
    body = {"sales": refs(shop, "s8", "s7"), "customer": ben.id}
    answer = shop.http("POST", "/v1/visits/move", shop.screen_key, body)
    assert (*error_of(answer), answer.json()["error"]["at"]) == (409, "too-old", "sales[1].id")
    assert "the owner can move it" in answer.json()["error"]["message"]
    assert points(shop, amina, ben) == [1, 0], "none of them was moved"
    assert move(shop, ["s8"], ben.id) == 200
    assert move(shop, ["s7"], ben.id, by=shop.owner_key) == 200
    assert points(shop, amina, ben) == [0, 1]


# -- erasing by a link ------------------------------------------------------------------------------------------------
def erase(shop: Shop, token: str, card: str) -> tuple[int, str]:
    answer = shop.http("DELETE", "/v1/card", token, {"letters": card[-4:]})
    return (204, "") if answer.status_code == 204 else error_of(answer)


def new_card(shop: Shop, who: Enrolled, by: str) -> tuple[str, str]:
    """The secret of the new link, and the letters."""
    made = shop.http("POST", f"/v1/customers/{who.id}/card", by).json()
    return made["card_url"].partition("#")[2], made["card"]


def test_a_card_made_anew_at_a_counter_erases_nobody_for_a_day(shop: Shop, two: tuple[Enrolled, Enrolled]) -> None:
    amina, _ = two
    link = new_card(shop, amina, shop.screen_key)
    assert shop.http("GET", "/v1/card", link[0]).status_code == 200
    assert shop.http("DELETE", "/v1/card", link[0], {"letters": "ZZZZ"}).status_code == 422
    assert erase(shop, *link) == (409, "too-new")
    said = shop.http("DELETE", "/v1/card", link[0], {"letters": link[1][-4:]}).json()["error"]["message"]
    assert "the shop can do it at once" in said
    assert (shop.service.now + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M") in said
    shop.service.pass_time(hours=24, seconds=-1)
    assert erase(shop, *link) == (409, "too-new")
    shop.service.pass_time(seconds=1)
    assert erase(shop, *link) == (204, "")


def test_a_card_that_the_owner_made_or_that_came_with_enrolling_erases_at_once(
    shop: Shop, two: tuple[Enrolled, Enrolled]
) -> None:
    amina, ben = two
    new_card(shop, amina, shop.screen_key)
    assert erase(shop, *new_card(shop, amina, shop.owner_key)) == (204, "")
    assert erase(shop, ben.card_key, ben.card) == (204, "")


def test_a_merge_that_was_undone_holds_up_no_link(shop: Shop) -> None:
    amina, ben = shop.enrol(AMINA), shop.enrol(BEN)
    shop.service.pass_time(days=2)
    made = merge(shop, ben, amina, by=shop.screen_key)
    shop.service.pass_time(minutes=1)
    assert part(shop, made).status_code == 200
    assert erase(shop, ben.card_key, ben.card) == (204, "")


def test_the_link_of_another_card_erases_nobody_on_the_day_on_which_a_counter_made_them_one(shop: Shop) -> None:
    """Else a link made yesterday for nobody would erase whoever is merged into it."""
    amina, nobody = shop.enrol(AMINA), shop.enrol(guest(1))
    shop.service.pass_time(days=2)
    made = merge(shop, nobody, amina, by=shop.screen_key)
    assert erase(shop, nobody.card_key, nobody.card) == (409, "too-new")
    assert part(shop, made).status_code == 200
    merge(shop, amina, nobody, "again", by=shop.owner_key)
    shop.service.pass_time(days=1)
    assert erase(shop, nobody.card_key, nobody.card) == (204, "")  # each shows their own letters
