"""What of a document is shown for a query, and what is marked in it.

    Query ─▶ sought, highlighted: terms ─▶ passage: where most of them stand, ranges of characters to mark

Ranges are data: who shows them escapes the text. Imports `analysis` and `model`.
"""
