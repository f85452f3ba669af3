"""`python -m busca`: the command where the script `busca` is not on the path."""

from __future__ import annotations

from busca.cli import main

if __name__ == "__main__":
    main(prog_name="busca")
