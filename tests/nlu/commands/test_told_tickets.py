"""Tickets that a story orders: the customer's words first or last, with or without the word 'ticket'."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from nlu.commands import open_ticket, recognise
from nlu.understanding import ParseContext

ZONE = ZoneInfo("Asia/Shanghai")
CONTEXT = ParseContext(now=datetime(2026, 11, 23, 10, 0, tzinfo=ZONE), timezone=ZONE, role="support")


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("东城超市要求上门培训，建一个服务请求工单", "request", "上门培训"),
        ("王磊说打印机一直卡纸，建个工单", "after_sales", "卡纸"),
        ("渤海王磊投诉：设备三天没人修，记一下工单", "complaint", "没人修"),
        ("给同辉登记一个投诉：送货又晚了三天", "complaint", "晚了三天"),
        ("北辰反映空调漏水，登记一个报修", "after_sales", "漏水"),
        ("log complaint from Karen Hall, Halden - third late delivery in a row", "complaint", "third late delivery"),
        ("Raj from Vertex complained that nobody called back, raise it as a complaint ticket", "complaint", "nobody"),
        ("file a service request for Halden: they want training on the scanners", "request", "training"),
        ("open a ticket for Orion: the unit overheats, she wants a replacement", "after_sales", "overheats"),
        ("open a ticket for Orion: the lid is cracked", "after_sales", "cracked"),
    ],
)
def test_a_story_with_an_order_opens_a_ticket_of_its_kind(text: str, kind: str, told: str) -> None:
    request = open_ticket.read(text, CONTEXT)
    assert request is not None
    assert request.kind == kind
    assert told in request.text
    assert recognise(text, CONTEXT) == "open_ticket"


@pytest.mark.parametrize(
    "text",
    [
        "老板说要建个工单",
        "他让我开个工单",
        "don't raise a complaint for Halden: they calmed down",
        "Karen Hall asked how to log a complaint",
        "did we log a complaint from Karen Hall, Halden - late delivery?",
        "要不要给同辉登记一个投诉：送货晚了？",
        "log a call with Karen Hall, she complained about late delivery",
    ],
)
def test_an_order_that_is_told_asked_or_refused_opens_none(text: str) -> None:
    assert open_ticket.read(text, CONTEXT) is None
