"""Text becomes tokens, the same for a document and for a query.

    lists/pt.txt … ──language_data──▶ stemmer ──▶ analyzer ──▶ tokens, terms, stems of a word
    markup ──▶ text, headings (by plain_text)      graphemes: where a text may be cut

An `Analyzer` is a value: it is made from a folder of lists, once, and passed to whatever reads text. May import
`search.errors`, `search.model` and what `search.config` knows of near names.
"""
