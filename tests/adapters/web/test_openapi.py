"""The OpenAPI document is true: what it allows is answered as it says, what it forbids is refused, nothing is 500."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from crm_core.database import Database
from tests.adapters.web.conftest import PROOF
from tests.adapters.web.fakes import FakeChats, Site, run_site

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]


#: The stream never ends, and files of the bot are fetched through links: those two have tests of their own.
OPERATIONS = [
    ("/chat/session", "POST"),
    ("/chat/sign-in", "POST"),
    ("/chat/sign-out", "POST"),
    ("/chat/messages", "POST"),
    ("/chat/attachments", "POST"),
    ("/chat/history", "GET"),
    ("/health", "GET"),
    ("/ready", "GET"),
]


@pytest.fixture(scope="module")
def site(staff_database: Database) -> Iterator[Site]:
    """A site of its own: these requests use up what one client may fail to sign in."""
    with run_site(staff_database, FakeChats()) as running:
        yield running


@pytest.fixture(scope="module")
def document(site: Site) -> BaseSchema:
    return schemathesis.openapi.from_url(f"{site.url}/openapi.json")


@pytest.fixture(scope="module")
def token(site: Site) -> str:
    answer = httpx.post(f"{site.url}/chat/session", json={"frame": True}, headers=PROOF)
    return str(answer.json()["visitor_token"])


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_described(
    document: BaseSchema, token: str, path: str, method: str, mode: GenerationMode
) -> None:
    operation = document[path][method]
    if mode is GenerationMode.NEGATIVE and not (operation.body or operation.query):
        return  # nothing can be wrong with it

    @settings(
        max_examples=12,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case) -> None:
        headers = PROOF | {"Authorization": f"Bearer {token}"}
        # In a form every value is bytes, and any bytes are a file: "wrong" files of the generator are right ones.
        is_form = path == "/chat/attachments"
        checks = [check for check in CHECKS if not (is_form and check is negative_data_rejection)]
        case.call_and_validate(headers=headers, checks=checks)

    check()


def test_the_document_names_every_endpoint_of_the_page(site: Site) -> None:
    paths = httpx.get(f"{site.url}/openapi.json").json()["paths"]
    assert set(paths) == {
        "/chat/session",
        "/chat/sign-in",
        "/chat/sign-out",
        "/chat/messages",
        "/chat/attachments",
        "/chat/attachments/{token}",
        "/chat/history",
        "/chat/events",
        "/chat/media/{token}",
        "/health",
        "/ready",
    }
