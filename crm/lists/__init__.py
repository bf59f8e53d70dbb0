"""Lists people keep in files: who is not to be called, who consented, and local holidays."""

from crm.lists.consents import import_consents
from crm.lists.do_not_call import import_do_not_call
from crm.lists.holidays import import_holidays
from crm.lists.reading import ListResult

__all__ = ["ListResult", "import_consents", "import_do_not_call", "import_holidays"]
