"""What somebody never wants, found in what is about to be offered."""

from __future__ import annotations

import re
import unicodedata

TATWEEL = "\u0640"
# Burmese, Thai, Lao, Khmer, Chinese and Japanese: words stand without spaces.
SPACELESS = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uaa60-\uaa7f]")


def unwanted(text: str, never: tuple[str, ...]) -> bool:
    """Whether one of these stands in it: by whole words, however they are accented, vowelled or composed; in scripts
    that write without spaces as a part."""
    here = _plain(text)
    words = set(_words(here))
    together = here.replace(" ", "")
    for one in map(_plain, never):
        found = _words(one)
        if found and (one.replace(" ", "") in together if SPACELESS.search(one) else words.issuperset(found)):
            return True
    return False


def _plain(text: str) -> str:
    """Without capitals, accents and vowel marks; but a mark of Burmese is a letter of it."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    marks = (char for char in spread if unicodedata.category(char) != "Mn" or SPACELESS.match(char))
    return "".join(char for char in marks if char != TATWEEL)


def _words(plain: str) -> list[str]:
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in plain)
    return "".join(kept).split()
