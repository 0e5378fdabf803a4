"""The encoder's folder is shared with the journeys."""

from tests.journeys.conftest import models

__all__ = ["models"]
