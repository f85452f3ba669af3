"""Settings: what is shipped loads, what is wrong is told so that an operator can act.

Long because most of it is tables of what is typed or written beside what it has to give.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel

from crawlers import registry
from crawlers.confluence.settings import ConfluenceSource
from crawlers.registry import load_settings as load
from crawlers.youtube.settings import YoutubeSource
from crawlers.zendesk.settings import ZendeskInstance
from search.config import messages as problems
from search.config.settings import Config, SourceSettings, kind_of
from search.errors import ConfigError

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "config.yaml"
SHIPPED_DATA = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
SOURCES = {kind_of(kind.settings): kind.settings for kind in registry.KINDS.values()}
NO_KIND = f"must say what kind of source this is: {', '.join([*SOURCES][:-1])} or {[*SOURCES][-1]}"
SECRET = "postgresql://busca:segredo@host/d"


class Settings:
    """Settings as shipped, with one change after the other."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "settings.yaml"
        self.data: dict[str, Any] = deepcopy(SHIPPED_DATA)

    def at(self, dotted: str) -> Any:
        node: Any = self.data
        for part in filter(None, dotted.split(".")):
            node = node[int(part) if part.isdigit() else part]
        return node

    def set(self, dotted: str, value: Any) -> None:
        parent, _, last = dotted.rpartition(".")
        self.at(parent)[int(last) if last.isdigit() else last] = value

    def drop(self, dotted: str) -> None:
        parent, _, last = dotted.rpartition(".")
        del self.at(parent)[last]

    def load(self, **environ: str) -> Config:
        self.path.write_text(yaml.safe_dump(self.data), encoding="utf-8")
        return load(self.path, environ)

    def problems(self, **environ: str) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            self.load(**environ)
        return caught.value.problems

    def told(self) -> tuple[str, ...]:
        """The problems, none where the settings load."""
        try:
            self.load()
        except ConfigError as error:
            return error.problems
        return ()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path)


