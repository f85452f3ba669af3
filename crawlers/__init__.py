"""From a source to the store: read records politely, turn each into a document, run, schedule."""
