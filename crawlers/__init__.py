"""Reading sources into the store.

    schedule ──▶ run ──▶ registry ──▶ confluence │ zendesk │ youtube │ downloads │ feed    a folder for each kind
                  │                        └──▶ source, links, json_fields, taxonomy, http   what they share
                  └──▶ store: documents, seen ids, failures, checkpoint

`registry` has a row for each kind of source, a `kind.Kind`: its settings, its reading, how addresses name its
documents, and how the page speaks of it. May import `search`; knows neither indexes nor web.
"""
