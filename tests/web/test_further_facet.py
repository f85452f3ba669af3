"""A further facet is one row of the table: it is indexed, filtered, counted, looked through and shown."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from busca.commands.search import command
from search.facets import FILTERS, FOUND_IN, TAKEN
from tests.web.conftest import ROOT
from web.parameters import Parameters, SearchParameters

ROW = (ROOT / "tests" / "recipes" / "facet.py").read_text(encoding="utf-8").partition("\nROW = ")[2].rstrip() + ",\n"
"""The row as `docs/architecture.md` has it; it stands in a table that is made when the service is loaded."""

ASKED = """
import json, sys
from pathlib import Path
from types import ModuleType

table = ModuleType("search.facets")
path = Path(sys.argv[1])
source, end = path.read_text(encoding="utf-8"), "\\n)\\n\\nBY_NAME"
assert source.count(end) == 1
sys.modules["search.facets"] = table
further = "" if 'name="team"' in source else sys.argv[3]
exec(compile(source.replace(end, f"\\n{further}{end[1:]}"), str(path), "exec"), table.__dict__)

from tests.documents import document
from tests.web.conftest import opened

with opened(Path(sys.argv[2])) as site:
    teams = {"1": ("team:Fiscal",), "2": ("team:Fiscal",), "3": ("team:Folha de pagamento",), "4": ()}
    site.publish(*(document(key, body="nota", labels=labels) for key, labels in teams.items()))
    client = site.client()
    answers = {
        name: client.get(address).get_json()
        for name, address in {
            "all": "/api/v1/search?q=nota",
            "parameter": "/api/v1/search?q=nota&team=Fiscal",
            "typed": "/api/v1/search?q=nota+equipe:folha",
            "found": "/api/v1/search?q=nota&find_team=folha",
            "spec": "/openapi.json",
        }.items()
    }
    answers["page"] = {tag: client.get(f"/?q=nota&ui={tag}").get_data(as_text=True) for tag in ("pt-BR", "es", "en")}
    print(json.dumps(answers))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What the service says whose table has one more row."""
    words = (str(ROOT / "search" / "facets.py"), str(tmp_path_factory.mktemp("further")), ROW)
    ended = subprocess.run([sys.executable, "-c", ASKED, *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told: dict[str, object] = json.loads(ended.stdout)
    return told


def keys(answer: dict) -> list[str]:
    return sorted(result["id"] for result in answer["results"])


def values(answer: dict) -> dict[str, int]:
    [facet] = [facet for facet in answer["facets"] if facet["name"] == "team"]
    return {value["value"]: value["count"] for value in facet["values"]}


def test_it_is_counted(answers: dict) -> None:
    assert values(answers["all"]) == {"Fiscal": 2, "Folha de pagamento": 1}
    assert len(keys(answers["all"])) == 4


def test_it_narrows_by_a_parameter_and_by_what_is_typed(answers: dict) -> None:
    assert keys(answers["parameter"]) == ["tdn:1", "tdn:2"]
    assert keys(answers["typed"]) == ["tdn:3"]


def test_its_values_are_looked_through(answers: dict) -> None:
    assert values(answers["found"]) == {"Folha de pagamento": 1}


def test_it_is_shown_with_its_label_in_each_language(answers: dict) -> None:
    labels = {"pt-BR": "Equipe", "es": "Equipo", "en": "Team"}
    for tag, label in labels.items():
        assert f'<h2 id="facet-team">{label}</h2>' in answers["page"][tag]
        assert "Folha de pagamento" in answers["page"][tag]


def test_it_is_described_last_of_the_facets(answers: dict) -> None:
    names = [row["name"] for row in answers["spec"]["paths"]["/api/v1/search"]["get"]["parameters"]]
    assert names[names.index("release") - 1] == "team"
    assert names[names.index("explain") - 1] == "find_team"


def test_a_facet_cannot_take_a_name_of_the_parameters_or_of_the_command() -> None:
    models = [model for model in SearchParameters.__mro__ if issubclass(model, Parameters)]
    names = {*SearchParameters.model_fields, *(name for model in models for name in vars(model))}
    for option in command.params:
        names |= {option.name or "", *(spelling.lstrip("-").replace("-", "_") for spelling in option.opts)}
    of_facets = {*FILTERS, *(f"find_{name}" for name in FOUND_IN)}
    assert {name for name in names - of_facets if not name.startswith(("_", "model_"))} <= TAKEN
