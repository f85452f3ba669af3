"""What every index promises about a batch that breaks: all is as it was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.documents import document
from tests.engines import Library


def test_a_batch_that_breaks_leaves_all_as_it_was(library: Library) -> None:
    library.put(document("1", body="antes"))

    def breaking() -> Any:
        yield from library.changes(document("1", body="depois"), document("2"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.index.apply(breaking())
    library.index.close()
    assert (library.index.position(), library.keys("antes"), library.keys()) == (1, ["1"], ["1"])
    library.put(document("3"))
    assert set(library.keys()) == {"1", "3"}
