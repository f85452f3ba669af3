"""The stem of a word: what its forms have in common, and other words do not.

    pagamentos ──plural──▶ pagamento ──ending──▶ pag      contos ──word──▶ conto      emitindo ──Snowball──▶ emit

Accents and case are gone before: so a word without its accents has the same stem. Rules and exceptions are data, a file
a language, which `search.analysis.language_data` reads and checks:

[plurals]     ending, what comes in its place, how many letters have to stand before it; the longest ending counts
[bases]       the same for forms in whose place another is looked at: adverbs, subjunctives
[endings]     the same for nouns and adjectives; what they leave is the stem
[suffixes]    endings of verbs, the longer first: for short verbs and for prefixes
[unfinished]  further endings that a prefix may end within
[finals]      letters that a stem of no listed ending loses
[prefixes]    what makes a verb of a verb, whose forms stay as irregular as they were
[words]       words that are their own stem, or have one after a "="; looked up before all else
[stems]       stems that stay whole when nothing or an ending of [bare] follows
[verbs]       what is left of verbs in -er and -ir: their imperfect, an ending of [past], looks like a noun
[after]       stems of another form of the same word
[last]        the ends of stems, as [plurals]

Of its other sections, [stop] has the words that say little, [negations] those that may never be among them, [questions]
and [answers] the headings of an article.

What no rule takes is Snowball's: verbs, mostly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

import Stemmer as Snowball

from search.analysis.language_data import Endings, LanguageData

SNOWBALL = {"pt": "portuguese", "es": "spanish", "en": "english"}

LEAST = 4
"""Letters of a stem that may lose one more."""
VOWELS = frozenset("aeiou")


class Stemmer:
    """The stems of one language, by what its file says and by Snowball's rules for the rest."""

    def __init__(self, lang: str, data: LanguageData) -> None:
        self._snowball = Snowball.Stemmer(SNOWBALL[lang], 0)
        self._plurals, self._bases, self._endings, self._last = (
            data.rows[name] for name in ("plurals", "bases", "endings", "last")
        )
        self._words, self._after = data.pairs["words"], data.pairs["after"]
        self._suffixes, self._unfinished = data.plain["suffixes"], data.plain["unfinished"]
        self._prefixes, self._finals = data.plain["prefixes"], data.plain["finals"]
        self._bare, self._past = ("", *data.plain["bare"]), data.plain["past"]
        self._stems, self._verbs = frozenset(data.plain["stems"]), frozenset(data.plain["verbs"])

    def stem(self, word: str) -> str:
        """The stem of a folded word of letters."""
        singular = _replaced(word, self._plurals) or word
        singular = _replaced(singular, self._bases) or singular
        whole = self._listed(word, self._words) or self._listed(singular, self._words) or self._whole(singular)
        if whole:
            return whole
        stem = self._imperfect(singular) or _replaced(singular, self._endings)
        if stem is None:
            stem = self._verb(singular)
        stem = self._listed(stem, self._after) or stem
        return _replaced(stem, self._last) or stem

    def is_named(self, word: str) -> bool:
        """Whether a folded word, or its singular, is among the [words] of the language."""
        return word in self._words or _replaced(word, self._plurals) in self._words

    def begun(self, prefix: str) -> Iterator[str]:
        """The stems of words that begin with a folded prefix and do not themselves: "gerac" begins "geracao", "ger".

        A stem is shorter, or it is a listed one, of another form: "emiss" begins "emissao", "emit".
        """
        if len(prefix) >= LEAST:
            entries = chain(self._words.items(), self._after.items())
            yield from (stem for form, stem in entries if form.startswith(prefix) and not stem.startswith(prefix))
        endings = {row[0] for table in (self._plurals, self._endings) for rows in table.values() for row in rows}
        for ending in sorted(endings.union(self._suffixes, self._unfinished)):
            for length in range(2, len(ending)):
                if prefix.endswith(ending[:length]):
                    stem = self.stem(prefix[:-length] + ending)
                    if LEAST <= len(stem) + 1 <= len(prefix) and prefix.startswith(stem):
                        yield stem

    def _listed(self, form: str, stems: Mapping[str, str]) -> str | None:
        """The stem listed for a form; "reaberto" is to "reabrir" what "aberto" is to "abrir"."""
        if form in stems:
            return stems[form]
        for prefix in self._prefixes:
            rest = form.removeprefix(prefix)
            if rest != form and stems.get(rest, rest) != rest:
                return prefix + stems[rest]
        return None

    def _whole(self, word: str) -> str | None:
        for ending in self._bare:
            if word.endswith(ending) and (base := word[: len(word) - len(ending)]) in self._stems:
                return base
        return None

    def _imperfect(self, word: str) -> str | None:
        if not word.endswith(self._past):
            return None
        for ending in self._past:
            if word.endswith(ending) and (base := word[: -len(ending)]) in self._verbs:
                return base
        return None

    def _verb(self, word: str) -> str:
        stem: str = self._snowball.stemWord(word)
        if word[0] in VOWELS:
            for ending in self._suffixes:
                base = word.removesuffix(ending)
                if base != word and len(base) >= 2 and (len(word) - len(stem) <= 1 or VOWELS.isdisjoint(base[1:])):
                    return base
        if stem.endswith(self._finals) and len(stem) >= LEAST:
            stem = stem[:-1]
        return stem


def _replaced(word: str, endings: Endings) -> str | None:
    """The word with its longest known ending replaced; None where it has none."""
    for ending, least, instead in endings.get(word[-2:]) or endings.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= max(least, 1):
            return word[: -len(ending)] + instead
    return None
