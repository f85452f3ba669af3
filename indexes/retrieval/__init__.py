"""One search on one open commit: what matches, what is let through, in which order, with what beside it.

    searcher_manager ──▶ searcher ──▶ executor ──▶ matching ──▶ pinning ──▶ filters ──▶ signals ──▶ collapse ──▶ hits
      (which commit)      (it, open)      └──▶ counts of facets         explain, passages: what a hit says of itself ┘

May import everything of `indexes` that reads, and `search`; what is policy stands there.
"""
