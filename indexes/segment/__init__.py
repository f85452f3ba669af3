"""A segment on disk: posting lists, terms, stored documents, columns, and how each is read back."""
