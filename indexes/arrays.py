"""The arrays that all parts of the index speak in. Documents are numbers, ascending unless something else is said."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[Any]
"""Whole numbers of any width: documents, codes, places."""
Mask = NDArray[np.bool_]
"""Of each of some documents, whether something holds."""
Scores = NDArray[np.float32]
"""A score of each of some documents."""
