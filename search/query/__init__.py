"""What a person typed or pasted becomes a `Query`."""
