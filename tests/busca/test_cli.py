"""The command line before it does anything: what it lists, and what it loads."""

from __future__ import annotations

import errno
import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from busca.cli import COMMANDS, Commands
from busca.services import DEMO_KEY
from crawlers.registry import load_settings
from search.store.store import open_store
from tests.documents import document, put

HEAVY = {"alembic", "apscheduler", "flask", "numba", "numpy", "pydantic", "rich", "sqlalchemy", "structlog", "whoosh"}


def loaded(*words: str, code: int = 0) -> set[str]:
    """The libraries that a command has loaded when it ends."""
    script = (
        "import sys\n"
        "from busca.cli import main\n"
        "ended = main(sys.argv[1:], standalone_mode=False)\n"
        "sys.stderr.write('\\nLOADED ' + ' '.join(sys.modules))\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, *words], capture_output=True, text=True, check=False)
    assert ended.returncode == code, ended.stderr
    return set(ended.stderr.rpartition("LOADED ")[2].split()) & HEAVY


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_what_a_command_says_of_itself(name: str) -> None:
    command: click.Command = importlib.import_module(f"busca.commands.{name}").command
    listed = click.Command(name, help=COMMANDS[name]).get_short_help_str(limit=200)
    assert (command.name, command.get_short_help_str(limit=200)) == (name, listed)


def test_every_module_of_a_command_is_listed() -> None:
    folder = Path(importlib.import_module("busca.commands").__path__[0])
    assert {path.stem for path in folder.glob("*.py")} - {"__init__"} == set(COMMANDS)


def test_help_is_told_before_a_library_is_loaded() -> None:
    assert loaded("--help") == set()


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings of a place with a few documents that were indexed."""
    path = tmp_path_factory.mktemp("few") / "config.yaml"
    path.write_text(
        "data_dir: data\nsources: {tdn: {kind: feed, label: TDN, url: 'https://portal.example/feed'}}\n",
        encoding="utf-8",
    )
    store = open_store(load_settings(path).store_url)
    put(store, document("1", body="Nota fiscal recusada."))
    store.close()
    assert loaded("--config", str(path), "sync") >= {"sqlalchemy", "whoosh"}
    return path


def test_status_loads_neither_a_database_nor_an_index(settings: Path) -> None:
    assert loaded("--config", str(settings), "status") == {"pydantic", "rich"}
    assert loaded("--config", str(settings), "status", "--json") == {"pydantic"}


def test_a_search_of_few_documents_compiles_nothing_and_opens_no_store(settings: Path) -> None:
    assert loaded("--config", str(settings), "search", "nota") == {"numpy", "pydantic", "whoosh"}


def test_a_demos_key_is_given_to_a_demos_settings_alone(tmp_path: Path) -> None:
    video = f"{{kind: youtube, label: V, channel_id: {'UC' + 'x' * 22}, api_key_env: {DEMO_KEY}}}"
    environment = {name: value for name, value in os.environ.items() if name != DEMO_KEY}
    ended = {}
    for name in ("demo.yaml", "config.yaml"):
        (tmp_path / name).write_text(f"data_dir: data\nsources: {{v: {video}}}\n", encoding="utf-8")
        command = [sys.executable, "-m", "busca", "--config", str(tmp_path / name), "status"]
        ended[name] = subprocess.run(command, env=environment, capture_output=True, check=False).returncode
    assert ended == {"demo.yaml": 0, "config.yaml": 2}


PRINTING = [
    *(("--help",), ("search", "--help"), ("check", "--offline"), ("check", "--offline", "--json")),
    *(("rebuild",), ("search", "nota"), ("search", "nota", "--json"), ("status",), ("status", "--json"), ("sync",)),
]


@pytest.mark.parametrize("words", PRINTING, ids=" ".join)
def test_a_command_whose_reader_has_gone_ends_without_a_word_about_it(settings: Path, words: tuple[str, ...]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "busca", "--config", str(settings), *words]
    ended = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert ended.returncode == 1
    assert "pipe" not in ended.stderr.lower()
    assert "Traceback" not in ended.stderr


class OfAnother(Commands):
    """Commands that lose the reader of something else than what they print."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        def lose() -> None:
            raise BrokenPipeError(errno.EPIPE, "Broken pipe")

        return click.Command(cmd_name, callback=lose)


def test_a_pipe_to_somebody_else_that_breaks_is_told() -> None:
    ended = CliRunner().invoke(OfAnother("busca"), ["rebuild"])
    assert (ended.exit_code, ended.stderr) == (1, "busca: [Errno 32] Broken pipe\n")
