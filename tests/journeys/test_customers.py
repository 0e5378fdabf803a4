"""What customers live through, in Chinese and English."""

from __future__ import annotations

import re

import pytest

from tests.journeys.conftest import Company

pytestmark = pytest.mark.model
NUMBER = re.compile(r"TK\d{8,}")


@pytest.mark.parametrize("words", ["你好", "hello there"])
def test_a_greeting_is_answered_in_its_language(company: Company, words: str) -> None:
    customer = company.customer()
    reply = customer.says(words)
    assert customer.outcome == "smalltalk"
    assert bool(re.search("[一-鿿]", reply)) == (words == "你好")


@pytest.mark.parametrize(
    ("question", "key"),
    [("怎么取消订单？", "order-cancel"), ("How do I cancel an order?", "order-cancel")],
)
def test_a_known_question_gets_its_article(company: Company, question: str, key: str) -> None:
    customer = company.customer()
    customer.says(question)
    assert customer.outcome == "answered"
    assert customer.last is not None
    assert customer.last.article is not None
    assert customer.last.article["id"] == key
    assert len(customer.labels) >= 3  # two thumbs and at least one follow-up


@pytest.mark.parametrize(
    ("question", "follow_up", "both"),
    [
        ("怎么退货？", "那换货呢", "换货"),
        ("How long does delivery take?", "and for gold members?", "Gold"),
    ],
)
def test_a_follow_up_is_taken_with_the_question_before_it(
    company: Company, question: str, follow_up: str, both: str
) -> None:
    customer = company.customer()
    customer.says(question)
    reply = customer.says(follow_up)
    assert customer.outcome in {"answered", "suggested"}
    assert both in reply or any(both in label for label in customer.labels)


def test_an_answer_takes_a_thumb(company: Company) -> None:
    customer = company.customer()
    customer.says("How do I cancel an order?")
    assert "Thanks" in customer.says("1")
    assert customer.outcome == "done"


def test_a_second_tap_on_the_same_thumb_is_not_thanked_again(company: Company) -> None:
    customer = company.customer()
    customer.says("How do I cancel an order?")
    up, down = customer.labels[:2]
    assert "Thanks" in customer.says(up)
    assert "Thanks" not in customer.says(up)
    assert "Sorry" in customer.says(down)


def test_a_follow_up_button_gives_its_article(company: Company) -> None:
    customer = company.customer()
    customer.says("怎么取消订单？")
    follow_up = customer.labels[2]
    customer.says(follow_up)
    assert customer.outcome == "answered"


@pytest.mark.parametrize(
    "words",
    ["你们的无人机能飞多高，可以带上飞机吗", "does your drone come with night vision for hunting owls"],
)
def test_an_unanswerable_question_becomes_a_ticket_with_its_words(company: Company, words: str) -> None:
    customer = company.customer()
    reply = customer.says(words)
    assert customer.outcome == "ticket"
    assert NUMBER.search(reply)
    (ticket,) = customer.records("ticket")
    assert words in str(ticket["fields"])
    assert customer.records("contact")[0]["action"] == "created"


def test_two_misses_bring_the_offer_of_a_person(company: Company) -> None:
    customer = company.customer()
    customer.says("does your drone come with night vision for hunting owls")
    customer.says("what is the boiling point of the coolant in your submarine")
    assert "Talk to a person" in customer.labels


@pytest.mark.parametrize(
    ("first", "second", "yes", "said"),
    [
        ("do you rent submarines", "can you fix my nuclear reactor", "yes please", "handed you over to a person"),
        ("你们卖火箭发动机吗", "有没有潜水艇租赁", "好的", "已为你转接人工"),
    ],
)
def test_a_bare_yes_takes_the_offer_of_a_person_and_a_no_does_not(
    company: Company, first: str, second: str, yes: str, said: str
) -> None:
    accepting, declining = company.customer(), company.customer()
    for customer in (accepting, declining):
        customer.says(first)
        customer.says(second)
    assert said in accepting.says(yes)
    assert accepting.last is not None
    assert (accepting.last.intent, accepting.outcome) == ("talk_to_person", "done")
    assert declining.says("no thanks" if yes.isascii() else "不用了")
    assert declining.outcome == "smalltalk"
    assert said not in declining.says(yes)  # the offer is closed


def test_a_customer_finds_adds_to_and_closes_his_ticket(company: Company) -> None:
    customer = company.customer()
    number = NUMBER.search(customer.says("does your drone come with night vision for hunting owls"))
    assert number
    assert number.group() in customer.says("where is my ticket?")
    assert customer.outcome == "answered"
    customer.says("add to my ticket: it is for the blue model")
    assert customer.outcome == "done"
    customer.says("please close my ticket, it's solved")
    assert customer.outcome == "done"
    assert "closed" in customer.says("where is my ticket?")


@pytest.mark.parametrize(
    "burst",
    [("hi", "I wanted to ask", "How do I cancel an order?"), ("在吗", "想问一下", "怎么取消订单？")],
)
def test_a_question_typed_in_three_messages_is_answered_and_opens_no_ticket(
    company: Company, burst: tuple[str, str, str]
) -> None:
    customer = company.customer()
    outcomes = []
    for line in burst:
        customer.says(line)
        outcomes.append(customer.outcome)
    assert outcomes == ["smalltalk", "smalltalk", "answered"]


