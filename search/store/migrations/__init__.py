"""The store's schema, step by step; applied by `Store` when it opens for writing."""
