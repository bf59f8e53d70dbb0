"""The few people the lab can speak as: first names that agents say aloud, and who has which voice.

The lists are short on purpose: each distinct sentence has to be rendered once on a newcomer's machine.
"""

from dataclasses import dataclass

from lab.voices.fetch import Voice


@dataclass(frozen=True, kw_only=True)
class Person:
    """Someone who speaks: a first name, the article before it, a voice."""

    name: str
    woman: bool
    voice: Voice

    @property
    def called(self) -> str:
        """The name with its article, as it is said: "a Marina"."""
        return f"{'a' if self.woman else 'o'} {self.name}"

    @property
    def thanks(self) -> str:
        """How this person says thank you."""
        return "obrigada" if self.woman else "obrigado"


AGENTS = (
    Person(name="Júlia", woman=True, voice="pf_dora"),
    Person(name="Rafael", woman=False, voice="pm_alex"),
)

DEBTORS = (
    Person(name="Marina", woman=True, voice="ef_dora"),
    Person(name="Antônio", woman=False, voice="em_alex"),
    Person(name="Luciana", woman=True, voice="if_sara"),
    Person(name="Carlos", woman=False, voice="em_alex"),
    Person(name="Beatriz", woman=True, voice="ef_dora"),
    Person(name="Eduardo", woman=False, voice="em_alex"),
    Person(name="Sandra", woman=True, voice="if_sara"),
    Person(name="Paulo", woman=False, voice="em_alex"),
    Person(name="Patrícia", woman=True, voice="ef_dora"),
    Person(name="Roberto", woman=False, voice="em_alex"),
)


def debtor_called(first_name: str) -> Person:
    """The debtor's voice for a first name of DEBTORS. Raises KeyError for any other name."""
    return {person.name: person for person in DEBTORS}[first_name]


def agent_for(debtor: Person) -> Person:
    """The agent's voice that calls this debtor: always the same one, so that each name is rendered in one voice."""
    return AGENTS[DEBTORS.index(debtor) // 2 % len(AGENTS)]
