"""The error tree of `nlu`.

NluError
├── EncoderUnavailable   the model cannot be loaded; the message says what to install or set
├── ExamplesInvalid      a file of examples cannot be read; carries file and line
└── NotTrained           the classifier was asked before it was trained
"""


class NluError(Exception):
    """Root of what can go wrong in understanding."""


class EncoderUnavailable(NluError):
    """The encoder's model cannot be loaded."""


class ExamplesInvalid(NluError):
    """A file of labelled examples cannot be read."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line


class NotTrained(NluError):
    """The classifier has no model yet."""
