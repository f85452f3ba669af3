"""The truth: documents with numbered changes, the runs that brought them, and what people search for.

    store ──▶ transaction ──▶ tables
      ├────▶ query_counts ──────┘
      ├────▶ database ──▶ SQLite │ PostgreSQL
      └────▶ upgrade ──▶ migrations, the steps from one schema to the next
    locks ──▶ store: who may do a piece of work, on this machine and among all
    summary: what a store holds, read from SQLite alone

The only folder that knows SQLAlchemy and Alembic. May import `search.model`, `search.query_log` and `search.errors`.
"""
