"""Which documents of a commit stand as one hit, by the rules of `search.clusters` and `search.duplicates`.

    posting lists ──▶ clusters: Edges ──▶ Clusters, as arrays, for what a viewer may see
    stored texts ──▶ near_duplicates: compared when a segment is written, and kept beside it

May import `indexes.segment` and `search`.
"""
