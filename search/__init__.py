"""The core: documents, queries, text, ranking and the store. It imports nothing else of the project, and no arrays.

    a text ──query──▶ Query ──service──▶ Index, a contract ──▶ Results, whose passages `highlighting` cuts
             ▲ analysis, identifiers, curation     │ asks for rules on plain values:
                                                   └ ranking  diversity  clusters  duplicates  releases  explanation
    records of crawlers ──▶ store, the truth ──▶ numbered changes, from which an index is made

An engine stores, finds, counts and scores; what an answer should be is decided here.
"""
