"""Text becomes tokens, the same for a document and for a query: markup, words, stems."""
