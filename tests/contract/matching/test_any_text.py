"""What every index promises about texts that nobody means well: none raises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.documents import document
from tests.engines import Engine, Library


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(text=st.one_of(st.text(max_size=60), st.text('"-*()ANDOR mata410_:. ã', max_size=40)))
def test_no_text_raises(library: Library, text: str) -> None:
    if not library.index.position():
        library.put(document("1", title="MATA410 AND (OR)", body="mata 410 a b c"), document("2", body="andor ã"))
    results = library.ask(text)
    assert 0 <= len(results.hits) <= results.total <= 2
    for hit in results.hits:
        assert all(0 <= start < end <= len(hit.snippet.text) for start, end in hit.snippet.ranges)
        assert all(0 <= start < end <= len(hit.document.title) for start, end in hit.title_ranges)


@settings(max_examples=60, deadline=None)
@given(
    body=st.text(st.sampled_from("aAãÃ bß½ﬁİ\u0301-_.–\n\u00a0,12"), min_size=1, max_size=400),
    text=st.text(st.sampled_from('aãb½ﬁİ1-_. "*'), min_size=1, max_size=12),
)
def test_snippets_and_their_ranges_hold_for_any_letters(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, body: str, text: str
) -> None:
    library = Library(engine(tmp_path_factory.mktemp("letters")))
    library.put(document("1", title=body[:80], body=body))
    for hit in library.ask(text).hits:
        for shown, ranges in ((hit.document.title, hit.title_ranges), (hit.snippet.text, hit.snippet.ranges)):
            bounds = [bound for start, end in ranges for bound in (start, end)]
            assert all(start < end for start, end in ranges)
            assert bounds == sorted(bounds), "in reading order, never overlapping"
            assert not bounds or (bounds[0] >= 0 and bounds[-1] <= len(shown))
    library.index.close()
