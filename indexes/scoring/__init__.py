"""Posting lists become scores: term look-up, clauses, phrases, and the compiled loops below them."""
