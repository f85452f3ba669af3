"""Settings as an operator writes them: a sentence for each thing that is wrong, and where folders are."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.workplace import Workplace

WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "unknown key": ({"http": {"retrys": 3}}, "http.retrys", "did you mean retries?"),
    "wrong unit": ({"http": {"read_timeout_s": "45s"}}, "http.read_timeout_s", "write 45"),
    "missing secret": (
        {"sources": {"youtube": {"api_key_env": "BUSCA_TEST_NO_SUCH_KEY"}}},
        "sources.youtube.api_key_env",
        "set it",
    ),
    "bad url": ({"sources": {"tdn": {"base_url": "tdn.example"}}}, "sources.tdn.base_url", "https://host/path"),
    "wrong type": ({"web": {"port": "eighty"}}, "web.port", "whole number"),
}


def broken(place: Workplace, *names: str) -> Workplace:
    """The settings with mistakes."""
    data = yaml.safe_load(place.settings.read_text(encoding="utf-8"))
    for name in names:
        for section, values in WRONG[name][0].items():
            for key, value in values.items():
                data[section][key] = data[section][key] | value if isinstance(value, dict) else value
    path = place.folder / "broken.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    return replace(place, settings=path)


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["check", "status"])
def test_a_wrong_setting_is_one_sentence_that_says_what_to_do(busca: Workplace, name: str, command: str) -> None:
    _, path, advice = WRONG[name]
    ended = broken(busca, name)(command)
    assert (ended.code, ended.out) == (2, "")
    [sentence] = ended.err.splitlines()
    assert sentence.startswith(f"{path}: ")
    assert advice in sentence


def test_all_wrong_settings_are_told_at_once(busca: Workplace) -> None:
    ended = broken(busca, *WRONG)("check")
    told = {line.split(": ")[0] for line in ended.err.splitlines()}
    assert (ended.code, told) == (2, {path for _, path, _ in WRONG.values()})


def test_a_file_of_settings_that_is_not_there_is_told(busca: Workplace) -> None:
    ended = Workplace(busca.folder, busca.folder / "none.yaml")("status")
    assert (ended.code, ended.out) == (2, "")
    assert "there is no such file" in ended.err


def test_the_environment_overrides_the_file(busca: Workplace) -> None:
    ended = busca("check", "--offline", BUSCA_WEB__PORT="70000")
    assert (ended.code, ended.err.split(":")[0]) == (2, "web.port")


def test_relative_folders_are_those_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "data_dir: data\nsources: {f: {kind: feed, label: F, url: 'http://127.0.0.1:9/x'}}\n", encoding="utf-8"
    )
    Workplace(tmp_path, tmp_path / "config.yaml").done("check", "--offline")
    assert (tmp_path / "data" / "store.sqlite").is_file()
