"""Documents become segments: inverted in batches, merged on arrays, in one process or several.

    index_writer ──▶ parallel ──▶ segment_builder ──▶ inverter ──▶ posting_lists ──▶ batches in files
         └──────────────────────▶ segment_merger ◀── batches, and segments that are merged ──▶ one segment

May import `indexes.segment`, `indexes.tokenizing`, `indexes.clustering` and `search`.
"""
