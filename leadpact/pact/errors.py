"""What can go wrong with a pact, one class per cause."""

from collections.abc import Iterable
from dataclasses import asdict

from leadpact.base.errors import BadInput, BadState
from leadpact.base.wording import in_a_row, worded, worded_many
from leadpact.pact.types import Fault, Finding


class BadPact(BadInput):
    """The text is no pact document; `faults` lists every place, in the order of the text."""

    code = "bad_pact"
    what_to_do = worded("Put right what is listed; `leadpact pact format` explains every word.")

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.path, fault.message)))
        first = self.faults[0]
        more = len(self.faults) - 1
        message = worded("This is not a pact yet: line {line}: {fault}", line=first.line, fault=first.message)
        if more:
            message = worded_many(
                "This is not a pact yet: line {line}: {fault} One more fault is listed.",
                "This is not a pact yet: line {line}: {fault} {count} more are listed.",
                more,
                line=first.line,
                fault=first.message,
            )
        super().__init__(message, details={"faults": [asdict(fault) for fault in self.faults]})


class PactHasErrors(BadInput):
    """The document is well formed, but what it says cannot be meant."""

    code = "pact_has_errors"
    what_to_do = worded("Put right what is listed, then check again.")

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        listed = in_a_row([finding.message for finding in self.findings[:3]])
        super().__init__(
            worded("This pact cannot come in force. {findings}", findings=listed),
            details={"errors": [asdict(finding) for finding in self.findings]},
        )


class NoPact(BadState):
    """No pact holds at the moment asked about."""

    code = "no_pact"
    what_to_do = worded("Put a version in force first.")


class NoSuchVersion(BadInput):
    """There is no version of that number."""

    code = "no_such_pact_version"
    what_to_do = worded("Look up the versions there are.")


class PactAlreadyInForce(BadState):
    """This version holds already, or another one begins at that very moment."""

    code = "pact_already_in_force"
    what_to_do = worded("Choose another version or another moment.")


class PactInThePast(BadInput):
    """A version cannot come in force from a moment that is over: decisions were taken under the former one."""

    code = "pact_in_the_past"
    what_to_do = worded("Choose a moment from now on.")


class PactDamaged(BadState):
    """A stored version does not read as it did when it was proposed."""

    code = "pact_damaged"
    what_to_do = worded(
        "Restore the database from a backup; `leadpact ledger verify` names the digest that was agreed to."
    )
