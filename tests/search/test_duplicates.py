"""A title without what stands before its subject tells copies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.duplicates import bare_title


@given(st.text(max_size=60))
def test_a_bare_title_has_nothing_more_to_lose(title: str) -> None:
    assert bare_title(bare_title(title)) in ("", bare_title(title))


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("10848508 DRHGCH-23726 DT DIRF Rendimento [BRA]", "dirf rendimento [bra]"),
        ("DSERFIS1-20528_DT_Rejeição_da_Nota_ECU", "rejeicao da nota ecu"),
        ("DT - Guia de rateio", "guia de rateio"),
        ("Cópia de Guia de rateio", "guia de rateio"),
        ("Copy of DT Rate guide", "rate guide"),
        ("Guia de rateio", ""),
        ("DTC em disco", ""),
        ("2024 foi assim", ""),
        ("", ""),
    ],
)
def test_a_title_without_what_stands_before_its_subject(title: str, bare: str) -> None:
    assert bare_title(title) == bare
