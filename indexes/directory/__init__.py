"""What stands in an index's folder: generations, and beside each commit its position and a record of its files.

    index/CURRENT ──▶ generations ──▶ a generation ──▶ opening: its newest commit
                                          ├── commit_positions: the last change that each commit holds
                                          └── commit_record: enough to tell what is served, without opening it

May import `search`, `indexes.schema` and nothing else of `indexes`.
"""
