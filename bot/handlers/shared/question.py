"""A question: the knowledge base's answer, up to three likely questions to choose from, or a ticket with its number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot import cases
from bot.policy import OFFER
from bot.say import Choice, Draft, Text, draft, say
from bot.turn import EVERYBODY, Dialogue, Handler, Outcome, Turn
from crm_core.models import Ticket
from knowledge_base import feedback
from knowledge_base.bands import Decision
from knowledge_base.lookup import find_visible_article
from knowledge_base.models import Article, Audience
from knowledge_base.search import Hit

FOLLOW_UPS = 2
_PERSON = Choice(label=say(zh="转人工", en="Talk to a person"), intent="talk_to_person")


def run(turn: Turn) -> Outcome:
    """Answer every question of the message: the whole of it, or each of its parts when it holds several."""
    known = [part for part in turn.parts if part.decision.kind != "ticket"]
    is_answered = any(part.decision.kind == "answer" for part in known)
    if is_answered and len({part.decision.hits[0].key for part in known}) > 1:
        return _answer_parts(turn)
    return _take(turn, turn.message.text, turn.decision)


def press(turn: Turn) -> Outcome:
    """Take a chosen article, a thumb, 'none of these', or that what joined a complaint was about something else."""
    if "vote" in turn.arguments:
        return _vote(turn)
    if "separate" in turn.arguments:
        return _open_ticket(turn, str(turn.arguments["separate"]))
    if "none" in turn.arguments:
        return _miss(turn, str(turn.arguments["none"]), None)
    article = find_visible_article(
        turn.session, key=str(turn.arguments["article"]), language=turn.language, audience=_audience(turn), now=turn.now
    )
    if article is None:
        gone = draft(zh="这条内容已下线，请换个说法再问。", en="That article is gone. Please ask again in other words.")
        return Outcome(kind="answered", replies=(gone,))
    number = _record(turn, article.question, "answered", article.id, None)
    return Outcome(kind="answered", replies=(_say_answer(turn, article, number),), article=(article.key, 1.0))


def resume(turn: Turn) -> Outcome:
    """Take a bare yes or no to the questions that may be meant."""
    offered = turn.dialogue.data if turn.dialogue else {}
    if turn.understanding.intent != "affirm":
        return press(replace(turn, arguments={"none": offered["text"]}))
    if len(offered["articles"]) == 1:
        return press(replace(turn, arguments={"article": offered["articles"][0]}))
    which = draft(zh="请回复前面的数字选一个。", en="Please reply with the number of one of them.")
    return Outcome(kind="asked", replies=(which,), dialogue=turn.dialogue)


def _take(turn: Turn, text: str, decision: Decision) -> Outcome:
    if decision.kind == "answer":
        return _answer(turn, text, decision.hits[0])
    if decision.kind == "suggest":
        complaint = _complaint_of(turn, text, within=cases.COMPLAINING)
        return _suggest(turn, text, decision) if complaint is None else cases.add_to_complaint(turn, complaint, text)
    return _miss(turn, text, decision.hits[0] if decision.hits else None)


def _answer(turn: Turn, text: str, hit: Hit) -> Outcome:
    number = _record(turn, text, "answered", hit.article_id, hit.probability)
    return Outcome(
        kind="answered", replies=(_say_answer(turn, hit, number),), article=(hit.key, round(hit.probability, 4))
    )


def _answer_parts(turn: Turn) -> Outcome:
    outcomes = [_take(turn, part.text, part.decision) for part in turn.parts]
    best = max((part.decision.hits[0] for part in turn.parts if part.decision.kind == "answer"), key=_probability)
    replies = tuple(reply for outcome in outcomes for reply in outcome.replies)
    return Outcome(kind="answered", replies=replies, article=(best.key, round(best.probability, 4)))


def _suggest(turn: Turn, text: str, decision: Decision) -> Outcome:
    best = decision.hits[0]
    _record(turn, text, "suggested", best.article_id, best.probability)
    options = [
        Choice(label=Text(zh=hit.question, en=hit.question), intent="question", arguments={"article": hit.key})
        for hit in decision.hits[:3]
    ]
    none = Choice(label=say(zh="都不是", en="None of these"), intent="question", arguments={"none": text})
    reply = draft(zh="你想问的是下面哪一个？", en="Did you mean one of these?", choices=(*options, none))
    articles = [hit.key for hit in decision.hits[:3]]
    offer = _offer(turn, "question", answers=("affirm", "deny"), articles=articles, text=text)
    return Outcome(kind="suggested", replies=(reply,), dialogue=offer, is_miss=turn.conversation.misses > 0)


def _offer(turn: Turn, intent: str, *, answers: tuple[str, ...], **data: Any) -> Dialogue | None:
    """Let a customer answer with yes or no; a colleague has his commands."""
    return Dialogue(intent=intent, data={OFFER: list(answers), **data}) if turn.person.user is None else None


def _miss(turn: Turn, text: str, best: Hit | None) -> Outcome:
    """Nothing answers it: a customer gets a ticket, a colleague gets the truth."""
    _record(turn, text, "ticket", best.article_id if best else None, best.probability if best else None)
    if turn.person.user is not None:
        reply = draft(
            zh="知识库里没有找到答案。客服同事可以用“添加知识 问：… 答：…”补充。",
            en="The knowledge base has no answer. Support can add one with 'add faq: Q: … A: …'.",
        )
        return Outcome(kind="answered", replies=(reply,), is_miss=True)
    complaint = _complaint_of(turn, text, within=cases.SAME_MATTER)
    return _open_ticket(turn, text) if complaint is None else cases.add_to_complaint(turn, complaint, text)


def _complaint_of(turn: Turn, text: str, *, within: timedelta) -> Ticket | None:
    return cases.find_complaint_of(turn, text, within=within) if turn.person.user is None else None


def _open_ticket(turn: Turn, text: str) -> Outcome:
    ticket = cases.open_ticket(turn, text, reason="missing_knowledge")
    cases.notify_staff(
        turn,
        ticket,
        say(zh=f"新工单 {ticket.number}：{ticket.subject}", en=f"New ticket {ticket.number}: {ticket.subject}"),
    )
    reply = _say_ticket(turn, ticket)
    offer = _offer(turn, "talk_to_person", answers=("affirm", "cancel")) if reply.choices else None
    return Outcome(kind="ticket", replies=(reply,), dialogue=offer, is_miss=True)


def _say_ticket(turn: Turn, ticket: Ticket) -> Draft:
    misses = turn.conversation.misses + 1
    offered = misses >= turn.services.settings.misses_before_person
    zh = f"这个问题我还答不上来，已为你登记工单 {ticket.number}，同事会在这里回复你。"
    en = f"I can't answer this one yet. I've opened ticket {ticket.number} and a colleague will answer you here."
    if not offered:
        return _with_phone(draft(zh=zh, en=en)) if cases.lacks_phone(turn) else draft(zh=zh, en=en)
    return draft(zh=zh + "\n要现在转人工吗？", en=en + "\nWould you like to talk to a person now?", choices=(_PERSON,))


def _with_phone(said: Draft) -> Draft:
    """Ask for a number too: by the platform's button where there is one, else in words."""
    ask = say(
        zh="\n如需电话联系，直接把手机号发给我即可。", en="\nIf you'd like a call, just send me your phone number."
    )
    return replace(said, text=said.text + ask, asks_for_phone=True)


