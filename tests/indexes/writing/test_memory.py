"""What indexing takes of the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from indexes import open_index
from search.config import settings
from search.query.parser import parse

ROOT = Path(__file__).parents[3]
WORDS = 3_000_000
MEMORY = """
import resource, sys
from pathlib import Path
from indexes import open_index
from search.config import settings as config
from search.model import Change
from tests.documents import document

words = int(sys.argv[2])
body = "".join(f"{'palavra' if n % 3 else 'termo'}{n % 9973} " for n in range(words))
index = open_index(Path(sys.argv[1]), config.LocalIndex(memory_mib=16))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
index.rebuild([Change(number=1, id="tdn:1", document=document("1", body=body))])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, len(body) // 2**20)
"""


def test_a_document_of_millions_of_words_takes_little_more_than_itself(tmp_path: Path) -> None:
    """Some ten seconds on a busy machine: of less text the memory of a process that does nothing is the larger part."""
    command = [sys.executable, "-c", MEMORY, str(tmp_path), str(WORDS)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    taken_mib, text_mib = map(int, told.split())
    assert taken_mib < 5 * text_mib + 100
    index = open_index(tmp_path, settings.LocalIndex())
    assert index.search(parse("termo9972")).total == 1
    assert index.search(parse('"palavra1 palavra2 termo3"')).total == 1
    index.close()
