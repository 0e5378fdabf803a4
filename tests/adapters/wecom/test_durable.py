"""With the real inlet on a real database: messages and cursor are one transaction, and every value fits its column."""

from __future__ import annotations

from pathlib import Path

from adapters.wecom.app import AppChannel
from adapters.wecom.kf import KfChannel
from bot import inbox
from bot.attachments import AttachmentStore
from bot.channel import Reply
from bot.inlet import DurableInlet
from crm_core.database import Database
from tests.adapters.wecom.conftest import ACCOUNT, CUSTOMER, Clock, post, to_customer
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_callbacks import CallbackPusher, event_xml, text_xml


def test_pulled_messages_come_back_from_the_database_in_order(
    kf: KfChannel, wecom: WeComSimulator, any_database: Database, clock: Clock, tmp_path: Path
) -> None:
    inlet = DurableInlet(any_database, AttachmentStore(tmp_path, max_bytes=1000), clock=clock.now, wake=lambda: None)
    wecom.kf.page_size = 2
    wecom.kf.customer_enters(ACCOUNT, CUSTOMER, scene_param="a%00b")
    token = ""
    for text in ("在吗", "怎么退货 👍", "订单\u0000 37"):
        token = wecom.kf.customer_writes(ACCOUNT, CUSTOMER, text)
    for _ in range(2):
        kf.pull({"token": token, "open_kfid": ACCOUNT}, inlet)
    assert inlet.cursor(f"wecom_kf:{ACCOUNT}") == "p4e0"
    seen = []
    for _ in range(5):
        with any_database.transaction() as session:
            for claim in inbox.claim_next(session, now=clock.now(), channels=["wecom_kf"], lease_seconds=9):
                seen.append(claim.message)
                inbox.mark_handled(session, claim, now=clock.now(), result={})
    assert [message.text for message in seen] == ["", "在吗", "怎么退货 👍", "订单 37"]
    welcome = to_customer(Reply(text="欢迎"), address=seen[0].address, context=seen[0].context)
    kf.send(welcome)
    assert wecom.kf.sent[0].is_on_event


def test_an_event_with_long_keys_is_stored_once(
    app: AppChannel, pusher: CallbackPusher, any_database: Database, clock: Clock, tmp_path: Path
) -> None:
    inlet = DurableInlet(any_database, AttachmentStore(tmp_path, max_bytes=1000), clock=clock.now, wake=lambda: None)
    key = f"<EventKey>{'k' * 1000}</EventKey><TaskId>t</TaskId><ResponseCode>{'r' * 300}</ResponseCode>"
    counts = [
        inlet.store(app.parse(post(*pusher.push(xml))).messages)
        for xml in [event_xml("ZhangWei", "template_card_event", key)] * 2 + [text_xml("ZhangWei", "好", msgid="1")] * 2
    ]
    assert counts == [1, 0, 1, 0]
