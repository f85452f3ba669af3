"""The stem of a word: what its forms have in common, and other words do not.

    pagamentos ──plural──▶ pagamento ──ending──▶ pag      contos ──word──▶ conto      emitindo ──Snowball──▶ emit

Accents and case are gone before: so a word without its accents has the same stem. Rules and exceptions are data, a file
a language, which `search.analysis.language_data` reads and checks:

[plurals]  ending, what comes in its place, how many letters have to stand before it; the longest ending counts
[endings]  the same for nouns and adjectives; what they leave is the stem
[suffixes] endings of verbs, the longer first: for short verbs and for prefixes
[words]    words that are their own stem, or have one after a "="; looked up before all else
[stems]    stems that stay whole when nothing or a vowel follows
[verbs]    what is left of verbs in -er and -ir: their imperfect looks like a noun
[after]    stems of another form of the same word
[last]     the ends of stems, as [plurals]

What no rule takes is Snowball's: verbs, mostly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

import Stemmer

from search.analysis import language_data as words
from search.analysis.language_data import Endings

SNOWBALL = {"pt": "portuguese", "es": "spanish", "en": "english"}

LEAST = 4
"""Letters of a stem that may lose one more."""
BARE = {"pt": ("", "a", "o", "e", "am", "em", "ei"), "es": ("", "a", "o", "e", "an", "en"), "en": ("",)}
"""What may follow a stem that stays whole."""
VOWELS = frozenset("aeiou")
PREFIXES = {"pt": ("re", "des"), "es": ("re", "des"), "en": ()}
"""What makes a verb of a verb, and leaves its forms as irregular as they were."""
PAST = (
    *"ia iam ian ias io imo iera ieran era eram eran erao ira iram iran irao eria eriam erian iria iriam irian".split(),
)
"""What may follow a verb of [verbs]. The accents that told it from a noun are gone."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the file of a language says, and the stemmer for what it does not say."""

    snowball: Stemmer.Stemmer
    plurals: Endings
    endings: Endings
    suffixes: tuple[str, ...]
    words: Mapping[str, str]
    stems: frozenset[str]
    verbs: frozenset[str]
    after: Mapping[str, str]
    last: Endings
    bare: tuple[str, ...]


def stem(word: str, lang: str) -> str:
    """The stem of a folded word of letters; a word of a language without rules is its own."""
    if lang not in SNOWBALL:
        return word
    rules = rules_of(lang)
    singular = _base(_replaced(word, rules.plurals) or word, lang)
    known = _listed(word, rules.words, lang) or _listed(singular, rules.words, lang) or _whole(singular, rules)
    if known:
        return known
    found = _past(singular, rules) or _replaced(singular, rules.endings)
    if found is None:
        found = _verb(singular, rules, lang)
    found = _listed(found, rules.after, lang) or found
    return _replaced(found, rules.last) or found


def is_named(word: str, lang: str) -> bool:
    """Whether a folded word, or its singular, is among the [words] of a language."""
    words, plurals = rules_of(lang).words, rules_of(lang).plurals
    return word in words or _replaced(word, plurals) in words


def begun(prefix: str, lang: str) -> Iterator[str]:
    """The stems of words that begin with a folded prefix, and that do not themselves: "gerac" begins "geracao", "ger".

    A stem is shorter, or it is a listed one, of another form: "emiss" begins "emissao", "emit".
    """
    rules = rules_of(lang)
    if len(prefix) >= LEAST:
        known = chain(rules.words.items(), rules.after.items())
        yield from (found for form, found in known if form.startswith(prefix) and not found.startswith(prefix))
    listed = {each[0] for table in (rules.plurals, rules.endings) for several in table.values() for each in several}
    for ending in sorted(listed.union(rules.suffixes)):
        for typed in range(2, len(ending)):
            if prefix.endswith(ending[:typed]):
                found = stem(prefix[:-typed] + ending, lang)
                if LEAST <= len(found) + 1 <= len(prefix) and prefix.startswith(found):
                    yield found


def _base(word: str, lang: str) -> str:
    """The adjective of an adverb; the indicative of a subjunctive in -que."""
    if lang == "en":
        return word
    if word.endswith(ADVERBS) and len(word) > 8:
        return word[:-5]
    if word.endswith(("que", "quem", "quen")) and len(word) > LEAST:
        return word[: word.rindex("que")] + "ca"
    return word


ADVERBS = ("amente", "lmente", "rmente", "ntemente", "esmente", "vemente", "zmente")


def _listed(form: str, listed: Mapping[str, str], lang: str) -> str | None:
    """The stem listed for a form; "reaberto" is to "reabrir" what "aberto" is to "abrir"."""
    if form in listed:
        return listed[form]
    for prefix in PREFIXES[lang]:
        rest = form.removeprefix(prefix)
        if rest != form and listed.get(rest, rest) != rest:
            return prefix + listed[rest]
    return None


def _replaced(word: str, endings: Endings) -> str | None:
    """The word with its longest known ending replaced; None where it has none."""
    for ending, least, instead in endings.get(word[-2:]) or endings.get(word[-1:], ()):
        if word.endswith(ending) and len(word) - len(ending) >= max(least, 1):
            return word[: -len(ending)] + instead
    return None


def _whole(word: str, rules: Rules) -> str | None:
    for ending in rules.bare:
        if word.endswith(ending) and (base := word[: len(word) - len(ending)]) in rules.stems:
            return base
    return None


def _past(word: str, rules: Rules) -> str | None:
    if not word.endswith(PAST):
        return None
    for ending in PAST:
        if word.endswith(ending) and (base := word[: -len(ending)]) in rules.verbs:
            return base
    return None


def _verb(word: str, rules: Rules, lang: str) -> str:
    found: str = rules.snowball.stemWord(word)
    if lang == "en":
        return found
    if word[0] in VOWELS:
        for ending in rules.suffixes:
            base = word.removesuffix(ending)
            if base != word and len(base) >= 2 and (len(word) - len(found) <= 1 or VOWELS.isdisjoint(base[1:])):
                return base
    if found[-1:] in "aeo" and len(found) >= LEAST:
        found = found[:-1]
    return found


@cache
def rules_of(lang: str) -> Rules:
    held = words.of(lang)
    return Rules(
        snowball=Stemmer.Stemmer(SNOWBALL[lang], 0),
        plurals=held.rows["plurals"],
        endings=held.rows["endings"],
        suffixes=held.plain["suffixes"],
        words=held.pairs["words"],
        stems=frozenset(held.plain["stems"]),
        verbs=frozenset(held.plain["verbs"]),
        after=held.pairs["after"],
        last=held.rows["last"],
        bare=BARE[lang],
    )
