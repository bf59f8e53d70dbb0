"""The agent's transition table. The diagram in ARCHITECTURE.md is drawn from it."""

from dialer.agent.model import (
    AgentState,
    Fact,
    Freed,
    Gone,
    LeaveAsked,
    Parked,
    PauseAsked,
    ReadyAsked,
    Reserved,
    TalkEnded,
    TalkStarted,
    WrappedUp,
)

S = AgentState

TABLE: dict[tuple[AgentState, type[Fact]], AgentState] = {
    (S.OFFLINE, Parked): S.READY,
    (S.READY, Reserved): S.RESERVED,
    (S.READY, PauseAsked): S.PAUSED,
    (S.READY, LeaveAsked): S.PAUSED,
    (S.READY, ReadyAsked): S.READY,
    (S.READY, Parked): S.READY,
    (S.READY, Gone): S.OFFLINE,
    (S.RESERVED, TalkStarted): S.TALKING,
    (S.RESERVED, Freed): S.READY,
    (S.RESERVED, PauseAsked): S.RESERVED,
    (S.RESERVED, LeaveAsked): S.RESERVED,
    (S.RESERVED, ReadyAsked): S.RESERVED,
    (S.RESERVED, Parked): S.RESERVED,
    (S.RESERVED, Gone): S.OFFLINE,
    (S.TALKING, TalkEnded): S.WRAPUP,
    (S.TALKING, PauseAsked): S.TALKING,
    (S.TALKING, LeaveAsked): S.TALKING,
    (S.TALKING, ReadyAsked): S.TALKING,
    # The leg is back in the holding bridge before the debtor's hang-up is told: the talk ends with that.
    (S.TALKING, Parked): S.TALKING,
    (S.TALKING, Gone): S.OFFLINE,
    (S.WRAPUP, WrappedUp): S.READY,
    (S.WRAPUP, PauseAsked): S.WRAPUP,
    (S.WRAPUP, LeaveAsked): S.WRAPUP,
    (S.WRAPUP, ReadyAsked): S.WRAPUP,
    (S.WRAPUP, Parked): S.WRAPUP,
    (S.WRAPUP, Gone): S.OFFLINE,
    (S.PAUSED, ReadyAsked): S.READY,
    (S.PAUSED, PauseAsked): S.PAUSED,
    (S.PAUSED, LeaveAsked): S.PAUSED,
    (S.PAUSED, Parked): S.PAUSED,
    (S.PAUSED, Gone): S.OFFLINE,
}
