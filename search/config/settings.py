"""`config.yaml` and the environment become frozen settings; every problem is reported at once, by dotted path.

    defaults ◀── config.yaml ◀── BUSCA_<SECTION>__<KEY> environment variables        (the right one wins)

A number carries its unit in its name: `_s` seconds, `_min` minutes, `_h` hours, `_mib` mebibytes. A secret is named by
a setting that ends in `_env` and read from that environment variable when it is used; its value is never stored or
shown.

The sentences about problems stand in `search.config.messages`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache, partial, reduce
from operator import or_
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model, field_validator

from search.config.environment import override
from search.config.messages import TAGGED, sentences
from search.config.strict_yaml import read_yaml, tuples
from search.errors import ConfigError

SOURCE_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a whole address such as https://host/path")
    _ = parts.port  # raises ValueError when the port is no number
    return value.rstrip("/")


def _variable(value: str) -> str:
    if value and not ENV_NAME.fullmatch(value):
        raise ValueError("must be the name of an environment variable, never the secret itself")
    if value and not os.environ.get(value):
        named = f"the environment variable {value}, which" if value.isupper() else "an environment variable that"
        raise ValueError(f"names {named} is not set: set it, or leave this empty")  # a pasted key is not in capitals
    return value


def _source_name(value: str) -> str:
    if not SOURCE_NAME.fullmatch(value):
        raise ValueError("a source's name is lower-case letters, digits and _, at most 32")
    return value


Url = Annotated[str, AfterValidator(web_address)]
SourceName = Annotated[str, AfterValidator(_source_name)]
SecretName = Annotated[str, AfterValidator(_variable)]


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Store(Settings):
    url: str = ""

    @field_validator("url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("must be empty, sqlite:///FILE or postgresql://USER@HOST/DATABASE")
        return value


class Http(Settings):
    user_agent: str = Field("TotvsPortalCrawler/1.0", min_length=3)
    connect_timeout_s: float = Field(5.0, gt=0, le=120)
    read_timeout_s: float = Field(45.0, gt=0, le=600)
    retries: int = Field(4, ge=0, le=20)
    backoff_s: float = Field(1.0, ge=0, le=60)
    retry_after_max_s: float = Field(300.0, ge=0, le=3600)
    requests_per_second: float = Field(2.0, gt=0, le=10_000)
    max_body_mib: int = Field(64, ge=1, le=1024)


class SourceSettings(Settings):
    """What the settings of every kind of source share; each kind's own class says its `kind` as a Literal."""

    kind: str
    label: str = Field(min_length=1, max_length=40)
    enabled: bool = True
    every_min: int = Field(60, ge=1, le=10_080)
    full_every_h: int = Field(24, ge=1, le=1_440)


Kinds = tuple[type[SourceSettings], ...]
"""The settings' classes of the kinds of source that there are: two at least."""


class Crawl(Settings):
    max_loss_percent: int = Field(20, ge=0, le=100)
    batch: int = Field(100, ge=1, le=10_000)
    resume_h: int = Field(24, ge=0, le=720)


class Index(Settings):
    """What the settings of every engine share; each has a class of its own, known by its `engine`."""

    batch: int = Field(5_000, ge=1, le=1_000_000)


class LocalIndex(Index):
    """An index in files of this machine, or of a folder that machines share."""

    engine: Literal["whoosh"] = "whoosh"
    memory_mib: int = Field(512, ge=16, le=16_384)
    processes: int = Field(0, ge=0, le=64)
    cache_mib: int = Field(64, ge=0, le=16_384)
    keep: int = Field(2, ge=1, le=20)

    @property
    def temporary(self) -> Self:
        """The same for a small index that is made at once and asked each question once."""
        return self.model_copy(update={"cache_mib": 0, "processes": 1})


AnyIndex = Annotated[LocalIndex, Field(discriminator="engine")]
DEFAULT_INDEX = LocalIndex()


class Schedule(Settings):
    timezone: str = "America/Sao_Paulo"
    misfire_grace_h: float = Field(6.0, gt=0, le=168)
    sync_every_s: int = Field(60, ge=1, le=86_400)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("is no time zone; write one such as America/Sao_Paulo or UTC") from error
        return value


class Web(Settings):
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=1, le=65_535)
    workers: int = Field(2, ge=1, le=64)
    threads: int = Field(4, ge=1, le=64)
    timeout_s: int = Field(30, ge=1, le=600)
    default_lang: Literal["pt", "es", "en"] = "pt"


