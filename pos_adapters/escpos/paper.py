"""What stands on a receipt, line by line: its number and time, what was sold, amounts beside words, how it was paid.

A line is judged by the amount at its end and by the word before it. Whatever is neither is a name, or nothing to us.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pos_adapters import money, paying
from pos_adapters.escpos import words
from pos_adapters.escpos.dates import date_in, time_in
from pos_adapters.files import amounts

INDENT = 2  # further in than what was sold: something about it
_COUNTED = re.compile(r"(?P<many>-?\d{1,4}(?:[.,]\d{1,3})?)(?:\s*[x×*]\s*|\s+)(?P<name>.*[^\W\d_].*)")
_TIMES = re.compile(r"(?P<name>.*?)\s*(?<![\w.,])(?P<many>\d{1,4}(?:[.,]\d{1,3})?)\s*[x×@*]\s*(?P<each>\D?\s?[\d.,]+)?")
_COLUMNS = re.compile(r"(?P<name>.*[^\W\d_].*?)\s{2,}(?P<many>\d{1,4})(?:\s+(?P<each>\D?[\d.,]+))?")
_ABOUT = re.compile(r"(?:[+>•·*]\s*|-\s+)(?=\S)")
_GAP = re.compile(r"\s{9,}")  # wide as it is printed, it says no more
_LAST4 = re.compile(r"[*xX•.#]{2,}[ -]?(\d{4})(?!\d)")


@dataclass(slots=True)
class Item:
    """`about`: what stood below it, further in, each with what it cost."""

    name: str
    many: Decimal
    amount: Decimal
    about: list[tuple[str, Decimal]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Paid:
    kind: str
    amount: Decimal | None
    last4: str | None


@dataclass(slots=True)
class Paper:
    """`sums`: what stands beside a word, of each kind. `back`: amounts that nobody named, to be told by their sign."""

    currency: str
    number_word: str = ""
    kinds: set[str] = field(default_factory=set)
    numbers: dict[str, str] = field(default_factory=dict)
    date: str = ""
    time: str = ""
    member: str = ""
    till: str = ""
    items: list[Item] = field(default_factory=list)
    sums: dict[str, list[Decimal]] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    _indent: int = 0
    _above: str = ""  # a name whose amount may stand on the next line

    @property
    def total(self) -> Decimal | None:
        """The last one: a tip that was added makes another."""
        return self.sums["total"][-1] if "total" in self.sums else None

    @property
    def number(self) -> str:
        return next((self.numbers[kind] for kind in ("own", *words.NUMBERS) if kind in self.numbers), "")

    def line(self, text: str) -> None:
        shown = _GAP.sub(" " * 8, unicodedata.normalize("NFKC", text).expandtabs(2)).rstrip()
        if not any(map(str.isalnum, shown)):
            self._above = ""
            return
        if kind := words.kind_of(shown):
            self.kinds.add(kind)
            return
        found = _amount_at_end(self.currency).fullmatch(shown)
        dated = self._dated(shown)
        told = bool(dated or found)
        if dated or found is None:
            told = self._named(shown) or told
        elif not self._summed(found["label"], amount_in(found["amount"], self.currency), shown):
            self._sold(found["label"], amount_in(found["amount"], self.currency))
        self._above = "" if told else shown.strip()

    # -- lines without an amount --------------------------------------------------------------------------------------
    def _dated(self, text: str) -> bool:
        date, rest = date_in(text)
        time = (time_in(rest, dotted=True) if date else "") or time_in(text, dotted=False)
        self.date, self.time = self.date or date, self.time or time
        return bool(date or time)

    def _named(self, text: str) -> bool:
        """Numbers and names, and what is about the item above; whether it is one of these."""
        known = False
        if self.number_word and (number := words.said_after(self.number_word, text)):
            known = bool(self.numbers.setdefault("own", number))
        for kind in words.NUMBERS:
            if number := words.said_after(kind, text):
                known = bool(self.numbers.setdefault(kind, number))
        if member := words.said_after("member", text):
            self.member, known = self.member or member, True
        self.till = self.till or words.said_after("till", text)
        if self.total is not None:
            self._tendered(text, None)
        elif self.items and not known and (name := self._about(text)):
            self.items[-1].about.append((name, Decimal(0)))
            return True
        return known

    def _about(self, text: str) -> str:
        """The name of what is a part of the item above; empty where it is none."""
        bare = text.strip()
        marked = _ABOUT.match(bare)
        if not self.items or not (marked or len(text) - len(text.lstrip()) >= self._indent + INDENT):
            return ""
        counted = _COUNTED.fullmatch(bare[marked.end() :] if marked else bare)
        return counted["name"] if counted else bare[marked.end() :] if marked else bare

    # -- lines with one -----------------------------------------------------------------------------------------------
    def _summed(self, label: str, amount: Decimal, text: str) -> bool:
        """Whether it belongs to the sum, or stands below it."""
        over = self.total is not None
        if over and _amount_at_end(self.currency).fullmatch(label.rstrip()):
            return True  # a table: of taxes, mostly
        if over and self._tendered(label, amount, text):
            return True
        kind = words.amount_of(label, words.BEFORE_TOTAL if self.items or over else ("total",))
        if kind:
            self.sums.setdefault(kind, []).append(amount)
        return over or bool(kind)

    def _tendered(self, label: str, amount: Decimal | None, text: str = "") -> bool:
        last4 = _LAST4.search(text or label)
        bare = _LAST4.sub("", label)
        kind = words.amount_of(bare, (*paying.KINDS, "change")) or ("card" if last4 else "")
        if kind == "change":
            self.sums.setdefault("change", []).append(amount or Decimal(0))
        elif kind:
            self.paid.append(Paid(kind, amount, last4[1] if last4 else None))
        return bool(kind)

    def _sold(self, label: str, amount: Decimal) -> None:
        bare = label.strip()
        times = _TIMES.fullmatch(bare)
        below = bare[:1] != "-" or label[:1] == " "  # and not a line that takes one back
        if (not times or times["name"]) and below and (name := self._about(label)):
            self.items[-1].about.append((name, amount))
            return
        many, name = Decimal(1), bare
        if times:
            many, name = amounts.quantity(times["many"]), times["name"]
            if not name and self._more_about_the_last(many, amount):
                return
            amount = amount * many if not times["each"] and not name and self._above else amount
        elif found := _COUNTED.fullmatch(bare) or _COLUMNS.fullmatch(bare):
            many, name = amounts.quantity(found["many"]), found["name"]
        if counted := _COUNTED.fullmatch(self._above):
            many, name = (amounts.quantity(counted["many"]), f"{counted['name']} {name}") if many == 1 else (many, name)
        elif not name:
            name = self._above
        if not self.items:
            self._indent = len(label) - len(label.lstrip())
        self.items.append(Item(name.strip(), abs(many), amount))

    def _more_about_the_last(self, many: Decimal, each: Decimal) -> bool:
        """`2 x 4.25` below what came to 8.50."""
        if self._above or not self.items or self.items[-1].amount not in (many * each, each):
            return False
        self.items[-1].many = many
        return True


def amount_in(text: str, currency: str) -> Decimal:
    """The last mark is the decimal one where the currency has decimals, and else it parts thousands."""
    if "(" not in text:
        text = text.rstrip(")")  # of a bracket that began before it
    marks = [char for char in text if char in ".,"]
    decimal = marks[-1] if marks else "."
    if not money.digits(currency):
        decimal = "," if decimal == "." else "."
    return amounts.amount(text, decimal)


@cache
def _amount_at_end(currency: str) -> re.Pattern[str]:
    """With a letter behind that says how it is taxed. Without decimals only after a gap, or with the currency."""
    digits = money.digits(currency)
    sign = rf"(?:{currency}|[$€£¥₹₩₦₱฿₫₺\\]|KSh|Ksh|TSh|USh|Rs\.?|Fr\.?|kr|zł|Kč)"
    whole = r"(?:\d{1,3}(?:[.,'’]\d{3})+|\d+)"
    number = rf"{whole}[.,]\d{{{digits}}}" if digits else whole
    gap = r"(?:\s+|^)" if digits else rf"(?:\s{{2,}}|^|\s(?=-?{sign}))"
    return re.compile(
        rf"(?P<label>.*?){gap}(?P<amount>[-+(]?\s?{sign}?\s?-?{number}\s?{sign}?\)?-?)(?:\s?[A-Z*#]{{1,2}})?\s*"
    )
