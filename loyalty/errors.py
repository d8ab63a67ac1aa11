"""Every error the house raises for the world's faults. Our own faults are assertions.

RegularsError
├── Unfit            what was sent cannot be understood; sending it again would not help      422
│   └── TooLarge     beyond a named limit                                                     413
├── Denied
│   ├── NoKey        no key, or one that nobody has                                           401
│   └── NotYours     a good key, for something else                                           403
├── Unknown          nobody and nothing by that name                                          404
├── Gone             erased, and stays so                                                     410
├── Conflict         true, but not now                                                        409
├── SlowDown         too many misses                                                          429
└── Passing          the fault passes: send it again                                          503
"""

from __future__ import annotations


class RegularsError(Exception):
    """Base: a code for machines, a sentence for people, and where in the message it is."""

    status = 500
    code = "fault"
    exits = 2  # of a command that it ends

    def __init__(self, message: str, *, at: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        if code is not None:
            self.code = code


class Unfit(RegularsError):
    status = 422
    code = "bad-field"


class TooLarge(Unfit):
    status = 413
    code = "too-large"


class Denied(RegularsError):
    status = 403
    code = "denied"


class NoKey(Denied):
    status = 401
    code = "no-key"


class NotYours(Denied):
    status = 403
    code = "not-yours"


class Unknown(RegularsError):
    status = 404
    code = "unknown"


class Gone(RegularsError):
    status = 410
    code = "gone"


class Conflict(RegularsError):
    status = 409
    code = "conflict"


class SlowDown(RegularsError):
    status = 429
    code = "slow-down"


class Passing(RegularsError):
    status = 503
    code = "try-again"
