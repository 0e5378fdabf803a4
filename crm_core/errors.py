"""The error tree of `crm_core`.

CrmError
├── RecordNotFound        a record of that id, number or name does not exist (or is not for this person to know)
├── PermissionRefused     the person may not do this; the reason is for the audit trail, not for the reply
│   └── ApprovalNeeded    only a manager may let this amount pass
├── InvalidField          a value breaks a rule of the record
│   ├── StageNotReady     an opportunity lacks what a stage asks for
│   └── Overpaid          more would have come in for a deal than it comes to
├── SignInFailed          wrong handle or password, or the account is locked
├── LinkCodeInvalid       a one-time link code is unknown, used or expired
├── ImportRefused         a file cannot be imported as a whole; the message says what to do
└── BackupRefused         a back-up cannot be written or read back; the message says what to do
"""

from decimal import Decimal


class CrmError(Exception):
    """Root of what can go wrong with the company's records."""


class RecordNotFound(CrmError):
    """No such record."""

    def __init__(self, record_type: str, reference: object) -> None:
        super().__init__(f"No {record_type} {reference!r}.")
        self.record_type = record_type
        self.reference = reference


class PermissionRefused(CrmError):
    """The person may not do this."""

    def __init__(self, action: str, record_type: str, record_id: int | None = None, reason: str = "") -> None:
        super().__init__(f"Not permitted: {action} {record_type} {record_id if record_id is not None else ''}".strip())
        self.action = action
        self.record_type = record_type
        self.record_id = record_id
        self.reason = reason


class InvalidField(CrmError):
    """A value breaks a rule of the record; `remedy` says what a right value looks like."""

    def __init__(self, field: str, value: object, remedy: str) -> None:
        super().__init__(f"{field}: {value!r} is not valid. {remedy}")
        self.field = field
        self.value = value
        self.remedy = remedy


class StageNotReady(InvalidField):
    """An opportunity lacks what its stage asks for before it is left, or the next one before it is entered.

    `missing` names each: a field of the opportunity, or one of reason, result, task, quote, contract.
    """

    def __init__(self, stage: str, missing: tuple[str, ...]) -> None:
        super().__init__("stage", stage, f"Still missing: {', '.join(missing)}.")
        self.stage = stage
        self.missing = missing


class Overpaid(InvalidField):
    """More would have come in for a deal than it comes to; said to be a surplus, it is kept."""

    def __init__(self, amount: Decimal, *, total: Decimal, paid: Decimal, currency: str) -> None:
        super().__init__(
            "amount",
            str(amount),
            f"{paid:,.2f} of the deal's {total:,.2f} {currency} came in already. Correct the amount, or say that it is "
            "a surplus.",
        )
        self.total = total
        self.paid = paid
        self.currency = currency
        self.surplus = paid + amount - total


class ApprovalNeeded(PermissionRefused):
    """The amount is above the company's limit: ask a manager, or let him make the change."""

    def __init__(self, opportunity_id: int, amount: object, currency: str) -> None:
        reason = f"{amount} {currency} is above the limit and was not approved"
        super().__init__("update", "opportunity", opportunity_id, reason=reason)
        self.amount = amount
        self.currency = currency


class SignInFailed(CrmError):
    """Wrong handle or password, or the account is locked for a while."""


class LinkCodeInvalid(CrmError):
    """The one-time code is unknown, already used or expired."""


class ImportRefused(CrmError):
    """The file as a whole cannot be imported: unreadable, of an unknown kind, or without a needed column."""


class BackupRefused(CrmError):
    """The back-up cannot be written or read back."""
