"""What a box offers while someone types: the rules, without an index.

"nota fis"  ──▶  titles with words that begin so   ──▶  "Emissão de nota fiscal"
"mv est"    ──▶  codes that begin with "mv_est"    ──▶  parameter MV_ESTADO
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from search import ranking
from search.analysis.analyzer import MAX_TERM, WORD, Analyzer, divide, fold, whole
from search.identifiers import recognizer
from search.identifiers.patterns import code_table
from search.identifiers.recognizer import has_code_sign
from search.model import Completion, Identifier, Range
from search.suggest.spelling import beginning_distance, wrong_letters

MAX_TYPED = 100
"""Characters of a typed text that completion reads; MAX_WORDS are its words."""
MAX_WORDS = 8
MIN_CODE = 2
"""Characters from which on codes are offered."""

RELEASE = "12.1."
PIECE = re.compile(r"[a-z]+|\d+")

# -- words -------------------------------------------------------------------------------------------------------------


def title_words(title: str, analyzer: Analyzer) -> frozenset[str]:
    """The folded words by which a title is completed: parts and wholes, without those that say little."""
    words: set[str] = set()
    for word in WORD.findall(fold(title)):
        if word.isalnum():
            words.add(word)
        else:
            words.update((whole(word), *divide(word)))
    return frozenset(word[:MAX_TERM] for word in words - analyzer.stop_words if word)


def typed_words(text: str, analyzer: Analyzer) -> list[str]:
    """The folded words of a typed text; those that say little only where there are no others."""
    parts = [part for word in WORD.findall(fold(text[:MAX_TYPED])) for part in divide(word) if part]
    words = list(dict.fromkeys(parts))[:MAX_WORDS]
    return [word for word in words if not analyzer.is_stop_word(word)] or words


def marked(title: str, words: Iterable[str], *, nearly: bool = False) -> tuple[Range, ...]:
    """The characters of a title that typed words stand for: how its words begin, or nearly begin."""
    rest, ranges = list(words), []
    for start, end, word in _parts(title):
        for typed in rest:
            if word.startswith(typed) or (nearly and beginning_distance(typed, word) <= wrong_letters(typed)):
                plain = fold(title[start:end]).startswith(typed)
                ranges.append((start, start + folded_length(title[start:end], len(typed)) if plain else end))
                rest.remove(typed)
                break
    return tuple(_apart(sorted(ranges)))


def folded_length(text: str, length: int) -> int:
    """How many characters of a text make `length` folded ones."""
    done = 0
    for place, character in enumerate(text):
        if done >= length:
            return place
        done += len(fold(character))
    return len(text)


def _parts(title: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and folded form of every word and of every part of one."""
    for match in WORD.finditer(title):
        parts, start = divide(match[0]), match.start()
        for part in parts:
            yield start, start + len(part), fold(part)
            start += len(part) + 1
        if len(parts) > 1:
            yield match.start(), match.end(), whole(match[0])


def _apart(ranges: Iterable[Range]) -> Iterator[Range]:
    """Ascending ranges, without those that begin inside of the one before."""
    last = 0
    for start, end in ranges:
        if start >= last:
            yield start, end
            last = end


# -- codes -------------------------------------------------------------------------------------------------------------


def code_beginnings(text: str) -> list[tuple[str, str]]:
    """(kind, how its values begin, lower case) of the codes that a typed text may be the beginning of; "" is any kind.

    What stands between letters and digits is typed or left out at will: each way to write it is one beginning.
    """
    folded = " ".join(fold(text[:MAX_TYPED]).split())
    labels = code_table().labels
    if label := labels.pattern.fullmatch(folded):
        kind, rest = labels.kinds[label[1]], label[2]
        if kind == "version" and not rest.startswith(RELEASE[:2]):
            rest = RELEASE + rest
        return [(kind, rest)]
    pieces = PIECE.findall(folded)
    if not 0 < len(pieces) <= MAX_WORDS or len("".join(pieces)) < MIN_CODE:
        return []
    glued, bare = folded.replace(" ", ""), "".join(pieces)
    ways = [glued, "_".join(folded.split()), *(sign.join(pieces) for sign in ("", "-", "."))]
    if bare.startswith("mv"):
        ways.append(f"mv_{bare[2:]}")
    return [("", way) for way in dict.fromkeys(ways)]


def spelled(identifier: Identifier) -> str:
    """How a completion spells a code so that a query reads it as one."""
    spelling = recognizer.spelled(identifier)
    return spelling[:1].upper() + spelling[1:]


def marked_code(spelling: str, value: str, text: str) -> tuple[Range, ...]:
    """The characters of a code's spelling that were typed."""
    start = len(spelling) - len(value)
    labels = code_table().labels
    label = labels.pattern.fullmatch(" ".join(fold(text).split()))
    left = len("".join(PIECE.findall(label[2] if label else fold(text))))
    if label and labels.kinds[label[1]] == "version" and not label[2].startswith(RELEASE[:2]):
        left += len("".join(PIECE.findall(RELEASE)))
    for place in range(start, len(spelling)):
        left -= spelling[place].isalnum()
        if left <= 0:
            return ((start, place + 1),)
    return ((start, len(spelling)),)


# -- what is offered ---------------------------------------------------------------------------------------------------


def mixed(titles: Sequence[Completion], codes: Sequence[Completion], limit: int, text: str) -> list[Completion]:
    """At most `limit` completions, codes first where the text looks like one; each kind leaves room for the other."""
    if has_code_sign(text):
        first = codes[: limit - min(len(titles), ranking.TITLES_BESIDE, limit // 2)]
        return [*first, *titles[: limit - len(first)]]
    last = codes[: max(min(ranking.CODES_BESIDE, limit // 2), limit - len(titles))]
    return [*titles[: limit - len(last)], *last]


def led(queries: Sequence[Completion], others: Sequence[Completion], text: str) -> list[Completion]:
    """Completions with frequent queries before them, or, where the text looks like a code, behind the codes.

    A query that says what another completion says is left out.
    """
    texts = {fold(completion.text) for completion in others}
    new = [query for query in queries if fold(query.text) not in texts]
    codes = sum(completion.kind == "identifier" for completion in others) if has_code_sign(text) else 0
    return [*others[:codes], *new, *others[codes:]]
