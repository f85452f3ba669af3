"""The API and the portal page, painted by the server from the same answer; Flask is known here alone.

    address ──parameters──▶ Query ──SearchService──▶ Answer ──presenter──▶ schemas ──▶ api, JSON
                                                                               └──▶ view_models ──▶ portal, HTML
    app puts together: context (what every view needs) · errors · health · query_log · source_status · i18n

It may import `crawlers.registry` (what there is to know of a kind of source) and `search`; an index is given to it.
"""
