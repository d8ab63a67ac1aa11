"""What the doctor says of cards in wallets: what is missing and how to get it, what is wrong, what ends soon."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from loyalty.care.finding import Finding
from loyalty.core.days import DAY, when
from loyalty.wallet.keys import APPLE, GOOGLE, HOW, WWDR, Trouble, Wallets

SOON_DAYS = 30
RENEW = f"make another certificate of the same Pass Type ID, put it in its place, and start the service again ({HOW})"


class Purse(Struct, frozen=True, kw_only=True):
    """What lies in the owner's folder."""

    folder: str
    apple_ends: int | None  # when the certificate does (µs); none: there is none that can be used
    google: bool
    troubles: tuple[Trouble, ...] = ()


def purse_of(folder: str, found: Wallets) -> Purse:
    ends = found.apple.ends_at if found.apple is not None else None
    return Purse(folder=folder, apple_ends=ends, google=found.google is not None, troubles=found.troubles)


def findings(purse: Purse, public_url: str, now: int) -> Iterator[Finding]:
    """`public_url` as it was set, `now` in µs."""
    for trouble in purse.troubles:
        yield Finding("wrong", trouble.what, trouble.do)
    tried = {trouble.maker for trouble in purse.troubles}
    if purse.apple_ends is None and "apple" not in tried:
        yield Finding(
            "off",
            "cards cannot be put into Apple Wallet: there is no certificate to sign them with",
            "Apple Developer → Identifiers → Pass Type IDs → make one, then its certificate; put it with its key into"
            f" {purse.folder}/{APPLE}, and Apple's own into {purse.folder}/{WWDR} ({HOW}); all else works without",
        )
    if not purse.google and "google" not in tried:
        yield Finding(
            "off",
            "cards cannot be put into Google Wallet: there is no service account to sign them with",
            "make an issuer account for the Google Wallet API and a service account; put its key file into"
            f" {purse.folder}/{GOOGLE}, and say --wallet-issuer ({HOW}); all else works without",
        )
    yield from _ends(purse.apple_ends, now)
    if (purse.apple_ends is not None or purse.google) and not public_url.startswith("https://"):
        yield Finding(
            "wrong",
            "cards in wallets stay as they were made, since public_url is not https: telephones ask nowhere else",
            "give the service a public https address (docs/running.md); who has a pass puts it into the wallet again",
        )


def _ends(ends: int | None, now: int) -> Iterator[Finding]:
    if ends is None or ends - now > SOON_DAYS * DAY:
        return
    shown = f"{when(ends):%Y-%m-%d}"
    if ends <= now:
        yield Finding("wrong", f"the certificate for Apple Wallet ended on {shown}: no pass is made any more", RENEW)
    else:
        yield Finding("off", f"the certificate for Apple Wallet ends on {shown}", RENEW)
