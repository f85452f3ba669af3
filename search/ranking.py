"""Every weight of the ranking, on one screen.

A hit's score is BM25F over the text fields, plus the code fields where the query names a code; then it is multiplied by
the signals below. BM25: Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 and b as there. Losses
in brackets are nDCG@10 of four judged collections without the part: faquad, kb_pt_title, squad_es, xquad_en, in
thousandths; docs/relevance.md has the tables, and how to try another value (`busca eval --save`, `--compare`).
"""

import math

FIELDS = {"title": 0.7, "headings": 1.0, "labels": 1.2, "body": 1.0}
"""Text field → weight. Many documents share the words of their titles [title 4: 38, 0, 13, 2]; see TITLE."""
CODE_FIELDS = {"named_codes": 6.0, "title_codes": 20.0, "codes": 5.0}
"""Code field → weight: a document whose title begins with the code leads, then those that name it in the title, then
those that mention it."""
K1 = 0.9
LENGTH_NORM = {"title": 0.3, "headings": 0.4, "labels": 0.1, "body": 0.68} | dict.fromkeys(CODE_FIELDS, 0.0)
"""Field → BM25's b: how much a long field is discounted. Long titles are a habit here, not dilution."""
PHRASE_WEIGHT = 2.0
"""A typed phrase, over the sum of its words."""

SYNONYM, ABBREVIATION = 0.5, 0.7
"""What means about the same as typed words, and what a typed abbreviation stands for, unless their list says more."""
CODE_MEANT = 0.5
"""A code that stands for typed words, over one that was typed: who types words means their titles first."""

STRICT, LEAST, ENOUGH = 2, 0.6, 100
"""Words up to which all have to be there; the share of more that has to, or a lesser one where fewer documents than
ENOUGH have so many: nobody writes a document in the words of a question [all required: 8, 62, 10, 0]."""
COVERAGE = 1.5
"""What it costs to lack a word, see `coverage`: one of three is more than one of ten [2, -1, 0, 0]."""

RESCORED = 100
"""The best so many are looked at again, for what only reading their positions tells [15, 24, 8, 1]."""
PAIRS = (1.0, 0.5, 0.5)
"""How much two words count as a pair that were typed one, two or three apart [first only: 2, 0, 1, 0]."""
ORDERED, FOLLOWING = 0.5, 3
NEAR, WINDOW = 0.2, 8
"""Share of the lesser word's weight for a pair whose second word follows up to so many positions behind ("nota de
débito" has one word between), or stands so near, about a clause of a sentence [10, 9, 4, 1]."""
LEAD, LEAD_HALF = 0.6, 45
"""A word at the very beginning of a body: share of its weight, halved at so many words after it [5, 11, 4, 1]."""
TITLE = 2.5
"""A title that is what was asked, word by word: share of the weight of all words. For who types the name of a
page, as no question of those collections does [-2, 0, 0, 0]."""

LANG_BOOST = 1.12
"""The reader's language first, where all else is equal."""
RELEASE_APPLIES, RELEASE_ENDED = 1.15, 0.7
"""What applies to a release that the reader runs, and a package that is only for older ones. Nothing is hidden."""
POPULARITY_WEIGHT = 0.10
"""At most this share more for the most popular document (popularity is 0 to 1)."""
FRESHNESS_WEIGHT = 0.15
HALF_LIFE_DAYS = {"page": 1460.0, "article": 1095.0, "video": 1095.0, "package": 365.0}
"""Kind → days after which the bonus of a new document has halved: packages age fast, a parameter reference slowly.
The factor for age is 1 + FRESHNESS_WEIGHT · 2 ^ (- days / half-life)."""
PINNED = 10_000.0
"""What an operator pins is raised by this, once more for each that is pinned after it: no score comes near."""

FIRST_PLACES, CONSIDERED = 10, 30
"""Places that no source has all of where others have hits about as good, and the hits that are looked at for that."""
COMPARABLE = 0.85
"""What is about as good: this share of the score of each hit that it is put before."""

KNOWN, MORE_COMMON = 3, 20
"""Documents from which on a typed word is known, not misspelt; of one in fewer, how many times as many another has to
have that is offered instead."""
WRONG, WRONG_FIRST = 300.0, 0.5
"""How many times as common a word has to be for one letter more that is wrong; a wrong first letter is so much more."""
CODES_BESIDE, TITLES_BESIDE, QUERIES_BESIDE = 3, 3, 3
"""Codes that a box offers beside titles, titles beside codes where the text looks like one, and frequent queries beside
both: none takes more than half of a list."""


def idf(size: int, count: int) -> float:
    """The weight of a term that `count` of `size` documents have: Lucene's, which is never negative.

    Words that most documents have weigh next to nothing, which whole sentences are found by [stock: -1, 2, 3, 2].
    """
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def coverage(count: int, of: int) -> float:
    """The share of its score that a document keeps that has `count` of so many words."""
    return float((count / of) ** (COVERAGE / of))