def _say_answer(turn: Turn, article: Article | Hit, asked: int) -> Draft:
    """Give the answer with its thumbs, which name the question by the number under which it was `asked`."""
    article_id = article.id if isinstance(article, Article) else article.article_id
    up, down = say(zh="👍 有帮助", en="👍 Helpful"), say(zh="👎 没帮助", en="👎 Not helpful")
    thumbs = (
        Choice(label=up, intent="question", arguments={"vote": asked, "up": True}),
        Choice(label=down, intent="question", arguments={"vote": asked, "up": False}),
    )
    related = turn.services.searcher.related(
        article_id, language=turn.language, audience=_audience(turn), limit=FOLLOW_UPS
    )
    follow_ups = tuple(
        Choice(label=Text(zh=hit.question, en=hit.question), intent="question", arguments={"article": hit.key})
        for hit in related
    )
    return Draft(text=Text(zh=article.answer, en=article.answer), choices=(*thumbs, *follow_ups))


def _vote(turn: Turn) -> Outcome:
    is_up = bool(turn.arguments["up"])
    event_id = int(turn.arguments["vote"])
    if feedback.find_vote(turn.session, event_id) is is_up:  # a second tap on the same thumb: thanked for already
        return Outcome(kind="done", replies=())
    feedback.record_vote(turn.session, event_id=event_id, is_up=is_up, now=turn.now)
    if is_up:
        return Outcome(kind="done", replies=(draft(zh="谢谢反馈！", en="Thanks for the feedback!"),))
    reply = draft(
        zh="抱歉没帮上忙。可以换个说法再问，或者转人工。",
        en="Sorry that didn't help. Try other words, or talk to a person.",
        choices=() if turn.person.user is not None else (_PERSON,),
    )
    return Outcome(kind="done", replies=(reply,), is_miss=True)


def _record(turn: Turn, text: str, outcome: str, article_id: int | None, probability: float | None) -> int:
    return feedback.record_question(
        turn.session,
        text=text,
        language=turn.language,
        outcome=outcome,
        article_id=article_id,
        probability=probability,
        message_id=turn.inbox_id,
        conversation_id=turn.conversation.id,
        at=turn.now,
    )


def _probability(hit: Hit) -> float:
    return hit.probability


def _audience(turn: Turn) -> Audience:
    """Staff see internal articles too, but not in a group, where customers may read along."""
    is_open = turn.person.user is None or turn.conversation.is_group
    return Audience.CUSTOMER if is_open else Audience.INTERNAL


HANDLER = Handler(intent="question", roles=EVERYBODY, run=run, resume=resume, press=press, is_private=False)
