"""YAML as operators write it: read strictly, with a sentence for what is wrong and where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml._yaml import CParser

from search.errors import ConfigError

NO_YAML = (yaml.YAMLError, ValueError, RecursionError, LookupError, AttributeError)
"""What PyYAML raises over a text: 2026-13-45 is written like a date, `!!bool x` and `!!timestamp x` are none."""


def read_yaml(path: Path, *, missing: str) -> Any:
    """What a file holds. Raise ConfigError where it is not there, which `missing` says what to do about, or no YAML."""
    try:
        return _read(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: {missing}"]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    except NO_YAML as error:
        raise ConfigError([f"{path}: is not valid YAML: {_place(error)}"]) from error


def _place(error: Exception) -> str:
    """What is wrong with a file and where, without the line itself, which may hold a password."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        return f"{error.problem}, line {error.problem_mark.line + 1}, column {error.problem_mark.column + 1}"
    return " ".join(str(error).split())


def tuples(value: Any) -> Any:
    """YAML's lists as tuples, and whole numbers left alone: strict validation takes no list for a tuple."""
    if isinstance(value, dict):
        return {key: tuples(entry) for key, entry in value.items()}
    return tuple(tuples(entry) for entry in value) if isinstance(value, list) else value


def described(value: object) -> str:
    """A value that stands in the wrong place, in words and as it is written in YAML."""
    match value:
        case dict():
            return f"the names and values {_written(value)}"
        case list() | tuple():
            return f"the list {_written(value)}"
        case _:
            return repr(value)


def _written(value: object) -> str:
    match value:
        case dict():
            return f"{{{', '.join(f'{key}: {_written(entry)}' for key, entry in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(_written, value))}]"
        case str() if not value.isprintable():
            return repr(value)
        case _:
            return str(value)


class _Strict(yaml.constructor.SafeConstructor):
    """YAML of which no setting may be written twice: the first of the two would be lost without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        written: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():  # !!set [a] is told by the base class
            if isinstance(key, yaml.ScalarNode) and key.value in written:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} stands here twice", key.start_mark)
            written.add(str(key.value))
        return super().construct_mapping(node, deep)


class _Quick(_Strict, yaml.composer.Composer, CParser, yaml.resolver.Resolver):
    """Reads with libyaml, in a third of the time. What is nested is put together in Python: libyaml has no limit."""

    def __init__(self, text: str) -> None:
        CParser.__init__(self, text)
        yaml.composer.Composer.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)


class _Careful(_Strict, yaml.SafeLoader):
    """Reads in Python, whose sentences about what is wrong are the better ones."""


def _read(text: str) -> Any:
    try:
        return yaml.load(text, _Quick)  # type: ignore[arg-type]  # noqa: S506  derived from the safe one, as the next is
    except yaml.YAMLError:
        return yaml.load(text, _Careful)  # noqa: S506
