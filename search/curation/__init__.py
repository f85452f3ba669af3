"""What an operator edits about words and results: synonyms, abbreviations, pins, blocks, cut edges.

    synonyms.yaml abbreviations.yaml pins.yaml cut_edges.yaml ──entries (one row)──┐
    pt.txt es.txt en.txt ──search.analysis──▶ Analyzer ────────────────────────────┴──▶ lexicon ──▶ Lexicon
    pins: who stands first for a query on a day        examples: whether the rows of a data file do what they say

May import `search.analysis`, `search.identifiers`, `search.config`, `search.redaction`, `search.ranking`.
"""
