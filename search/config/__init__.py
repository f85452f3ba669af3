"""What an operator sets: the settings, and a sentence for each mistake in them.

    config.yaml ──strict_yaml──▶ data ──settings──▶ Config
    BUSCA_… variables ─environment─▶┘      └─ messages: what is wrong, where, and what to do

Knows what all kinds of source share, not the kinds: who loads settings gives them. May import `search.errors` only.
"""