def problems_of(path: Path, **environ: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        load(path, environ)
    return caught.value.problems


# -- what is shipped ---------------------------------------------------------------------------------------------------


def test_the_shipped_settings_load() -> None:
    shipped = load(SHIPPED, {})
    assert set(shipped.sources) == {"tdn", "kb", "youtube", "downloads", "legislacao"}
    assert shipped.enabled_sources.keys() == shipped.sources.keys()
    assert shipped.data_dir == ROOT / "var"


def named(data: Mapping[str, Any], model: type[BaseModel], path: str = "") -> Iterator[str]:
    """Where settings and model differ: a field that is not written, a key that is no field."""
    yield from (f"{path}{name} is not in config.yaml" for name in model.model_fields.keys() - data.keys())
    yield from (f"{path}{name} is no setting" for name in data.keys() - model.model_fields.keys())
    for name, value in data.items():
        annotation = model.model_fields[name].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield from named(value, annotation, f"{path}{name}.")


def test_every_setting_of_the_models_stands_in_the_shipped_file_and_none_else() -> None:
    differences = list(named(SHIPPED_DATA, Config))
    for name, source in SHIPPED_DATA["sources"].items():
        differences += named(source, SOURCES[source["kind"]], f"sources.{name}.")
        for instance in source.get("instances", []):
            differences += named(instance, ZendeskInstance, f"sources.{name}.instances.")
    assert differences == []


def test_the_shipped_file_shows_the_portals_own_kinds_of_source_and_none_that_is_not_there() -> None:
    kinds = {source.kind for source in load(SHIPPED, {}).sources.values()}
    assert {"confluence", "zendesk", "youtube", "downloads", "feed"} <= kinds <= SOURCES.keys()


def written() -> Iterator[tuple[str, str, str]]:
    """The dotted path, the value and the comment of each line of the shipped file that sets something."""
    path: list[str] = []
    for line in SHIPPED.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"( *)([a-z_]+):(.*?)(?: # *(.*))?$", line):
            path[len(match[1]) // 2 :] = [match[2]]
            yield ".".join(path), match[3].strip(), match[4] or ""


def declared(dotted: str) -> tuple[str, str]:
    """The class that declares a setting, and the setting's name in it: a field of every source is explained once."""
    section, *rest = dotted.split(".")
    if not rest:
        return "Config", section
    if section != "sources":
        return Config.model_fields[section].annotation.__name__, rest[0]  # type: ignore[union-attr]
    kind = SOURCES[load(SHIPPED, {}).sources[rest[0]].kind]
    name = rest[1]
    return (SourceSettings if name in SourceSettings.model_fields else kind).__name__, name


def test_every_shipped_setting_is_explained_where_it_first_stands_and_then_says_its_unit() -> None:
    spoken = {"kind", "label", "enabled"}  # words that every source sets, explained at the first
    seen: set[tuple[str, str]] = set()
    silent = []
    for dotted, value, comment in written():
        if value:  # a section speaks through its settings
            setting = declared(dotted)
            said = setting in seen and setting[1].endswith(tuple(problems.UNITS))
            if not (comment or said or (setting[1] in spoken and dotted != f"sources.tdn.{setting[1]}")):
                silent.append(dotted)
            seen.add(setting)
    assert silent == []
    assert len(seen) > 40


def test_what_stands_in_one_line_is_named_in_the_comment_above_it() -> None:
    (comment,) = [comment for dotted, _, comment in written() if dotted == "sources.kb.instances"]
    words = {"name": "name", "base_url": "address", "locales": "languages"}
    assert words.keys() == ZendeskInstance.model_fields.keys()
    assert all(word in comment for word in words.values())


def models(model: Any) -> Iterator[type[BaseModel]]:
    """A model and all that it is made of."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        yield model
        for field in model.model_fields.values():
            yield from models(field.annotation)
    for part in get_args(model):
        yield from models(part)


def test_every_amount_of_time_or_memory_names_its_unit() -> None:
    unitless = {"retries", "requests_per_second", "page_size", "max_loss_percent", "batch", "keep"}
    unitless |= {"port", "workers", "threads", "processes", "offered"}
    for model in models(Config):
        for name, field in model.model_fields.items():
            if field.annotation in (int, float) and name not in unitless:
                assert name.endswith(tuple(problems.UNITS)), f"{model.__name__}.{name}"


def test_the_shipped_values_are_the_defaults(settings: Settings) -> None:
    written = settings.load()
    for name in ("store", "crawl", "index", "schedule", "web", "log"):
        settings.drop(name)
    assert settings.load() == written


# -- overriding --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variable, value, dotted, expected",
    [
        ("BUSCA_WEB__PORT", "9000", "web.port", 9000),
        ("BUSCA_WEB__HOST", "0.0.0.0", "web.host", "0.0.0.0"),
        ("BUSCA_LOG__LEVEL", "debug", "log.level", "debug"),
        ("BUSCA_HTTP__BACKOFF_S", "0", "http.backoff_s", 0.0),
        ("BUSCA_STORE__URL", "postgresql://a:b@h/d", "store.url", "postgresql://a:b@h/d"),
        ("BUSCA_HTTP__USER_AGENT", "Robô: 1", "http.user_agent", "Robô: 1"),
    ],
)
def test_the_environment_overrides_a_nested_setting(
    settings: Settings, variable: str, value: str, dotted: str, expected: Any
) -> None:
    section, name = dotted.split(".")
    assert getattr(getattr(settings.load(**{variable: value}), section), name) == expected


def test_the_environment_overrides_a_source(settings: Settings) -> None:
    loaded = settings.load(BUSCA_SOURCES__TDN__ENABLED="false", BUSCA_SOURCES__TDN__SPACES="[PROT, RM]")
    tdn = loaded.sources["tdn"]
    assert isinstance(tdn, ConfluenceSource)
    assert (tdn.enabled, tdn.spaces, "tdn" in loaded.enabled_sources) == (False, ("PROT", "RM"), False)


@pytest.mark.parametrize(
    "variable, value, expected",
    [
        ("BUSCA_SOURCES__DOWNLOADS__MANIFESTS", "[a.json, 'https://h/b.xml']", ("a.json", "https://h/b.xml")),
        ("BUSCA_SOURCES__DOWNLOADS__MANIFESTS", "- a\n- b", ("a", "b")),
        ("BUSCA_SOURCES__YOUTUBE__PLAYLISTS", "[]", ()),
        ("BUSCA_SOURCES__KB__INSTANCES", "[{name: a, base_url: 'https://h'}]", ("a",)),
    ],
)
def test_a_list_from_the_environment_takes_the_place_of_the_whole_list(
    settings: Settings, variable: str, value: str, expected: tuple[str, ...]
) -> None:
    _, source, name = (part.lower() for part in variable.removeprefix("BUSCA_").split("__"))
    entries = getattr(settings.load(**{variable: value}).sources[source], name)
    assert tuple(getattr(entry, "name", entry) for entry in entries) == expected


def test_the_environment_fills_a_section_that_the_file_lacks(settings: Settings) -> None:
    settings.drop("web")
    assert settings.load(BUSCA_WEB__PORT="9000").web.port == 9000


def test_a_folder_from_the_environment_may_look_like_a_number(settings: Settings) -> None:
    assert settings.load(BUSCA_DATA_DIR="2026").data_dir == settings.path.parent / "2026"


@pytest.mark.parametrize("variable", ["BUSCA_CONFIG", "BUSCA_WEB", "BUSCA_DEMO__KEY", "WEB__PORT"])
def test_variables_that_name_no_section_are_somebody_elses(settings: Settings, variable: str) -> None:
    assert settings.load(**{variable: "x"}) == settings.load()


@pytest.mark.parametrize(
    "variable, value, problem",
    [
        ("BUSCA_WEB__PROT", "9", "web.prot: there is no such setting; did you mean port?"),
        ("BUSCA_WEB__PORT", "[", "web.port: must be a whole number; found '['"),
        ("BUSCA_WEB__PORT", "2026-13-45", "web.port: must be a whole number; found '2026-13-45'"),
        ("BUSCA_WEB__PORT", "", "web.port: must be a whole number; found None"),
        ("BUSCA_WEB__PORT", "!!bool x", "web.port: must be a whole number; found '!!bool x'"),
        ("BUSCA_WEB__PORT", "!!timestamp x", "web.port: must be a whole number; found '!!timestamp x'"),
        ("BUSCA_SOURCES__TDN__SPACES", "PROT", "sources.tdn.spaces: must be a list; found 'PROT'"),
        ("BUSCA_DATA_DIR", "", "data_dir: must be the path of a folder; found ''"),
        (
            "BUSCA_SOURCES__TDM__ENABLED",
            "false",
            f"sources.tdm.kind: {NO_KIND}",
        ),
        (
            "BUSCA_WEB__PORT__X",
            "1",
            "BUSCA_WEB__PORT__X: there is no setting web.port.x to override",
        ),
        (
            "BUSCA_SOURCES__KB__INSTANCES__0__NAME",
            "x",
            "BUSCA_SOURCES__KB__INSTANCES__0__NAME: there is no setting sources.kb.instances.0.name to override",
        ),
    ],
)
def test_a_wrong_override_is_told_like_any_other(settings: Settings, variable: str, value: str, problem: str) -> None:
    assert settings.problems(**{variable: value}) == (problem,)


def test_a_relative_folder_is_relative_to_the_file(settings: Settings, tmp_path: Path) -> None:
    settings.set("data_dir", "a/b")
    loaded = settings.load()
    assert (loaded.data_dir, loaded.index_dir) == (tmp_path / "a" / "b", tmp_path / "a" / "b" / "index")
    assert loaded.store_url == f"sqlite:///{tmp_path}/a/b/store.sqlite"
    assert loaded.words_folder is None
    assert settings.load(BUSCA_WORDS_DIR="mine").words_folder == tmp_path / "mine"


def test_settings_cannot_be_changed_once_loaded(settings: Settings) -> None:
    loaded = settings.load()
    with pytest.raises(ValueError, match="frozen"):
        loaded.web.port = 1  # type: ignore[misc]


# -- what is wrong -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dotted, value, problem",
    [
        # an unknown key
        ("web.prot", 80, "web.prot: there is no such setting; did you mean port?"),
        ("wbe", {}, "wbe: there is no such setting; did you mean web?"),
        ("sources.tdn.base_urll", "x", "sources.tdn.base_urll: there is no such setting; did you mean base_url?"),
        (
            "sources.kb.instances.0.nme",
            "x",
            "sources.kb.instances.0.nme: there is no such setting; did you mean name?",
        ),
        (
            "sources.youtube.api_key",
            "x",
            "sources.youtube.api_key: there is no such setting; did you mean api_key_env?",
        ),
        (
            "sources.downloads.manifest",
            "x",
            "sources.downloads.manifest: there is no such setting; did you mean manifests?",
        ),
        (
            "sources.kb.instances.0.zzz",
            "x",
            "sources.kb.instances.0.zzz: there is no such setting; remove it; known here: base_url, locales, name",
        ),
        ("log.zzz", 1, "log.zzz: there is no such setting; remove it; known here: format, level"),
        # a wrong unit
        (
            "http.read_timeout_s",
            "2 min",
            "http.read_timeout_s: must be a number of seconds, without a unit: write 120; found '2 min'",
        ),
        (
            "sources.tdn.every_min",
            "1h",
            "sources.tdn.every_min: must be a whole number of minutes, without a unit: write 60; found '1h'",
        ),
        (
            "crawl.resume_h",
            "90 min",
            "crawl.resume_h: must be a whole number of hours, without a unit: write 2; found '90 min'",
        ),
        (
            "index.memory_mib",
            "1 GB",
            "index.memory_mib: must be a whole number of mebibytes, without a unit: write 1024; found '1 GB'",
        ),
        (
            "web.timeout_s",
            "1,5 min",
            "web.timeout_s: must be a whole number of seconds, without a unit: write 90; found '1,5 min'",
        ),
        ("web.timeout_s", "1.000,5 s", "web.timeout_s: must be a whole number of seconds; found '1.000,5 s'"),
        ("web.timeout_s", ". s", "web.timeout_s: must be a whole number of seconds; found '. s'"),
        (
            "http.backoff_s",
            "9" * 400 + " s",
            f"http.backoff_s: must be a number of seconds; found '{'9' * 56}…",
        ),
        ("http.backoff_s", "soon", "http.backoff_s: must be a number of seconds; found 'soon'"),
        ("http.max_body_mib", 1.5, "http.max_body_mib: must be a whole number (mebibytes); found 1.5"),
        # a bad address
        (
            "sources.tdn.base_url",
            "tdn.totvs.com",
            "sources.tdn.base_url: must be a whole address such as https://host/path; found 'tdn.totvs.com'",
        ),
        (
            "sources.downloads.manifests",
            ["https://"],
            "sources.downloads.manifests: must be a whole address such as https://host/path; found the list [https://]",
        ),
        (
            "schedule.timezone",
            "Marte",
            "schedule.timezone: is no time zone; write one such as America/Sao_Paulo or UTC; found 'Marte'",
        ),
        # a wrong type
        ("web.port", "x", "web.port: must be a whole number; found 'x'"),
        ("web.port", True, "web.port: must be a whole number; found True"),
        ("sources.tdn.enabled", "sim", "sources.tdn.enabled: must be true or false; found 'sim'"),
        ("sources.tdn.spaces", "PROT", "sources.tdn.spaces: must be a list; found 'PROT'"),
        ("sources.tdn.label", 5, "sources.tdn.label: must be text; found 5"),
        ("sources.tdn", 5, "sources.tdn: must be settings of its own, indented below it; found 5"),
        ("store", None, "store: must be settings of its own, indented below it; found None"),
        ("data_dir", 5, "data_dir: must be the path of a folder; found 5"),
        # out of range, or none of the choices
        ("web.port", 0, "web.port: input should be greater than or equal to 1; found 0"),
        (
            "http.backoff_s",
            float("nan"),
            "http.backoff_s: input should be less than or equal to 60 (seconds); found nan",
        ),
        ("log.level", "loud", "log.level: input should be 'debug', 'info', 'warning' or 'error'; found 'loud'"),
        (
            "log.format",
            ["json", "console"],
            "log.format: input should be 'console' or 'json'; found the list [json, console]",
        ),
        ("index.engine", "lucene", "index.engine: must be one of 'whoosh'; found 'lucene'"),
        ("index.memory", 64, "index.memory: there is no such setting; did you mean memory_mib?"),
        ("sources", {}, "sources: must hold at least one entry"),
        ("sources.kb.instances", [], "sources.kb.instances: must hold at least one entry"),
        (
            "sources.kb.instances.0.locales",
            ["fr"],
            "sources.kb.instances.0.locales.0: input should be 'pt-br', 'es' or 'en-us'; found 'fr'",
        ),
        (
            "sources.tdn.kind",
            "wiki",
            f"sources.tdn.kind: {NO_KIND}",
        ),
    ],
)
def test_a_wrong_setting_is_one_sentence_with_its_path_and_what_to_do(
    settings: Settings, dotted: str, value: Any, problem: str
) -> None:
    settings.set(dotted, value)
    assert settings.problems() == (problem,)


@pytest.mark.parametrize(
    "dotted, problem",
    [
        ("sources", "sources: is missing; add it (config.yaml as shipped shows every setting)"),
        (
            "sources.tdn.base_url",
            "sources.tdn.base_url: is missing; add it (config.yaml as shipped shows every setting)",
        ),
        (
            "sources.tdn.kind",
            f"sources.tdn.kind: {NO_KIND}",
        ),
    ],
)
def test_what_has_no_default_has_to_be_there(settings: Settings, dotted: str, problem: str) -> None:
    settings.drop(dotted)
    assert settings.problems() == (problem,)


@pytest.mark.parametrize("name", ["TDN", "um dois", "9", "a-b", "a:b", "", "x" * 33])
def test_a_source_whose_name_could_not_be_part_of_an_id_is_refused(settings: Settings, name: str) -> None:
    settings.data["sources"][name] = settings.data["sources"]["tdn"]
    (problem,) = settings.problems()
    assert problem.startswith(f"sources.{name}: a source's name is lower-case letters, digits and _")


def test_all_problems_are_told_at_once(settings: Settings) -> None:
    settings.set("web.port", "x")
    settings.set("log.levl", "info")
    settings.data["sources"]["TDN"] = settings.data["sources"]["tdn"]
    settings.drop("sources.kb.label")
    told = settings.problems(BUSCA_WEB__THREADS__X="1", BUSCA_CRAWL__BATCH="muitos")
    paths = {problem.split(":")[0] for problem in told}
    assert paths == {"BUSCA_WEB__THREADS__X", "web.port", "log.levl", "sources.TDN", "sources.kb.label", "crawl.batch"}
    assert len(told) == 6


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_a_secret_that_is_set_is_found_by_its_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BUSCA_TEST_KEY", "segredo")
    settings.set("sources.youtube.api_key_env", "BUSCA_TEST_KEY")
    loaded = settings.load()
    youtube = loaded.sources["youtube"]
    assert isinstance(youtube, YoutubeSource)
    assert youtube.api_key_env == "BUSCA_TEST_KEY"
    assert "segredo" not in repr(loaded)


def test_a_secret_that_is_not_set_is_told_by_its_name(settings: Settings) -> None:
    settings.set("sources.youtube.api_key_env", "UNSET")
    (problem,) = settings.problems()
    names, _, advice = problem.partition(", which is not set: ")
    assert names == "sources.youtube.api_key_env: names the environment variable UNSET"
    assert advice == "set it, or leave this empty"


@pytest.mark.parametrize(
    "dotted, value",
    [
        ("sources.youtube.api_key_env", "AIzaSyD_segredo_segredo"),
        ("sources.youtube.api_key_env", "AIza-segredo"),
        ("store.url", "mysql://busca:segredo@host/d"),
        ("sources.tdn.base_url", "ftp://busca:segredo@host/d"),
        ("sources.tdn.base_url", "busca:segredo@host"),
        ("sources.tdn.base_url", "https://busca:segredo@host:porta/"),
        ("sources.downloads.manifests", ["a", "ftp://busca:segredo@host/*.json"]),
        ("sources.tdn", [SECRET]),
        ("store", {"url": SECRET, "password": "segredo"}),
        ("store.url", [SECRET]),
        ("store.url", {"url": SECRET}),
        ("web.password", "segredo"),
    ],
)
def test_a_secret_in_a_wrong_place_is_not_shown(settings: Settings, dotted: str, value: Any) -> None:
    settings.set(dotted, value)
    (problem,) = settings.problems()
    assert problem.startswith(dotted)
    assert "segredo" not in problem


def paths(data: Any, path: str = "") -> Iterator[str]:
    """The dotted path of every value."""
    children = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, value in children:
        yield f"{path}{name}"
        yield from paths(value, f"{path}{name}.")


@pytest.mark.parametrize("value", [SECRET, [SECRET], {"x": [SECRET]}], ids=["text", "list", "nested"])
def test_an_address_with_a_password_is_not_shown_wherever_it_stands(settings: Settings, value: Any) -> None:
    shipped = deepcopy(settings.data)
    accepted = set()
    for dotted in paths(shipped):
        settings.data = deepcopy(shipped)
        settings.set(dotted, value)
        told = settings.told()
        assert "segredo" not in " ".join(told), dotted
        named = [problem.split(":")[0] for problem in told]  # the setting, what holds it or what it holds
        assert all(dotted.startswith(path) or path.startswith(dotted) for path in named), dotted
        if not told:
            accepted.add(dotted.rpartition(".")[2])
    # the address of the store, and what nobody can check
    texts = {"url", "user_agent", "label", "data_dir", "words_dir", "host"}
    lists = {"spaces", "blocked", "exclude_spaces", "playlists"}
    assert accepted == {str: texts, list: lists, dict: set()}[type(value)]


@pytest.mark.parametrize(
    "text",
    [
        f'store: {{url: "{SECRET}\nweb: [',
        f"store:\n  url: {SECRET}: x\n",
        f"store:\n  url: @{SECRET}\n",
        f"store:\n  url: {SECRET}\n url: x\n",
        f"web: {{}}\nstore: {{url: '{SECRET}'}}}}\n",
    ],
)
def test_a_broken_file_is_told_by_its_line_without_what_stands_there(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of(path)
    assert re.match(rf"{re.escape(str(path))}: is not valid YAML: .*line \d", problem)
    assert "segredo" not in problem


# -- the file ----------------------------------------------------------------------------------------------------------


def test_a_missing_file_is_told_with_the_option_that_names_one(tmp_path: Path) -> None:
    path = tmp_path / "nada.yaml"
    assert problems_of(path) == (f"{path}: there is no such file; name one with --config FILE",)


@pytest.mark.parametrize(
    "content, said",
    [
        (b"", "must hold settings such as 'data_dir: var', found NoneType"),
        (b"# only a comment\n", "must hold settings such as 'data_dir: var', found NoneType"),
        (b"- a\n- b\n", "must hold settings such as 'data_dir: var', found list"),
        (b"web", "must hold settings such as 'data_dir: var', found str"),
        (b"web: [", "is not valid YAML"),
        (b"web:\n\tport: 1\n", "is not valid YAML"),
        (b"web: \x01", "is not valid YAML"),
        (b"!!python/object/apply:os.getcwd []", "is not valid YAML"),
        (b"web: {since: 2026-13-45}", "is not valid YAML"),
        (b"web: !!bool x", "is not valid YAML"),
        (b"web: !!timestamp x", "is not valid YAML"),
        (b"web: !!set [x]", "is not valid YAML"),
        (b"web: {[a]: 1}", "is not valid YAML"),
        (b"web: {}\n---\nweb: {}", "is not valid YAML"),
        (b"web: &a {port: *a}", "holds itself"),
        (b"[" * 5000, "is not valid YAML"),
        (b"web: \xff\xfe\xfa", "cannot be read"),
    ],
    ids=repr,
)
def test_a_file_that_holds_no_settings_is_one_sentence_with_its_name(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert problem.startswith(f"{path}: {said}")
    assert "\n" not in problem


def test_a_folder_is_no_settings_file(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path)
    assert problem.startswith(f"{tmp_path}: cannot be read")


@pytest.mark.parametrize("text", ["web: {port: 1, port: 2}\n", "log: {}\nweb: {}\nlog: {level: debug}\n"])
def test_a_setting_that_is_written_twice_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    (problem,) = problems_of(path)
    assert re.search(r"(port|log) stands here twice.* line \d", problem)


@example(value=["\n"])
@given(value=st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=9), st.lists, max_leaves=4))
def test_whatever_stands_in_place_of_a_number_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    settings = Settings(tmp_path_factory.getbasetemp())
    settings.set("http.retries", value)
    (problem,) = settings.problems()
    assert problem.startswith("http.retries: must be a whole number")
    assert "\n" not in problem


QUANTITIES = st.from_regex(r"[\d.,]{1,9} ?(ms|s|min|m|h|d|days|kb|MB|GiB|parsecs)", fullmatch=True)


@given(
    text=QUANTITIES, dotted=st.sampled_from(["web.timeout_s", "http.backoff_s", "crawl.resume_h", "index.memory_mib"])
)
def test_whatever_amount_is_written_with_a_unit_is_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str, dotted: str
) -> None:
    settings = Settings(tmp_path_factory.getbasetemp())
    settings.set(dotted, text)
    (problem,) = settings.problems()
    assert re.match(rf"{dotted}: must be a (whole )?number of (seconds|hours|mebibytes)[,;] ", problem)
