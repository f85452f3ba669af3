"""A typed or pasted text becomes a `Query`, in one pass.

    text ─▶ pasted_logs ─▶ syntax ─▶ parser ─▶ Typed ─▶ expansion ─▶ Query
            what a log     quotes,    codes,     each thing,  alternatives that
            says           OR, -,     words,     a doubtful   mean the same, which
                           name:value prefixes   code twice   words may be missing
                              └─▶ field_filters: what name:value asks for
            pasted_logs ─▶ pasted_data: data of any form in one spelling ─▶ pasted_markup: what its values say
    Query ─▶ intent: does it mean one source?

A doubtful code ("lei 14133") stands in `Typed` as a code and as words; an index says by what documents hold which of
both it is (`Index.plain_words`), and `expansion.query` takes that reading. No text is read twice.

Imports `curation`, `facets`, `redaction`, `identifiers`, `analysis` and `model`: nothing of an index or a store.
"""
