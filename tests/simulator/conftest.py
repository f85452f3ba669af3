"""A small content folder, a simulator on it, and a client: what nearly every test here needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator import Simulator

CHANNEL = "UC" + "a" * 22


def _page(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": 1000 + number,
        "space": "PROT",
        "title": f"Rotina {number}",
        "parent": 1000,
        "labels": ["versao_12"],
        "created": "2023-01-01T00:00:00Z",
        "updated": f"2024-01-{1 + number % 28:02d}T12:00:00Z",
        "version": 2,
        "body": f"<p>Texto {number} da p&aacute;gina</p>",
        **more,
    }


def _article(number: int, locale: str = "pt-br", **more: Any) -> dict[str, Any]:
    return {
        "id": 360000001000 + number,
        "section": 360000000020,
        "source_locale": locale,
        "labels": ["nfe"] if number % 2 else [],
        "created": "2023-01-01T00:00:00Z",
        "updated": f"2024-02-{1 + number % 28:02d}T08:00:00Z",
        "edited": "2023-06-01T00:00:00Z",
        "promoted": False,
        "vote_sum": 3,
        "vote_count": 4,
        "translations": {locale: {"title": f"Artigo {number}", "body": "<p>Veja {tdn:1001}</p>"}},
        **more,
    }


def _video(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": f"video{number:06d}",
        "title": f"Vídeo {number} & mais",
        "description": "Linha um\nLinha dois",
        "published": f"2024-03-{1 + number % 28:02d}T10:00:00Z",
        "duration": "PT3M12S",
        "tags": ["nfe"],
        "language": "pt-BR",
        "views": 10,
        "likes": 2,
        "playlists": ["PLnormal"],
        **more,
    }


def _package(number: int, manifest: str, **more: Any) -> dict[str, Any]:
    return {
        "id": 1100000 + number,
        "manifest": manifest,
        "name": f"Pacote {number} – correção",
        "description": "Corrige {tdn:1001}",
        "line": {"id": "000006", "name": "Protheus"},
        "product": "Backoffice",
        "module": "SIGAFAT",
        "environment": "12.1",
        "version": "12.1.2310",
        "type": "patch",
        "country": "BRA",
        "released_at": "2024-05-06T12:00:00Z",
        "files": [{"name": "a b.zip", "size": 1288490189, "sha256": "ab" * 32, "os": "LINUX", "arch": "X64"}],
        "issues": ["DMINA-1"],
        "tickets": ["12345678"],
        "doc": "tdn:1001",
        "requires": ["LIB 1"],
        "supersedes": [1100001],
        **more,
    }


def _base() -> dict[str, Any]:
    translations = {
        "pt-br": {"title": "Rejeição 528", "body": "<p>Olá {kb:360000001001}</p>"},
        "es": {"title": "Rechazo 528", "body": "<p>Hola {video:video000001}</p>"},
    }
    return {
        "categories": [{"id": 360000000010, "name": {"pt-br": "Protheus", "es": "Protheus ES"}}],
        "sections": [
            {"id": 360000000020, "category": 360000000010, "name": {"pt-br": "Faturamento"}},
            {"id": 360000000021, "category": 360000000010, "parent": 360000000020, "name": {"pt-br": "NF-e"}},
        ],
        "articles": [
            _article(0, translations=translations, section=360000000021),
            *(_article(n) for n in range(1, 34)),
            _article(40, draft=True),
            _article(41, user_segment_id=77),
        ],
    }


def small_content() -> dict[str, Any]:
    """Five documents' worth of shapes a source, as the YAML files hold them."""
    home = _page(0, parent=None, title="Início")
    return {
        "tdn": {
            "spaces": [{"key": "PROT", "name": "Protheus", "homepage": 1000}, {"key": "TEC", "name": "Tec"}],
            "pages": [
                home,
                *(_page(n) for n in range(1, 70)),
                _page(80, space="TEC", parent=None, title="Fora da árvore: x", export_view="empty"),
            ],
        },
        "kb": _base(),
        "youtube": {
            "channel": {"id": CHANNEL, "title": "Canal de teste"},
            "playlists": [{"id": "PLnormal", "title": "Normal", "locale": "pt-br"}],
            "videos": [*(_video(n) for n in range(20)), _video(30, status="private")],
        },
        "downloads": {
            "packages": [
                _package(1, "protheus"),
                _package(2, "rm"),
                _package(3, "datasul"),
                _package(4, "logix"),
                _package(5, "protheus", doc=None, files=[]),
            ],
        },
        "legislacao": {
            "feed": {"title": "Legislação", "description": "Notícias"},
            "entries": [
                {"id": "n1", "title": "NT 2024.001", "summary": "<p>a & b</p>", "published": "2024-01-02T03:04:05Z"},
                {"id": "n2", "title": "IBS", "summary": "<p>c</p>", "published": "2024-02-02T03:04:05Z"},
            ],
        },
    }


@pytest.fixture
def write_content(tmp_path: Path) -> Callable[[dict[str, Any]], Path]:
    """Write documents as YAML files; JSON is YAML, and quicker to write and read."""

    def write(data: dict[str, Any]) -> Path:
        folder = tmp_path / "content"
        folder.mkdir(exist_ok=True)
        for name, document in data.items():
            (folder / f"{name}.yaml").write_text(json.dumps(document), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def content() -> dict[str, Any]:
    return small_content()


@pytest.fixture
def simulator(write_content: Callable[[dict[str, Any]], Path], content: dict[str, Any]) -> Iterator[Simulator]:
    with Simulator(write_content(content)) as running:
        yield running


@pytest.fixture
def get(simulator: Simulator) -> Iterator[Callable[..., requests.Response]]:
    """GET a path of the simulator (or a whole address that it gave)."""
    with requests.Session() as session:

        def fetch(path: str, *, headers: dict[str, str] | None = None, **params: Any) -> requests.Response:
            address = path if path.startswith("http") else simulator.url + path
            params = {name.replace("__", ":"): value for name, value in params.items()}
            return session.get(address, params=params, headers=headers, timeout=10, allow_redirects=False)

        yield fetch


@pytest.fixture
def pages_file(tmp_path: Path) -> Path:
    """A corpus of 100 good lines and four bad ones."""
    rows = [
        json.dumps(
            {
                "id": f"doc{number}",
                "title": "" if number == 3 else f"Página {number}",
                "text": f"Título {number}\n\nPrimeiro <parágrafo> & mais\nlinha dois\n\n- um\n- dois\n\nfim {number}",
                "lang": ("pt", "es", "en", "fr")[number % 4],
                "product": f"Produto {number % 3}",
                "updated": "03/30/2017",
            }
        )
        for number in range(100)
    ]
    rows += ["{broken", '{"title": "no text"}', "[1]", '{"text": 5}', ""]
    path = tmp_path / "pages.jsonl"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
