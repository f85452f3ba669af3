"""Which passage of a document to show, and which words in it to mark."""
