"""Every weight of the ranking, on one screen.

A hit's score is BM25F over the text fields, plus the code fields where the query names a code; then it is multiplied by
the signals below. BM25: Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), k1 and b as there.
"""

FIELDS = {"title": 4.0, "headings": 1.6, "labels": 1.2, "body": 1.0}
"""Text field → weight. A title says in ten words what a body says in a thousand."""

CODE_FIELDS = {"title_codes": 14.0, "codes": 5.0}
"""Code field → weight: a document that names the code in its title leads, one that mentions it follows."""

K1 = 1.2
LENGTH_NORM = {"title": 0.3, "headings": 0.4, "labels": 0.1, "body": 0.72, "title_codes": 0.0, "codes": 0.25}
"""Field → BM25's b: how much a long field is discounted. Long titles are a habit here, not dilution."""

RELAXED_COVERAGE = 0.6
"""Where no document has all words: share of the score that depends on how many of them a document has."""

LANG_BOOST = 1.12
"""The reader's language first, where all else is equal."""

PHRASE_WEIGHT = 2.0
"""A typed phrase, over the sum of its words."""

POPULARITY_WEIGHT = 0.10
"""At most this share more for the most popular document (popularity is 0 to 1)."""

FRESHNESS_WEIGHT = 0.15
HALF_LIFE_DAYS = {"page": 1460.0, "article": 1095.0, "video": 1095.0, "package": 365.0}
"""Kind → days after which the bonus of a new document has halved: packages age fast, a parameter reference slowly.

The factor for age is 1 + FRESHNESS_WEIGHT · 0.5 ^ (days / half-life)."""
