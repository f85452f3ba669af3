"""Which documents are on one subject: near-duplicates, and the clusters that a commit shows as one hit."""
