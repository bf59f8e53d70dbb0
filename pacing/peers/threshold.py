"""A threshold rule, the dialling rule of a published inbound and outbound floor.

P. L'Ecuyer and E. Buist, ContactCenters, "Blend call center" (github.com/umontreal-simul/contactcenters, doc/examples),
after A. Deslauriers, J. Pichitlamken, P. L'Ecuyer, A. Ingolfsson and A. N. Avramidis, "Markov chain models of a
telephone call center with call blending", Computers & Operations Research 34, 2007.
"""

from collections.abc import Container, Hashable

from pacing.peers.floor_view import FloorView, Launch


class Threshold(FloorView):
    """Where `least_ready` agents or more are ready: `calls_per_ready` for each ready one who takes outbound calls.

    `outbound`: the ids of those who do. Raises ValueError for numbers below 0.
    """

    def __init__(self, *, outbound: Container[Hashable], least_ready: int, calls_per_ready: float) -> None:
        if least_ready < 0 or calls_per_ready < 0.0:
            raise ValueError(f"least_ready is {least_ready}, calls_per_ready is {calls_per_ready}: give 0 or more")
        super().__init__()
        self._outbound = outbound
        self._least_ready = least_ready
        self._calls_per_ready = calls_per_ready

    def decide(self, at: float) -> Launch:  # noqa: ARG002 - the picture is all it needs
        """Calls to launch on top of any in flight: on the floor of the rule every call is answered or not at once."""
        ready = [agent for agent, state in self.agents.items() if state == "ready"]
        if len(ready) < self._least_ready:
            return Launch(launch=0)
        takers = sum(1 for agent in ready if agent in self._outbound)
        return Launch(launch=round(self._calls_per_ready * takers))
