"""What may be meant by what was typed, from the terms of an open commit.

    beginning ──▶ autocomplete ──▶ titles and codes          misspelt ──▶ spellcheck ──▶ words and codes that are near

Which of them are offered is `search.suggest`'s to say. May import `indexes.retrieval` and `search`.
"""
