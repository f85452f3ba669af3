"""The store's schema, step by step; taken by `search.store.upgrade` when a store is opened."""
