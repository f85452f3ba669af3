"""Whether two documents of a commit are copies, as their stored texts say; each pair of a segment is compared once."""

from __future__ import annotations

from functools import cached_property

from indexes.arrays import Ints
from indexes.segment import duplicate_pairs
from indexes.segment.commit import Commit
from indexes.segment.doc_store import BlockCodec
from indexes.segment.field_norms import LENGTHS
from search.duplicates import ALIKE, alike
from search.model import Document

NEAR = ALIKE / (2 - ALIKE) - 0.1
"""Words of the shorter text over those of the longer one, at least, of texts that may be alike; lengths are rounded."""


class NearDuplicates:
    def __init__(self, commit: Commit) -> None:
        self._commit = commit
        self._blocks = BlockCodec()
        self.verdicts: dict[duplicate_pairs.Pair, bool] = {}
        for part in commit.parts:
            self.verdicts |= duplicate_pairs.read(part.segment.prefix, part.first)

    def alike(self, one: int, other: int) -> bool:
        """Whether they are; of what cannot be read nothing is known, and searches that show it will say so."""
        pair = (one, other) if one < other else (other, one)
        if (verdict := self.verdicts.get(pair)) is None:
            verdict = self.verdicts[pair] = self._near(*pair) and self._compared(*pair)
        return verdict

    def _compared(self, one: int, other: int) -> bool:
        try:
            return alike(self._document(one), self._document(other))
        except (OSError, ValueError, LookupError, TypeError):
            return False

    def _near(self, one: int, other: int) -> bool:
        short, long = sorted((int(self._lengths[one]), int(self._lengths[other])))
        return short >= NEAR * long

    @cached_property
    def _lengths(self) -> Ints:
        lengths: Ints = LENGTHS[self._commit.column("length_body")]
        return lengths

    def _document(self, number: int) -> Document:
        part = self._commit.part_of(number)
        return self._blocks.unpack(part.segment.stored(number - part.first))[0]
