"""From a creditor's CSV to debtors, debts, contact points and leads."""

from crm.imports.service import ImportResult, import_file

__all__ = ["ImportResult", "import_file"]
