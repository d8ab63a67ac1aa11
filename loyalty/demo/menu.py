"""The menu of the demo café: what is sold, in which sizes, with what added, for how much.

Prices are minor units and include the tax. A drink is one sku whatever its size, so a renamed drink stays itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from loyalty.wire import Line

SHOP_NAME = "Baraza Coffee, Kilimani"
CURRENCY = "KES"
TIMEZONE = "Africa/Nairobi"
LANGUAGE = "en"
TAX_PERCENT = 16

SIZES = ("Small", "Medium", "Large")
SHOTS = ("Single", "Double")
SIZE_PRICES = {"Small": -6000, "Medium": 0, "Large": 6000, "Single": -6000, "Double": 0}
MODIFIER_PRICES = {
    "Oat milk": 8000,
    "Soy milk": 8000,
    "Skimmed milk": 0,
    "Extra shot": 6000,
    "Decaf": 0,
    "Vanilla syrup": 5000,
    "Honey": 4000,
    "No sugar": 0,
    "No ice": 0,
    "Extra hot": 0,
}
EXTRA_HOT = "Extra hot"


@dataclass(frozen=True, slots=True)
class Item:
    """A thing on the menu; `share` is how often somebody without a habit asks for it, against the others."""

    name: str
    category: str
    sku: str | None
    price: int  # of a medium, a double, or the only one there is
    share: int
    sizes: tuple[str, ...] = ()
    hot: bool = False
    new_name: str | None = None  # what it is called from the middle of the year on


@dataclass(frozen=True, slots=True)
class Choice:
    """An item as somebody wants it."""

    item: Item
    size: str | None = None
    modifiers: tuple[str, ...] = ()

    @property
    def price(self) -> int:
        added = sum(MODIFIER_PRICES[modifier] for modifier in self.modifiers)
        return self.item.price + (SIZE_PRICES[self.size] if self.size else 0) + added


DRINKS = (
    Item("Latte", "Coffee", "COF-LAT", 38000, 9, SIZES, hot=True),
    Item("Cappuccino", "Coffee", "COF-CAP", 36000, 8, SIZES, hot=True),
    Item("Flat White", "Coffee", "COF-FLW", 36000, 5, SIZES, hot=True, new_name="Kilimani White"),
    Item("Americano", "Coffee", "COF-AME", 28000, 5, SIZES, hot=True),
    Item("Espresso", "Coffee", "COF-ESP", 26000, 3, SHOTS, hot=True),
    Item("Mocha", "Coffee", "COF-MOC", 42000, 3, SIZES, hot=True),
    Item("Kenya AA Pour Over", "Coffee", "COF-V60", 45000, 2, hot=True),
    Item("Masala Chai", "Tea", "TEA-MAS", 26000, 6, SIZES, hot=True),
    Item("Kericho Black Tea", "Tea", "TEA-KER", 20000, 3, SIZES, hot=True),
    Item("Dawa", "Tea", "TEA-DAW", 30000, 3, SIZES, hot=True),
    Item("Iced Latte", "Cold", "CLD-ILA", 42000, 3, SIZES),
    Item("Passion Juice", "Cold", "CLD-PAS", 32000, 2, SIZES),
    Item("Tangawizi Soda", "Cold", None, 24000, 1),
)
BAKERY = (
    Item("Mandazi", "Bakery", "BAK-MDZ", 10000, 6),
    Item("Butter Croissant", "Bakery", "BAK-CRO", 25000, 5),
    Item("Almond Croissant", "Bakery", "BAK-ALM", 32000, 3),
    Item("Banana Bread", "Bakery", "BAK-BAN", 28000, 3),
    Item("Beef Samosa", "Bakery", "BAK-SAM", 18000, 3),
    Item("Cinnamon Roll", "Bakery", "BAK-CIN", 30000, 2),
    Item("Cookie of the Week", "Bakery", None, 16000, 2),  # a new one each week, so nobody gives it a sku
)
ITEMS = {item.name: item for item in DRINKS + BAKERY}


def choose(name: str, size: str | None = None, *modifiers: str) -> Choice:
    return Choice(ITEMS[name], size, modifiers)


def line(choice: Choice, *, quantity: int = 1, off: int = 0, renamed: bool = False) -> Line:
    """The line a till writes; `off` is taken from each piece."""
    item = choice.item
    return Line(
        name=(item.new_name or item.name) if renamed else item.name,
        variation=choice.size,
        modifiers=choice.modifiers,
        sku=item.sku,
        category=item.category,
        quantity=str(quantity),
        list_price=choice.price,
        total=(choice.price - off) * quantity,
    )
