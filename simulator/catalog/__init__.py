"""What the simulated sources hold, and how it is read from files.

    content/*.yaml ──record──▶ readers ──▶ catalog ◀── corpus ── pages.jsonl.xz
                   (loading)    (values; markup and paragraphs become HTML)

`catalog` is everything that is served and the addresses that it has; `loading` reads authored content and names every
mistake; `corpus` shares a file of any size out over the sources. May import `simulator.messages`, and nothing of ours.
"""
