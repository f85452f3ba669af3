"""A schema is brought to this version by the steps in `search/store/migrations`: the only use of Alembic."""

from __future__ import annotations

import threading
from pathlib import Path

import alembic.command
import alembic.config
import alembic.util
import sqlalchemy as sa

from search.errors import StoreError

MIGRATING = threading.Lock()
"""Alembic keeps what it works on in variables of its modules: one thread at a time."""


def upgrade(connection: sa.Connection) -> None:
    """Take all steps that are missing. Raise StoreError where the schema is newer than this program."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = connection
    try:
        alembic.command.upgrade(config, "head")
    except alembic.util.CommandError as error:
        raise StoreError(
            f"the store's schema is newer than this program ({error}): install the newer version"
        ) from error
