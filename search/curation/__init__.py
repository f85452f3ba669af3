"""What an operator edits about words and results: synonyms, abbreviations, pins, blocks, cut edges."""
