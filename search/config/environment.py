"""What variables of the environment set over what the file says: BUSCA_<SECTION>__<KEY>=value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from search.config.strict_yaml import NO_YAML

PREFIX = "BUSCA_"
FOLDERS = ("DATA_DIR", "WORDS_DIR")
"""The settings that stand in no section."""
TEXTS = ("url", "base_url", "data_dir", "words_dir", "user_agent")
"""Settings that are text whatever they look like: a folder may be called 2026."""


def override(data: dict[str, Any], environ: Mapping[str, str], sections: Iterable[str]) -> Iterator[str]:
    """Lay BUSCA_A__B=value over data["a"]["b"]; the value is read as YAML. Yield a sentence for each that cannot be."""
    names = {name.upper() for name in sections}
    for variable, text in sorted(environ.items()):
        path = variable.removeprefix(PREFIX).split("__")
        if not variable.startswith(PREFIX) or path[0] not in names or (len(path) == 1 and path[0] not in FOLDERS):
            continue
        *parents, last = (part.lower() for part in path)
        node: Any = data
        for part in parents:
            node = node.setdefault(part, {}) if isinstance(node, dict) else None
        if not isinstance(node, dict):
            yield f"{variable}: there is no setting {'.'.join(path).lower()} to override"
            continue
        try:
            node[last] = text if last in TEXTS else yaml.safe_load(text)
        except NO_YAML:
            node[last] = text