class Queries(Settings):
    enabled: bool = True
    keep_days: int = Field(180, ge=1, le=3_650)
    min_days: int = Field(3, ge=1, le=365)
    offered: int = Field(2_000, ge=0, le=20_000)
    flush_s: int = Field(60, ge=1, le=3_600)
    blocked: tuple[str, ...] = ()


class Log(Settings):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Config(Settings):
    data_dir: Path = Path("var")
    words_dir: str = ""
    store: Store = Store()
    http: Http = Http()
    sources: Mapping[SourceName, SourceSettings] = Field(min_length=1)
    crawl: Crawl = Crawl()
    index: AnyIndex = DEFAULT_INDEX
    schedule: Schedule = Schedule()
    web: Web = Web()
    queries: Queries = Queries()
    log: Log = Log()

    @field_validator("data_dir", mode="before")
    @classmethod
    def _path(cls, value: object) -> object:
        return Path(value) if isinstance(value, str) and value.strip() else value

    @field_validator("index", mode="before")
    @classmethod
    def _named_engine(cls, value: object) -> object:
        """Settings of an index that name no engine are those of the default one."""
        return {"engine": DEFAULT_INDEX.engine, **value} if isinstance(value, dict) else value

    @property
    def store_url(self) -> str:
        return self.store.url or f"sqlite:///{self.data_dir / 'store.sqlite'}"

    @property
    def index_dir(self) -> Path:
        return self.data_dir / "index"

    @property
    def words_folder(self) -> Path | None:
        """The folder of the word lists; None for the packaged ones."""
        return Path(self.words_dir) if self.words_dir else None

    @property
    def enabled_sources(self) -> dict[str, SourceSettings]:
        return {name: source for name, source in self.sources.items() if source.enabled}


def load(path: Path, environ: Mapping[str, str] = os.environ, *, kinds: Kinds) -> Config:
    """Read the settings of `path`, overridden by `environ`. Relative folders are those of the file.

    Raise ConfigError with one sentence per problem.
    """
    try:
        return _loaded(path, environ, kinds)
    except RecursionError as error:
        raise ConfigError([f"{path}: holds itself (& and *) or is nested too deep: write it out"]) from error


def kind_of(settings: type[SourceSettings]) -> str:
    """The kind of source that a settings' class is of."""
    name: str = get_args(settings.model_fields["kind"].annotation)[0]
    return name


def _loaded(path: Path, environ: Mapping[str, str], kinds: Kinds) -> Config:
    data = _read(path)
    problems = list(override(data, environ, Config.model_fields))
    try:
        config = _config_of(kinds).model_validate(tuples(data))
    except ValidationError as error:
        names = {kind_of(settings): settings for settings in kinds}
        problems += sentences(error.errors(), partial(_siblings, kinds=names), tuple(names))
        raise ConfigError(problems) from error
    if problems:
        raise ConfigError(problems)
    folders = {"data_dir": (path.parent / config.data_dir).resolve()}
    if config.words_dir:
        return config.model_copy(update=folders | {"words_dir": str((path.parent / config.words_dir).resolve())})
    return config.model_copy(update=folders)


@cache
def _config_of(kinds: Kinds) -> type[Config]:
    """Settings whose sources are told apart by their `kind`."""
    anyone: Any = Annotated[reduce(or_, kinds), Field(discriminator="kind")]
    sources: Any = (Mapping[SourceName, anyone], Field(min_length=1))
    return create_model("Config", __base__=Config, sources=sources)


def _read(path: Path) -> dict[str, Any]:
    data = read_yaml(path, missing="there is no such file; name one with --config FILE")
    if not isinstance(data, dict):
        raise ConfigError([f"{path}: must hold settings such as 'data_dir: var', found {type(data).__name__}"])
    return data


def _siblings(loc: tuple[object, ...], kinds: Mapping[Any, type[SourceSettings]]) -> list[str]:
    """The names of the settings beside the one at `loc`."""
    shape: Any = Config
    for place, part in enumerate(loc[:-1]):
        if loc[0] == "sources" and place in (1, 2):  # a source's name, then its kind, which may be the same word
            shape = kinds.get(part) if place == 2 else None
        elif place == TAGGED.get(loc[0]):
            continue  # the engine, of whose settings `shape` is the class
        elif isinstance(part, int):
            shape = get_args(shape)[0]  # of a list of settings
        else:
            shape = shape.model_fields[part].annotation if _is_settings(shape) and part in shape.model_fields else None
    return list(shape.model_fields) if _is_settings(shape) else []


def _is_settings(shape: object) -> bool:
    return isinstance(shape, type) and issubclass(shape, BaseModel)
