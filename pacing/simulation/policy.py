"""The face of whatever decides how many calls to launch: exactly what `pacing.Pacer` offers."""

from collections.abc import Callable, Hashable
from typing import Any, Protocol

from pacing.simulation.scenario import Scenario


class Launches(Protocol):
    """What a decision has to say."""

    @property
    def launch(self) -> int:
        """Calls to launch now, 0 or more."""
        ...


class Policy(Protocol):
    """Hears the facts of a floor in time order and is asked how many calls to launch.

    `at`: seconds. `state`: "ready", "talking", "wrapup", "paused" or "offline"; an agent's talking is told by
    `connected`. `outcome`: "noanswer", "busy", "failed" or "machine". A policy that also has
    `leaving(agent_id, at)` is told of agents who will not take another call before they are ready anew.
    """

    def agent(self, agent_id: Hashable, state: Any, at: float) -> None:
        """An agent is in a state from now on."""
        ...

    def placed(self, call_id: Hashable, at: float, kind: str | None = None) -> None:
        """A call was launched; `kind` names its class where the scenario has classes."""
        ...

    def rang_out(self, call_id: Hashable, at: float, outcome: Any) -> None:
        """A call ended without a live person."""
        ...

    def answered(self, call_id: Hashable, at: float) -> None:
        """A live person answered."""
        ...

    def connected(self, call_id: Hashable, agent_id: Hashable, at: float) -> None:
        """A live person was joined to an agent."""
        ...

    def abandoned(self, call_id: Hashable, at: float) -> None:
        """A live person was not joined in time, or left while waiting."""
        ...

    def decide(self, at: float) -> Launches:
        """How many calls to launch now."""
        ...


PolicyFactory = Callable[[Scenario, int], Policy]
"""Makes the policy of a day from its scenario and seed; a module-level function or `functools.partial` of one, so that
it can be sent to other processes."""
