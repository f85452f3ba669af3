"""The core: documents, queries, text, ranking and the store. It imports nothing else of the project."""
