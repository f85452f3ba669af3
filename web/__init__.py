"""Flask: the JSON API and the portal page. It reads the index and the store, and writes neither."""
