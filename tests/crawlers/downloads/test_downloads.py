"""The Central de Download: what manifests become, and what a damaged one must never do.

Long because most of it is records as the source sends them, each beside what becomes of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_httpserver import HTTPServer

from crawlers.downloads.listing import Downloads
from crawlers.downloads.manifests import parse_manifest
from crawlers.downloads.package_fields import (
    CANONICAL,
    date_in_name,
    human_size,
    is_gone,
    moment,
    size_bytes,
    texts,
    versions,
)
from crawlers.downloads.settings import DownloadsSource
from crawlers.http.client import Client
from crawlers.source import Failure, Record
from search.errors import RecordError, SourceError
from search.model import Document
from simulator import Simulator
from tests.crawlers.conftest import QUICK
from tests.crawlers.golden import FOLDER, outcome

MANIFESTS = FOLDER / "downloads" / "manifests"
GOOD = [path.read_bytes() for path in sorted(MANIFESTS.iterdir())]
PORTAL = "https://portal.example.test/download"


def downloads(client: Client, root: Path, *manifests: str) -> Downloads:
    chosen = DownloadsSource(kind="downloads", label="Central", manifests=manifests, portal_url=PORTAL)
    return Downloads("downloads", chosen, client, root)


def told(source: Downloads) -> list[dict[str, Any]]:
    """What a full run makes of the manifests, in order."""
    listing = list(source.records(None, None))
    return [
        {"failure": item.unit, "error": item.error}
        if isinstance(item, Failure)
        else {"key": item.key, **outcome(source, item)}
        for item in listing
        if isinstance(item, Record | Failure)
    ]


def failures(source: Downloads) -> list[Failure]:
    return [failure for failure in source.records(None, None) if isinstance(failure, Failure)]


def documents(source: Downloads) -> dict[str, Document]:
    records = [record for record in source.records(None, None) if isinstance(record, Record)]
    return {record.key: made for record in records if (made := source.document(record)) is not None}


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], None]:
    def write(name: str, text: str) -> None:
        (tmp_path / name).write_text(text, encoding="utf-8")

    return write


# -- what manifests become ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["protheus.json", "rm.jsonl", "datasul.xml", "logix.csv"])
def test_manifest_of_each_format_becomes_documents(client: Client, name: str) -> None:
    expected = json.loads((FOLDER / "downloads" / f"{Path(name).stem}.expected.json").read_text(encoding="utf-8"))
    assert told(downloads(client, MANIFESTS, name)) == expected


def test_records_are_json(client: Client) -> None:
    for record in downloads(client, MANIFESTS, "*").records(None, None):
        if isinstance(record, Record):
            assert json.loads(json.dumps(record.data)) == record.data


def test_secrets_and_addresses_of_files_are_not_kept(client: Client) -> None:
    everything = json.dumps(told(downloads(client, MANIFESTS, "*")))
    assert "never-kept" not in everything
    assert "files.example.test" not in everything


@pytest.mark.parametrize("name", ["manifest", "manifest.json", "manifest.csv", "manifest.jsonl"])
@pytest.mark.parametrize("data", GOOD)
def test_content_tells_the_format_whatever_the_name(name: str, data: bytes) -> None:
    right = {"[": "JSON", "{": "JSON", "<": "XML"}.get(data[:1].decode(), "CSV")
    right = "JSON Lines" if data.startswith(b'{"codigo"') else right
    assert parse_manifest(name, data).format == right


@pytest.mark.parametrize(
    "data",
    [
        b'[{"id": 1, "name": "A\xe7\xe3o"}]',
        '\ufeff[{"Código": "1", "NOME": "Ação"}]'.encode(),
        '\ufeffCODIGO,Nome\r\n1,"Ação"\r\n'.encode(),
        "id;title\n1;Ação".encode("cp1252"),
        "\n\nid\tnombre\n1\tAção\n".encode(),
        '\ufeff[{"id": 1, "name": "Ação"}]'.encode("utf-16-le"),
        '<?xml version="1.0" encoding="ISO-8859-1"?><p><x id="1" nome="Ação"/></p>'.encode("latin-1"),
        '<a:p xmlns:a="urn:x"><a:itens><a:x><a:e>1</a:e><a:título>Ação</a:título></a:x></a:itens></a:p>'.encode(),
        '{"pacotes": [{"package_id": 1, "name": "Ação"}]}'.encode(),
        '{"e": 1, "name": "Ação"}\r\n'.encode(),
    ],
)
def test_every_spelling_and_encoding_reads_alike(data: bytes) -> None:
    (item,) = parse_manifest("m", data).items
    assert str(item.fields["id"]) == "1"
    assert (item.fields.get("name") or item.fields.get("title")) == "Ação"


def test_line_numbers_are_those_of_the_file() -> None:
    data = b'\nid;nome\n1;"a\nb"\n2;c\n'
    assert [item.position for item in parse_manifest("m.csv", data).items] == ["line 4", "line 5"]


def test_new_file_in_the_same_slot_keeps_the_key_and_changes_the_document(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    source = downloads(client, tmp_path, "m.json")
    row = {
        "id": 1137544,
        "name": "License",
        "date": "2024-12-16",
        "files": [{"name": "24-12-16-L_3.6.3.ZIP", "size": 1}],
    }
    write("m.json", json.dumps([row]))
    old = documents(source)
    write("m.json", json.dumps([{**row, "files": [{"name": "25-08-18-L_3.7.0.ZIP", "size": 2}]}]))
    assert documents(source).keys() == old.keys() == {"1137544"}
    assert documents(source) != old


# -- what is not whole -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [data for data in GOOD if not data.startswith(b'{"codigo"')])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_truncated_manifest_never_passes_for_a_shorter_one(data: bytes, share: float) -> None:
    try:
        manifest = parse_manifest("m", data[: int(len(data) * share)])
    except SourceError:
        return
    assert manifest.cut


def test_truncated_last_line_of_json_lines_makes_the_run_partial(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("m.jsonl", '{"id": 1, "name": "a", "date": "2025-01-01"}\n{"id": 2, "na')
    first, second, third = told(downloads(client, tmp_path, "m.jsonl"))
    assert first["failure"] == "m.jsonl" and "line 2, the last one, breaks off" in first["error"]
    assert second["key"] == "1"
    assert third == {"key": "2", "error": "m.jsonl line 2 is not JSON: correct it, or export it again"}


def test_broken_line_in_the_middle_is_one_record_failure(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("m.jsonl", '{"id": 1, "name": "a", "date": "2025-01-01"}\n{"id": 2, "na\n{"id": 3, "date": "2025-01-01"}\n')
    assert [result.get("error", "") for result in told(downloads(client, tmp_path, "m.jsonl"))] == [
        "",
        "m.jsonl line 2 is not JSON: correct it, or export it again",
        "",
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('{"codigo": "7", "linha": {"id": "000010"}, "titulo": "x', {"id": "7"}),
        ('{"linha": {"id": "000010"}, "codigo": 7, "titulo": "x', {"id": "7"}),
        ('{"linha": {"id": "000010"}, "titulo": "x', {}),
        ('{"titulo": "x', {}),
    ],
)
def test_broken_line_is_known_by_its_own_id_only(line: str, shown: dict[str, str]) -> None:
    assert parse_manifest("m.jsonl", f'{{"id": 1}}\n{line}\n'.encode()).items[1].fields == shown


def test_broken_line_that_may_be_any_package_makes_the_run_partial(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("m.jsonl", '{"id": 1, "name": "a", "date": "2025-01-01"}\n???\n')
    assert failures(downloads(client, tmp_path, "m.jsonl")) == [
        Failure(
            "m.jsonl", "line 2 may stand for any package, which stays: it is not JSON: correct it, or export it again"
        )
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t", "is empty"),
        (b"[]", "lists no package"),
        (b'{"items": []}', "lists no package"),
        (b"<pacotes/>", "lists no package"),
        (b"id;nome\n", "lists no package"),
        (b'{"schema": 1, "count": 2}', "lists no package|without a list|neither"),
        (b"<!DOCTYPE html><html><body>Entrar</body></html>", "a web page"),
        (b"<html><body>Entrar</body></html>", "a web page"),
        (b"PK\x03\x04\x00\x00", "NUL bytes"),
        (b"bom dia", "names no column"),
        (b'[{"id": 1}', "not whole JSON"),
        (b"[" * 100_000, "not whole JSON"),
        (b"<p><x id='1'/>", "not whole XML"),
        (b'id;nome\n1;"a\n', "breaks off at line"),
        (b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><p><x id="1">&x;</x></p>', "not whole XML"),
        (b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p><x id="1">&b;</x></p>', "not whole XML"),
    ],
)
def test_damaged_manifest_is_a_failure_that_says_what_to_do(
    client: Client, tmp_path: Path, data: bytes, reason: str
) -> None:
    (tmp_path / "m").write_bytes(data)
    if data.startswith(b'{"schema"'):
        assert "neither an id nor a name" in told(downloads(client, tmp_path, "m"))[0]["error"]
        return
    (failure,) = failures(downloads(client, tmp_path, "m"))
    assert failure.unit == "m"
    assert reason in failure.error
    assert any(verb in failure.error for verb in ("export", "give an address", "put the packages"))


def test_one_bad_manifest_keeps_the_others(
    client: Client, tmp_path: Path, write: Callable[[str, str], None], httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/gone.json").respond_with_data("", status=404)
    write("a.json", "{")
    write("b.json", '[{"id": 1, "name": "b", "date": "2025-01-01"}]')
    address = httpserver.url_for("/gone.json") + "?token=secret"
    results = told(downloads(client, tmp_path, address, "a.json", "b.json"))
    assert [result.get("failure") for result in results] == [httpserver.url_for("/gone.json"), "a.json", None]
    assert "404" in results[0]["error"] and "secret" not in json.dumps(results)


@pytest.mark.parametrize("pattern", ["none/*", "absent.json"])
def test_pattern_that_matches_nothing_is_a_failure_not_an_empty_central(
    client: Client, tmp_path: Path, pattern: str
) -> None:
    (failure,) = failures(downloads(client, tmp_path, pattern))
    assert failure.unit == pattern
    assert f"no file matches {pattern}" in failure.error and "put the exported manifests there" in failure.error


def test_file_named_twice_is_read_once(client: Client, tmp_path: Path, write: Callable[[str, str], None]) -> None:
    write("m.json", '[{"id": 1, "name": "b", "date": "2025-01-01"}]')
    assert len(told(downloads(client, tmp_path, "*", "m.json"))) == 1


def test_of_two_manifests_with_one_id_the_first_counts(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("a.json", '[{"id": 1, "name": "first", "date": "2025-01-01"}]')
    write("b.json", '[{"id": "cd:1", "name": "second", "date": "2025-01-01"}]')
    source = downloads(client, tmp_path, "a.json", "b.json")
    assert documents(source)["1"].title == "first"
    assert failures(source) == [Failure("b.json", "item 1 has the id 1 of a.json item 1: take one of them out")]


def test_record_without_id_and_name_is_told_by_its_line(
    client: Client, tmp_path: Path, write: Callable[[str, str], None]
) -> None:
    write("m.csv", "id;nome;versao\n1;a;12.1.33\n;;12.1.33\n")
    source = downloads(client, tmp_path, "m.csv")
    _, record = source.records(None, None)
    assert isinstance(record, Record)
    with pytest.raises(RecordError, match=r"m\.csv line 3 has neither an id nor a name: give it one"):
        source.document(record)


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))))
def test_arbitrary_bytes_raise_nothing_but_source_error(data: bytes) -> None:
    with suppress(SourceError):
        assert parse_manifest("m", data).items


@settings(deadline=None)
@given(st.sampled_from(GOOD), st.integers(0, 4_000), st.binary(max_size=20), st.integers(0, 40))
def test_damaged_manifests_raise_nothing_but_our_errors(data: bytes, at: int, noise: bytes, dropped: int) -> None:
    damaged = data[:at] + noise + data[at + dropped :]
    with Client(QUICK) as client:
        source = downloads(client, Path(), "m")
    try:
        manifest = parse_manifest("m", damaged)
    except SourceError:
        return
    for item in manifest.items:
        values = {"fields": item.fields, "unknown": item.unknown, "error": item.error}
        record = Record("k", {"manifest": "m", "position": item.position, "generated_at": "", **values})
        try:
            made = source.document(record)
        except RecordError:
            continue
        if made is not None:
            assert made.updated.tzinfo is UTC
            (made.title + made.body + str(made.extra)).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(CANONICAL)), inner, max_size=4),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(CANONICAL)), JSON, max_size=12))
def test_any_value_in_any_field_makes_a_document_or_a_record_error(row: dict[str, Any]) -> None:
    with Client(QUICK) as client:
        source = downloads(client, Path(), "m")
    (item,) = parse_manifest("m", json.dumps([row]).encode()).items
    values = {"fields": item.fields, "unknown": item.unknown, "error": item.error}
    record = Record("k", {"manifest": "m", "position": item.position, "generated_at": "2026-01-01", **values})
    try:
        made = source.document(record)
    except RecordError:
        return
    if made is not None:
        assert made.title
        (made.title + made.body + made.url).encode()


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-03-28T12:00:00Z", "2025-03-28T12:00:00+00:00"),
        ("2025-03-28T12:00:00-03:00", "2025-03-28T15:00:00+00:00"),
        ("2025-03-28", "2025-03-28T03:00:00+00:00"),
        ("20250328", "2025-03-28T03:00:00+00:00"),
        (20250328, "2025-03-28T03:00:00+00:00"),
        ("28/03/2025", "2025-03-28T03:00:00+00:00"),
        ("28/03/2025 14:30", "2025-03-28T17:30:00+00:00"),
        ("8/3/2025 14:30:15", "2025-03-08T17:30:15+00:00"),
        (1743163200, "2025-03-28T12:00:00+00:00"),
        ("1743163200", "2025-03-28T12:00:00+00:00"),
        (1743163200000, "2025-03-28T12:00:00+00:00"),
        (1743163200.5, "2025-03-28T12:00:00.500000+00:00"),
    ],
)
def test_dates_are_read_as_people_and_programs_write_them(value: object, expected: str) -> None:
    instant = moment(value)
    assert instant is not None and instant.isoformat() == expected


@pytest.mark.parametrize(
    "value", ["", None, "ontem", "31/02/2025", "28/03/25", True, 0, -1, 10**30, 1e308, [], "0001-01-01"]
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert moment(value) is None


def test_date_in_a_file_name_is_its_day_of_publication() -> None:
    assert date_in_name("25-03-28-BRA-MENUS_12_1_2510.ZIP") == datetime(2025, 3, 28, 3, tzinfo=UTC)
    assert date_in_name("26-08-21_ATUALIZACAO.ZIP") == datetime(2026, 8, 21, 3, tzinfo=UTC)
    assert date_in_name("99-99-99-X.ZIP") is None
    assert date_in_name("LGXP120.PTM") is None


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (123, 123),
        ("123", 123),
        (123.0, 123),
        ("1,2 GB", 1288490188),
        ("1.5 MB", 1572864),
        ("340 KB", 348160),
        ("12 bytes", 12),
        ("48.211.907", 48211907),
        ("48,211,907 bytes", 48211907),
        ("muito", 0),
        ("1.2.3 GB", 0),
        (None, 0),
        (-1, 0),
        (float("inf"), 0),
    ],
)
def test_sizes_are_bytes_or_what_people_write(value: object, size: int) -> None:
    assert size_bytes(value) == size


def test_sizes_are_shown_with_a_comma() -> None:
    assert [human_size(size) for size in (12, 2048, 13107200, 1288490188)] == [
        "12 bytes",
        "2,0 KB",
        "12,5 MB",
        "1,2 GB",
    ]


@pytest.mark.parametrize(
    ("stated", "names", "expected"),
    [
        (("P12.1.033",), (), ("12.1.33",)),
        (("12_1_2310",), (), ("12.1.2310",)),
        (("24.3.0.5",), ("26-08-21_ATUALIZACAO_12.1.2510_BACKOFFICE.ZIP",), ("24.3.0.5", "12.1.2510")),
        ((), ("expedicao_continua_12_1_33_tss_protheus_tttm120_hp.ptm",), ("12.1.33",)),
        (("todas",), (), ("todas",)),
        ((), ("25-03-28-P12_MENUS.ZIP",), ()),
    ],
)
def test_versions_have_one_spelling(stated: tuple[str, ...], names: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert versions(stated, names) == expected


def test_lists_are_read_from_every_shape() -> None:
    assert texts("A-1; B-2|A-1,\nC-3") == ("A-1", "B-2", "C-3")
    assert texts([{"id": 1}, "B", {"titulo": "C"}, None, 4]) == ("1", "B", "C", "4")
    assert texts({"nome": "A"}) == ("A",)
    assert texts(None) == ()


@pytest.mark.parametrize(
    "fields",
    [{"recalled": True}, {"recalled": "Sim"}, {"recalled": "2025-01-01"}, {"recalled": 1}, {"status": "Cancelado"}],
)
def test_cancelled_packages_are_not_indexed(fields: dict[str, object]) -> None:
    assert is_gone(fields)


@pytest.mark.parametrize(
    "fields", [{}, {"recalled": False}, {"recalled": "não"}, {"recalled": 0}, {"status": "Liberado"}]
)
def test_other_packages_are(fields: dict[str, object]) -> None:
    assert not is_gone(fields)


# -- the whole -------------------------------------------------------------------------------------------------------


def test_simulated_central_is_read_whole(client: Client, simulator: Simulator, tmp_path: Path) -> None:
    names = ("protheus.json", "rm.jsonl", "datasul.xml", "logix.csv")
    source = downloads(client, tmp_path, *(f"{simulator.url}/downloads/{name}" for name in names))
    assert failures(source) == []
    made = documents(source)
    assert len(made) == len(simulator.catalog.packages)
    assert {document.line for document in made.values()} >= {"Protheus", "RM", "Datasul", "Logix"}
    patch = made["1100101"]
    assert patch.versions == ("12.1.2410",) and ("issue", "DSERFIS1-20528") in patch.identifiers
    assert patch.updated.date().isoformat() == "2025-03-28"
    assert "Arquivo: 25-03-28-BRA-DSERFIS1-20528_12_1_2410_TTTM120_HP.PTM (1,8 MB)" in patch.body
    assert "JSON with" in source.probe()


@pytest.mark.parametrize("kind", ["500", "html", "malformed", "cut", "403"])
@pytest.mark.parametrize("name", ["protheus.json", "rm.jsonl", "datasul.xml", "logix.csv"])
def test_faulty_manifest_is_a_failure(
    client: Client, simulator: Simulator, tmp_path: Path, kind: str, name: str
) -> None:
    simulator.fault("downloads", kind, path=name)
    source = downloads(client, tmp_path, f"{simulator.url}/downloads/{name}")
    assert [failure.unit for failure in failures(source)] == [f"{simulator.url}/downloads/{name}"]
    with pytest.raises(SourceError, match=name):
        source.probe()
