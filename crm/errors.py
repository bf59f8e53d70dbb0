"""What can go wrong in the CRM and be mended by a person."""

from base.errors import AloError


class ImportFileError(AloError):
    """The file cannot be imported at all; nothing of it was."""


class CampaignError(AloError):
    """A campaign is not there, or does not allow what was asked."""


class AgentError(AloError):
    """An agent is not there, or cannot be made as asked."""


class CommandNotAnsweredError(AloError):
    """The dialer did not answer in time: is it running? `alo doctor` says."""

    def __init__(self) -> None:
        super().__init__("The dialer did not answer in time. Is it running? `alo doctor` looks.")
