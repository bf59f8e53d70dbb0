"""Generated debtors: names, CPFs with right check digits, telephones written as people write them.

Nobody is meant. Mobile numbers begin with 90, where we know of no subscribers (9090 is the prefix of collect calls), so
that a sample mailing that strays to a real trunk hardly rings at anybody; landlines are few. Never dial them for real.
"""

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from lab.script.people import DEBTORS, Person

_SURNAMES = """
    Almeida Andrade Araújo Barbosa Barros Batista Borges Cardoso Carvalho Castro Correia Cunha Duarte Farias Freitas
    Gonçalves Guimarães Leal Magalhães Marques Medeiros Mendonça Moraes Nascimento Nogueira Paixão Pimentel Queiroz
    Ramos Rezende Sampaio Siqueira Tavares Teixeira Valença Vasconcelos Viana Xavier Brandão Conceição
""".split()  # noqa: SIM905 - reads as a list

_AREAS: Mapping[str, tuple[str, ...]] = {
    "SP": ("11", "19", "12", "16"),
    "RJ": ("21", "24"),
    "MG": ("31", "34"),
    "BA": ("71", "75"),
    "PR": ("41", "43"),
    "RS": ("51", "54"),
    "PE": ("81",),
    "CE": ("85",),
    "GO": ("62",),
    "SC": ("48", "47"),
    "DF": ("61",),
    "PA": ("91",),
    "AM": ("92",),
}
"""States with some of their area codes."""

_STATE_WEIGHTS = (30, 12, 14, 8, 8, 8, 6, 5, 4, 4, 3, 3, 2)


@dataclass(frozen=True, kw_only=True)
class Telephone:
    """A number twice: E.164, and as it stands in the mailing."""

    e164: str
    written: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Someone who does not exist."""

    name: str
    person: Person
    """The voice and the first name as an agent says it."""
    cpf: str
    """Eleven digits."""
    state: str
    phones: tuple[Telephone, ...]
    """One or two."""
    email: str | None


def cpf_check_digits(base: str) -> str:
    """The two check digits of a CPF's first nine: weighted sums modulo 11."""
    digits = [int(digit) for digit in base]
    for _ in range(2):
        total = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits.append((total * 10 % 11) % 10)
    return f"{digits[-2]}{digits[-1]}"


def is_cpf(text: str) -> bool:
    """Whether eleven digits are a CPF: right check digits, not one digit eleven times."""
    plain = text.isascii() and text.isdecimal() and len(text) == 11
    return plain and len(set(text)) > 1 and text[9:] == cpf_check_digits(text[:9])


def make_cpf(chance: random.Random) -> str:
    """A CPF with right check digits."""
    base = "".join(str(chance.randrange(10)) for _ in range(9))
    return make_cpf(chance) if len(set(base)) == 1 else base + cpf_check_digits(base)


def written_cpf(cpf: str) -> str:
    """A CPF with its punctuation: 529.982.247-25."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def identities(count: int, chance: random.Random) -> list[Identity]:
    """`count` people with different names, CPFs and numbers."""
    found: list[Identity] = []
    taken: set[str] = set()
    while len(found) < count:
        person = DEBTORS[len(found) % len(DEBTORS)]
        name = " ".join([person.name, *chance.sample(_SURNAMES, 2)])
        cpf = make_cpf(chance)
        (state,) = chance.choices(list(_AREAS), _STATE_WEIGHTS)
        phones = tuple(_telephone(chance.choice(_AREAS[state]), landline, chance) for landline in _phone_kinds(chance))
        new = {name, cpf, *(phone.e164 for phone in phones)}
        if taken & new or len(new) != 2 + len(phones):
            continue
        taken |= new
        email = f"{_plain(name)}@example.com" if chance.random() < 0.7 else None
        found.append(Identity(name=name, person=person, cpf=cpf, state=state, phones=phones, email=email))
    return found


def _phone_kinds(chance: random.Random) -> list[bool]:
    """Landline or not, per number: mostly one mobile; a landline comes second."""
    return [False, chance.random() < 0.5] if chance.random() < 0.2 else [False]


def _telephone(area: str, landline: bool, chance: random.Random) -> Telephone:
    if landline:
        number = f"{chance.randrange(2, 5)}{chance.randrange(1000):03}{str(chance.randrange(10)) * 4}"
    else:
        number = f"90{chance.randrange(10_000_000):07}"
    head, tail = number[:-4], number[-4:]
    ways = (
        f"({area}) {head}-{tail}",
        f"0{area} {head} {tail}",
        f"+55 {area} {head}-{tail}",
        f"{area}{number}",
        f"({area}){head}{tail}",
        f"55{area}{number}",
        f"{area} {head}.{tail}",
    )
    return Telephone(e164=f"+55{area}{number}", written=chance.choice(ways))


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return letters.replace(" ", ".")
