"""Health: is the process alive, and does it serve an index."""

from __future__ import annotations

from apiflask import APIBlueprint

from web.api import UNAVAILABLE
from web.context import Serving
from web.schemas import Alive, Ready


def blueprint(serving: Serving) -> APIBlueprint:
    """The routes that a supervisor or a load balancer asks."""
    health = APIBlueprint("health", __name__, url_prefix="/health", tag="health")

    @health.get("/live")
    @health.output(Alive, description="The process answers")
    @health.doc(summary="Alive")
    def live() -> Alive:
        return Alive()

    @health.get("/ready")
    @health.output(Ready, description="A generation of the index is served")
    @health.doc(summary="Ready", responses=UNAVAILABLE)
    def ready() -> Ready:
        status = serving.index.status()
        return Ready(
            generation=status.generation,
            position=status.position,
            documents=status.documents,
            built_at=status.built_at,
        )

    return health
