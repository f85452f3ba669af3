"""Confluence Data Center, as the vendor's TDN is: its listing, and a page read as a document.

    REST API ──listing──▶ page JSON ──page──▶ document                      kind, settings: what the registry needs

May import what all kinds share (`crawlers`: source, links, json_fields, taxonomy, http) and `search`.
"""
