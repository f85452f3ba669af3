"""Texts become words, and words numbers, in compiled loops that divide them as `search.analysis` does.

    text ──▶ character_classes ──▶ tokenizer ──▶ words, forms, what may be a code
         └─────────────────────▶ word_offsets: how many words begin before every so many characters

May import `indexes.segment` and `search.analysis`.
"""
