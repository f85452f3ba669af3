"""Any RSS or Atom feed, and the reading of feeds that YouTube's share.

    address ──listing──▶ parser ──▶ entries ──listing──▶ documents          kind, settings: what the registry needs

May import what all kinds share (`crawlers`: source, links, json_fields, taxonomy, http) and `search`.
"""
