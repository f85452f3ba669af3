"""Zendesk Guide, as the Base de Conhecimento is: its listing, and an article read as a document.

    Help Center API ──listing──▶ article JSON ──article──▶ document         kind, settings: what the registry needs

May import what all kinds share (`crawlers`: source, links, json_fields, taxonomy, http) and `search`.
"""
