"""The store, which is the truth: documents, numbered changes, runs, locks, in SQLite or PostgreSQL."""
