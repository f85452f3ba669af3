"""The sources in miniature: TDN, the Base de Conhecimento, the Canal, the Central de Download, a news feed.

They answer on loopback in their own wire formats, with faults and edits on demand:

    server ──▶ control (faults, edits) ──▶ sources ──▶ catalog
               what an operator asks        the APIs     what they hold

    with Simulator() as simulator:
        simulator.fault("tdn", "429", times=2, retry_after=1)
        ... crawl simulator.url ...

Imports nothing of ours.
"""

from simulator.catalog.loading import ContentError
from simulator.edits import EditError
from simulator.server import Simulator

__all__ = ["ContentError", "EditError", "Simulator"]
