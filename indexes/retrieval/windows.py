"""What the words from each place on show, in walks along ascending keys of places (`kernels.PLACE_BITS`)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from indexes.jit import compiled
from indexes.segment.term_dictionary import Ints

Values = NDArray[np.float64]


@compiled
def first_of_each(keys: Ints, shift: int, most: int) -> Ints:
    """The first so many keys of each document, which is what remains of a key that is shifted."""
    kept = np.empty(len(keys), dtype=np.int64)
    count, held, document = 0, 0, np.int64(-1)
    for key in keys:
        if key >> shift != document:
            held, document = 0, key >> shift
        if held < most:
            kept[count] = key
            count += 1
        held += 1
    return kept[:count]


@compiled
def add_count(places: Ints, window: int, most: int, value: float, values: Values) -> None:
    """Add the value for each of the places within the window that begins with a place, as for so many at most."""
    end = 0
    for index in range(len(places)):
        while end < len(places) and places[end] < places[index] + window:
            end += 1
        values[index] += value * min(end - index, most)


@compiled
def add_near(places: Ints, found: Ints, window: int, value: float, values: Values) -> None:
    """Add the value where one of the found keys is within the window that begins with a place."""
    at = 0
    for index in range(len(places)):
        while at < len(found) and found[at] < places[index]:
            at += 1
        if at == len(found):
            return
        if found[at] < places[index] + window:
            values[index] += value
