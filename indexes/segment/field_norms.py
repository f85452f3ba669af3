"""Which fields are scored, and what their lengths are rounded to; the other columns of a segment."""

from __future__ import annotations

import numpy as np
from whoosh.util.numeric import byte_to_length

from indexes.schema import CODE_FIELDS, TEXT_FIELDS

SCORED = (*TEXT_FIELDS, *CODE_FIELDS)
COLUMNS = {"updated": "q", "popularity": "f"}
LENGTHS = np.array([byte_to_length(byte) for byte in range(256)])
"""Whoosh's table: the length that each byte of a length column stands for."""
