"""How fast documents are indexed, how large the index is, how much memory that takes: each engine in its own process.

All index the same tokens (benchmarks/engines.py). Analysing the documents is in every figure, reading them in none;
they are held in memory, which is in every peak. `busca_all_cores` is ours with a process for each core.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

from benchmarks import corpus, latency
from benchmarks.engines import ENGINES, AllCores
from busca.corpus import pages

KINDS = {"busca": ENGINES["busca"], "busca_all_cores": AllCores, **ENGINES}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    figures: latency.Figures = {}
    for name in options.engines:
        print(f"{name}: indexing …", file=sys.stderr)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:  # so that each has its own peak
            figures[name] = pool.submit(build, name, options.docs, options.limit or options.made).result()
    ours = next(iter(figures.values()))
    print(f"{'engine':18}{'documents/s':>12}{'ours is':>10}{'bytes/document':>16}{'peak MiB':>10}")
    for name, row in figures.items():
        times = ours["docs_per_s"] / row["docs_per_s"]
        print(f"{name:18}{row['docs_per_s']:12.0f}{times:9.1f}x{row['bytes_per_doc']:16.0f}{row['peak_rss_mib']:10.0f}")
    if options.json:
        print(json.dumps({"documents": int(ours["documents"]), "engines": figures}))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indexing", description=__doc__)
    parser.add_argument("--docs", type=Path, help="JSON Lines of pages, plain or .xz (default: made text)")
    parser.add_argument("--limit", type=int, help="pages to take (default: all)")
    parser.add_argument("--made", type=int, default=20_000, help="documents of made text (default: %(default)s)")
    parser.add_argument("--engines", nargs="+", choices=tuple(KINDS), help="default: all that are installed")
    parser.add_argument("--json", action="store_true", help="end with one line that holds one object")
    options = parser.parse_args(arguments)
    options.limit = options.limit or (sys.maxsize if options.docs else None)
    options.engines = options.engines or [name for name in KINDS if name in ("busca_all_cores", *latency.installed())]
    return options


def build(name: str, docs: Path | None, limit: int) -> dict[str, float]:
    """Index in this process, into a folder that goes again."""
    folder = Path(tempfile.mkdtemp())
    engine = KINDS[name](folder / "index")
    documents = list(islice(pages(docs), limit)) if docs else list(corpus.made(limit))
    began = time.perf_counter()
    engine.build(documents)
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return {
        "documents": len(documents),
        "docs_per_s": round(len(documents) / seconds, 1),
        "bytes_per_doc": round(size / len(documents), 1),
        "peak_rss_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
