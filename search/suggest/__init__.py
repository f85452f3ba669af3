"""What a box offers while someone types, and what was meant where a word is misspelt: rules, without an index.

    typed so far ─▶ Index.complete ─▶ autocomplete: which are offered, in which order, what is marked
    a Query      ─▶ Index.counts, near_words, near_codes ─▶ spelling: which text is tried, and what it has to find

An engine gives candidates; how near is near enough, what is tried and what is offered stands here. Imports the contract
`search.index`, `query_log`, `identifiers`, `analysis` and `model`.
"""
