"""A segment on disk: posting lists, terms, stored documents and columns, and how each is read back.

    posting_runs ──▶ postings_writer ──▶ SEG.terms .docs .freqs .places ┐
    doc_store ──▶ doc_store_writer ────▶ SEG.stored                     ├──▶ segment_file ──▶ segment_reader ──▶ commit
    duplicate_pairs ───────────────────▶ SEG.alike                      ┘                          │
                     term_dictionary, spelling_dictionary, field_norms, facet_column: what is read ┘
    whoosh_codec: the same for stock Whoosh

May import `indexes.directory`, `indexes.schema` and `search`.
"""
