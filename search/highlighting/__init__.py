"""What of a document is shown for a query, and what is marked in it.

    Query ─▶ terms: sought, highlighted ─▶ snippets: the passage with most of it, ranges of characters to mark

Ranges are data: who shows them escapes the text. Imports `analysis` and `model`.
"""
