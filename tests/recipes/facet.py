"""A further facet, whole: the team that a document's labels name. In the product: the last row of `FACETS`."""

from __future__ import annotations

from search.facets import FacetRow

ROW = FacetRow(
    name="team",
    values=lambda document: tuple(label[5:] for label in document.labels if label.startswith("team:")),
    called={"pt": ("equipe",), "es": ("equipo",), "en": ("team",)},
    place=9,
    found_in=True,
)
