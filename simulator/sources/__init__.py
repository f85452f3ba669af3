"""The simulated sources on the wire, each with its own API, caps and quirks.

    Request ──▶ confluence (cql, confluence_json)   zendesk (zendesk_json)   youtube   downloads   feeds
            ──▶ site: the pages that people see     all read one catalog     ──▶ Response

May import `simulator.catalog` and `simulator.messages`; they know neither the server nor faults nor edits.
"""
