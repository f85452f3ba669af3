"""Every weight of the ranking, on one screen.

A hit's score is BM25F over the text fields, plus the code fields where the query names a code; then it is multiplied by
the signals below. BM25: Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 and b as there.
"""

import math

FIELDS = {"title": 0.7, "headings": 1.0, "labels": 1.2, "body": 1.0}
"""Text field → weight. Many documents share the words of their titles: what a title is worth, TITLE says."""

CODE_FIELDS = {"named_codes": 6.0, "title_codes": 20.0, "codes": 5.0}
"""Code field → weight: a document whose title begins with the code leads, then those that name it in the title, then
those that mention it."""

CODE_MEANT = 0.5
"""A code that stands for typed words, over one that was typed: who types words means their titles first."""

K1 = 0.9
LENGTH_NORM = {
    "title": 0.3,
    "headings": 0.4,
    "labels": 0.1,
    "body": 0.68,
    "named_codes": 0.0,
    "title_codes": 0.0,
    "codes": 0.0,
}
"""Field → BM25's b: how much a long field is discounted. Long titles are a habit here, not dilution."""

COVERAGE = 1.5
"""How much it costs to lack a word of a query: see `coverage`. One of three words is more than one of ten."""

RESCORED = 100
"""The best so many documents are looked at again, for what only reading their positions tells."""
PAIRS = (1.0, 0.5, 0.5)
"""How much two words count as a pair that were typed one, two or three apart."""
ORDERED, NEAR = 0.5, 0.2
"""Two words of a pair that follow one another, or stand near: share of the lesser word's weight."""
LEAD, LEAD_HALF = 0.6, 45
"""A word at the very beginning of a body: share of its weight, halved at so many words after it."""
TITLE = 2.5
"""A title that is what was asked, word by word: share of the weight of all words."""

FIRST_PLACES, CONSIDERED = 10, 30
"""Places that no source has all of where others have hits about as good, and the hits that are looked at for that."""
COMPARABLE = 0.85
"""What is about as good: this share of the score of each hit that it is put before."""

LANG_BOOST = 1.12
"""The reader's language first, where all else is equal."""

PINNED = 10_000.0
"""What an operator pins is raised by this, once more for each that is pinned after it: no score comes near."""

RELEASE_APPLIES, RELEASE_ENDED = 1.15, 0.7
"""What applies to a release that the reader runs, and a package that is only for older ones. Nothing is hidden."""

PHRASE_WEIGHT = 2.0
"""A typed phrase, over the sum of its words."""

POPULARITY_WEIGHT = 0.10
"""At most this share more for the most popular document (popularity is 0 to 1)."""

FRESHNESS_WEIGHT = 0.15
HALF_LIFE_DAYS = {"page": 1460.0, "article": 1095.0, "video": 1095.0, "package": 365.0}
"""Kind → days after which the bonus of a new document has halved: packages age fast, a parameter reference slowly.

The factor for age is 1 + FRESHNESS_WEIGHT · 0.5 ^ (days / half-life)."""


def idf(size: int, count: int) -> float:
    """The weight of a term that `count` of `size` documents have: Lucene's, which is never negative.

    Words that most documents have weigh next to nothing, which whole sentences are found by.
    """
    return math.log(1 + (size - count + 0.5) / (count + 0.5))


def coverage(held: int, of: int) -> float:
    """The share of its score that a document keeps that has `held` of so many words."""
    return float((held / of) ** (COVERAGE / of))
