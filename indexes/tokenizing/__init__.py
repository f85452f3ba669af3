"""Texts become words and word numbers in compiled loops, as `search.analysis` divides them."""
