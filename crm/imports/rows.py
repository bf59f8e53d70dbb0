"""One row of the file to one line for COPY, or to the reasons why not. This is the loop that must be quick."""

from crm.imports.documents import document
from crm.imports.errors import BadValueError
from crm.imports.header import OWN, Columns
from crm.imports.phones import phone
from crm.imports.values import cents, due_on, email, instalment, state, strategic
from crm.model import PhoneType

_LONGEST = 200
_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})
_MARK = {PhoneType.MOBILE: "m", PhoneType.LANDLINE: "l"}


class Rows:
    """Reads rows under one header and remembers which instalments it has seen.

    contacts_dropped: telephones and e-mail addresses left out of rows that were good without them.
    """

    def __init__(self, columns: Columns) -> None:
        self._at = columns
        self._seen: dict[str, int] = {}
        self.contacts_dropped = 0
        self._last_phones: tuple[list[str], tuple[list[str], int]] = ([], ([], 0))

    def read(self, number: int, fields: list[str]) -> str:
        """The row as a line of COPY text for the staging table (see sql/import_staging.sql).

        number: of the row's first line in the file. Raises BadValueError with every reason there is.
        """
        at = self._at
        if len(fields) != at.count:
            fields = self._fitted(fields)
        try:
            name = " ".join(fields[at.name].split())
            contract = fields[at.contract].strip()
            if not name or not contract or len(name) > _LONGEST or len(contract) > _LONGEST:
                raise BadValueError("nome ou contrato vazio ou longo demais")
            owner = document(fields[at.document])
            amount = cents(fields[at.amount])
            due = due_on(fields[at.due_on])
            part = 1 if at.instalment is None else instalment(fields[at.instalment])
            lives = None if at.state is None else state(fields[at.state])
            matters = None if at.strategic is None else strategic(fields[at.strategic])
            numbers, dropped = self._phones(fields)
            mail = None if at.email is None else email(fields[at.email])
            if not numbers and (dropped or mail is None):
                raise BadValueError("nenhum telefone")
        except BadValueError:
            raise BadValueError("; ".join(self._problems(fields))) from None
        # A zero byte cannot be in a text, so two keys are alike only when both parts are.
        key = f"{contract}\0{part}"
        first = self._seen.setdefault(key, number)
        if first != number:
            raise BadValueError(f"contrato e parcela repetidos: já estão na linha {first}")
        if at.email is not None and mail is None and fields[at.email].strip():
            dropped += 1
        self.contacts_dropped += dropped
        if "\\" in name or "\\" in contract or "\t" in contract or "\n" in contract:
            name, contract = name.translate(_ESCAPES), contract.translate(_ESCAPES)
        return (
            f"{number}\t{owner}\t{name}\t{lives or _NULL}\t{contract}\t{part}\t{amount}\t{due}\t"
            f"{{{','.join(numbers)}}}\t{mail or _NULL}\t"
            f"{_NULL if matters is None else matters}\n"
        )

    def _phones(self, fields: list[str]) -> tuple[list[str], int]:
        """The good numbers in their order, each once and marked with its type, and how many were not good."""
        written = [fields[column] for pair in self._at.phones for column in pair if column is not None]
        # The instalments of one debtor follow each other and repeat the same numbers.
        if written == self._last_phones[0]:
            return self._last_phones[1]
        numbers: list[str] = []
        dropped = 0
        for column, ddd_column in self._at.phones:
            text = fields[column].strip()
            if not text:
                continue
            if ddd_column is not None:
                text = f"{fields[ddd_column].strip().lstrip('0')}{text}"
            found = phone(text)
            if found is None:
                dropped += 1
                continue
            marked = _MARK[found[1]] + found[0]
            if marked not in numbers:
                numbers.append(marked)
        self._last_phones = (written, (numbers, dropped))
        return numbers, dropped

    def _fitted(self, fields: list[str]) -> list[str]:
        """The fields without what stands behind the last column when that is nothing, or ours."""
        at = self._at
        extra = fields[at.count :]
        mended = len(extra) == len(OWN) and extra[0].strip().isdecimal()
        if len(fields) > at.count and (mended or not any(field.strip() for field in extra)):
            return fields[: at.count]
        raise BadValueError(f"a linha tem {len(fields)} colunas e o cabeçalho tem {at.count}")

    def _problems(self, fields: list[str]) -> list[str]:
        """Every reason against a row that has one."""
        at = self._at
        problems = []
        for title, column in (("nome", at.name), ("contrato", at.contract)):
            length = len(" ".join(fields[column].split()))
            if length == 0 or length > _LONGEST:
                problems.append(f"{title} vazio" if length == 0 else f"{title} longo demais")
        checks = (
            (document, at.document),
            (cents, at.amount),
            (due_on, at.due_on),
            (instalment, at.instalment),
            (state, at.state),
            (strategic, at.strategic),
        )
        for check, index in checks:
            try:
                if index is not None:
                    check(fields[index])
            except BadValueError as error:
                problems.append(str(error))
        numbers, dropped = self._phones(fields)
        if not numbers and dropped:
            problems.append("telefone inválido: precisa de DDD e número, como (11) 98765-4321")
        elif not numbers and (at.email is None or email(fields[at.email]) is None):
            problems.append("sem telefone e sem e-mail")
        return problems
