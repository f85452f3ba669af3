"""From the store to an engine, and from a query to hits."""
