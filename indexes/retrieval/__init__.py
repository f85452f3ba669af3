"""One search on one open commit: what matches, filters, facets, order, passages."""
