"""The command `busca`: puts the parts together, prints results, measures the ranking."""
