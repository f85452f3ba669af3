"""Which documents are joined, by plain numbers: sources of 0 to 9 are 0, of 10 to 19 are 1, and so on."""

from __future__ import annotations

import pytest

from search.clusters import LINKED_BY, SHARED_BY, Clustering, to_compare

SOURCES = [number // 10 for number in range(100)]


def sets(clustering: Clustering, *documents: int) -> list[int]:
    """The first document of each one's set."""
    return [clustering.first(document) for document in documents]


def test_what_shares_a_group_is_one_however_many_and_sets_that_meet_become_one() -> None:
    clustering = Clustering()
    clustering.join_same([range(5, 50), [3, 60], [60, 49]])
    assert set(sets(clustering, 3, 5, 20, 49, 60)) == {3}
    assert sets(clustering, 4) == [4]


@pytest.mark.parametrize(("many", "joined"), [(SHARED_BY, True), (SHARED_BY + 1, False)])
def test_what_many_name_joins_none(many: int, joined: bool) -> None:
    clustering = Clustering()
    clustering.join_named([range(many)])
    assert (len(set(sets(clustering, *range(many)))) == 1) == joined
    assert bool(list(to_compare([range(many)]))) == joined


def test_a_pair_that_is_cut_stays_apart_whatever_joins_its_sets() -> None:
    clustering = Clustering(cut=[(1, 3)])
    clustering.join_same([[1, 2], [3, 4], [2, 4], [1, 5, 3]])
    assert sets(clustering, 1, 2, 5) == [1, 1, 1]
    assert sets(clustering, 3, 4) == [3, 3]


@pytest.mark.parametrize(("subjects", "joined"), [(LINKED_BY, True), (LINKED_BY + 1, False)])
def test_what_documents_of_many_subjects_link_to_is_a_reference(subjects: int, joined: bool) -> None:
    clustering = Clustering()
    clustering.join_same([[20, 21, 22]])  # one subject, whose documents all link
    linking = [20, 21, 22, *range(30, 30 + subjects - 1)]
    clustering.join_linked([(1, linking)], SOURCES)
    assert (set(sets(clustering, *linking)) == {1}) == joined


def test_who_links_to_several_documents_of_one_source_lists_them() -> None:
    clustering = Clustering()
    clustering.join_linked([(1, [20]), (2, [20, 21]), (10, [20])], SOURCES)
    assert sets(clustering, 1, 2, 21) == [1, 2, 2]
    assert sets(clustering, 20) == [10]
