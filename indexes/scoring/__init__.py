"""Posting lists become scores: the terms of a clause are looked up, added up in rows, and the best are looked at again.

    clause ──▶ term_lookup ──▶ scorer ──▶ kernels ──▶ accumulators ──▶ documents and scores ──▶ top_k ──▶ reranker
                                  └──▶ phrase_matcher: where words stand side by side

May import `indexes.segment`, `search.model` and `search.ranking`: nothing here knows of pages, facets or viewers.
"""
