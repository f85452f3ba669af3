"""The Canal on YouTube: its listing, and a video read as a document.

    Data API │ Atom feeds ──listing──▶ video JSON ──video──▶ document       kind, settings: what the registry needs

May import what all kinds share (`crawlers`: source, links, json_fields, taxonomy, http), `crawlers.feed` and `search`.
"""