@pytest.mark.parametrize("words", ["转人工", "I want to talk to a person"])
def test_handing_over_tells_the_customer_and_silences_the_bot(company: Company, words: str) -> None:
    customer = company.customer()
    assert NUMBER.search(customer.says(words))
    assert customer.outcome == "ticket"
    assert customer.says("How do I cancel an order?") == ""
    assert customer.says("还有，我的手机号是13800002222") == ""


def test_a_customer_can_go_back_to_the_bot(company: Company) -> None:
    customer = company.customer()
    customer.says("agent please")
    customer.says("Back to the assistant")
    assert customer.outcome == "done"
    customer.says("How do I cancel an order?")
    assert customer.outcome == "answered"


def test_a_complaint_has_the_short_clocks(company: Company) -> None:
    customer = company.customer()
    customer.says("我要投诉！你们店员态度太差了")
    (ticket,) = customer.records("ticket")
    fields = ticket["fields"]
    assert isinstance(fields, dict)
    assert fields["kind"] == "complaint"


@pytest.mark.parametrize(
    ("complaint", "further", "chatter"),
    [
        ("我要投诉！你们店员态度太差了", "沙发腿也是坏的，送货的人丢下就走", "他还冲我女儿大喊大叫"),
        (
            "I want to complain, your staff were rude to me",
            "the sofa legs are broken too and the driver just left",
            "He also shouted at my daughter",
        ),
    ],
)
def test_what_a_customer_goes_on_to_tell_joins_his_open_complaint(
    company: Company, complaint: str, further: str, chatter: str
) -> None:
    customer = company.customer()
    number = NUMBER.search(customer.says(complaint))
    assert number
    for words in (further, chatter):
        assert number.group() in customer.says(words)
        assert customer.outcome == "done"
        assert [record["action"] for record in customer.records("ticket")] == ["updated"]
    customer.says(customer.labels[0])  # that was something else
    assert customer.outcome == "ticket"
    assert [record["action"] for record in customer.records("ticket")] == ["created"]


def test_a_question_during_a_complaint_is_a_matter_of_its_own(company: Company) -> None:
    customer = company.customer()
    customer.says("我要投诉！你们店员态度太差了")
    customer.says("你们的无人机能飞多高，可以带上飞机吗")
    assert customer.outcome == "ticket"
    customer.says("怎么取消订单？")
    assert customer.outcome == "answered"


@pytest.mark.parametrize(
    ("words", "number"),
    [("我的手机号是13800007301", "+8613800007301"), ("my number is +86 138 0000 7302", "+8613800007302")],
)
def test_a_typed_number_is_kept_on_the_contact_and_on_the_open_ticket(
    company: Company, words: str, number: str
) -> None:
    customer = company.customer()
    reply = customer.says(words)
    assert customer.outcome == "done"
    assert number in reply
    (contact,) = customer.records("contact")
    assert contact["action"] == "created"
    assert contact["fields"]["mobile"] == number  # type: ignore[index]
    customer.says("does your drone come with night vision for hunting owls")
    ticket = customer.records("ticket")[0]["fields"]["number"]  # type: ignore[index]
    assert str(ticket) in customer.says(words)
    assert [record["action"] for record in customer.records("ticket")] == ["updated"]


def test_a_typed_number_opens_nobody_elses_tickets(company: Company) -> None:
    owner, stranger = company.customer(), company.customer()
    owner.says("my number is 13800007303")
    number = NUMBER.search(owner.says("does your drone come with night vision for hunting owls"))
    assert number
    stranger.says("my number is 13800007303")
    assert number.group() not in stranger.says("where is my ticket?")


def test_internal_articles_never_reach_a_customer(company: Company) -> None:
    customer = company.customer()
    customer.says("How do I log a call in crmbot? What can I type?")
    assert customer.last is not None
    assert customer.last.article is None or not str(customer.last.article["id"]).startswith("staff")


def test_an_empty_line_gets_its_one_answer(company: Company) -> None:
    customer = company.customer()
    customer.says("")
    assert customer.outcome == "smalltalk"


def test_both_questions_of_a_message_are_answered(company: Company) -> None:
    customer = company.customer()
    reply = customer.says("How do I cancel an order? Can I change the delivery address after ordering?")
    assert customer.outcome == "answered"
    assert "cancel" in reply.casefold()
    assert "address" in reply.casefold()


@pytest.mark.parametrize("words", ["close TK20260001", "关闭工单TK20260002"])
def test_another_customers_ticket_is_neither_closed_nor_mistaken_for_ones_own(company: Company, words: str) -> None:
    customer = company.customer()
    customer.says("does your drone come with night vision for hunting owls")
    customer.says(words)
    assert customer.outcome == "answered"
    assert customer.last is not None
    assert customer.last.records == []


@pytest.mark.parametrize(
    "words",
    ["log call with 李娜: hi", "记录和李娜的电话：客户要报价", "open tickets", "who is 李娜", "本周汇总", "undo"],
)
def test_staff_commands_do_nothing_for_a_customer(company: Company, words: str) -> None:
    customer = company.customer()
    reply = customer.says(words)
    assert customer.last is not None
    assert {record["type"] for record in customer.last.records} <= {"ticket", "contact"}
    assert "恒信物业" not in reply


def test_the_way_back_to_the_bot_is_understood_in_the_other_language(company: Company) -> None:
    customer = company.customer()
    customer.says("agent please")
    customer.says("返回智能助手")
    customer.says("怎么取消订单？")
    assert customer.outcome == "answered"
