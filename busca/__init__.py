"""The command `busca`: puts the parts together, prints results to stdout and all else to stderr.

    cli ──imports the one that is run──▶ commands/NAME ──▶ services (settings, store, index) · jobs (what writes)
                                                  └──────▶ report · findings · figures · api_answer (what is printed)
    evaluation ◀── qrels ◀── corpus: judged queries, and documents as files          demo: the product without sources

It may import all others, of `indexes` what stands in its `__init__.py`, and no Flask; nothing imports it.
"""
