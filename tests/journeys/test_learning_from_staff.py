"""What colleagues do with tickets becomes what the bot knows, once one of them says so in chat."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Company

pytestmark = pytest.mark.model
NUMBER = re.compile(r"TK\d{8,}")


def test_a_colleague_s_answer_is_proposed_accepted_and_given_to_the_next_customer(company: Company) -> None:
    customer, support = company.customer(), company.person("support", "support")
    question = "Who winds the tower clock above the old town hall?"
    found = NUMBER.search(customer.says(question))
    assert found is not None
    support.says(f"reply {found.group()}: Our watchmaker climbs up there every Sunday morning.")
    words = support.says("review suggestions")
    while question not in words and "Reject" in support.labels:
        words = support.says(str(support.labels.index("Reject") + 1))
    assert question in words
    assert "Accepted" in support.says(str(support.labels.index("Accept") + 1))
    assert "watchmaker" in company.customer().says(question)


def test_a_reclassified_ticket_teaches_its_words(company: Company) -> None:
    customer, support = company.customer(), company.person("support", "support")
    said = "你们仓库是不是把我的快递当足球踢了"
    customer.says(said)
    customer.says("转人工")
    found = NUMBER.search(support.says("待处理工单"))
    assert found is not None
    number = found.group()
    assert "投诉" in support.says(f"工单{number}改为投诉")
    assert support.outcome == "done"
    support.says(f"工单{number}改为咨询")
    support.says(f"工单{number}改为投诉")
    assert "学习" not in support.says("审核建议")
    assert support.outcome == "answered"
