"""'Review suggestions' / '审核建议': what colleagues' answers and customers' choices propose, accepted one by one."""

from __future__ import annotations

from bot import corrections
from bot.corrections import Proposal
from bot.errors import ExampleRefused
from bot.say import Choice, Text, draft, say
from bot.turn import SUPPORTERS, Example, Handler, Outcome, Turn
from crm_core.permissions import require
from knowledge_base.articles import get_article
from knowledge_base.errors import ArticleInvalid

INTENT = "review_examples"
_SHOWN_CHARS = 200
LABEL_WORDS = {"complaint": say(zh="投诉", en="a complaint"), "question": say(zh="提问", en="a question")}


def run(turn: Turn) -> Outcome:
    """Show the first proposal with what to do about it."""
    require(turn.actor, "create", "article")
    return _show(turn, corrections.find_proposals(turn.session, turn.now))


def press(turn: Turn) -> Outcome:
    """Accept or reject a proposal, and show the next."""
    if "text" not in turn.arguments:
        return run(turn)
    proposals = corrections.find_proposals(turn.session, turn.now)
    chosen = next((one for one in proposals if one.text == turn.arguments["text"]), None)
    if chosen is None:
        said = Text(zh="这一条已经处理过了。", en="This one is decided already.")
        return _show(turn, proposals, said)
    rest = [one for one in proposals if one is not chosen]
    if not turn.arguments["accepts"]:
        corrections.reject(turn.session, turn.actor, chosen)
        return _show(turn, rest, Text(zh=f"不采纳：{chosen.text}", en=f"Rejected: {chosen.text}"))
    try:
        article = corrections.accept(turn.session, turn.actor, chosen)
    except (ExampleRefused, ArticleInvalid) as refused:
        said = Text(zh=f"采纳不了：{refused}", en=f"Cannot be accepted: {refused}")
        return Outcome(kind="refused", replies=(draft(zh=said.zh, en=said.en),))
    said = Text(zh=f"已采纳，几秒内生效：{chosen.text}", en=f"Accepted, live in seconds: {chosen.text}")
    shown = _show(turn, rest, said)
    return Outcome(kind="done", replies=shown.replies, articles=(article,) if article else ())


def _show(turn: Turn, proposals: list[Proposal], said: Text | None = None) -> Outcome:
    before = Text(zh=f"{said.zh}\n", en=f"{said.en}\n") if said else Text(zh="", en="")
    if not proposals:
        reply = draft(zh=f"{before.zh}没有待审核的建议。", en=f"{before.en}There is nothing to review.")
        return Outcome(kind="done" if said else "answered", replies=(reply,))
    first = proposals[0]
    words = _describe(turn, first)
    choices = tuple(
        Choice(label=label, intent=INTENT, arguments={"text": first.text, "accepts": accepts})
        for label, accepts in ((say(zh="采纳", en="Accept"), True), (say(zh="不采纳", en="Reject"), False))
    )
    left = len(proposals)
    reply = draft(
        zh=f"{before.zh}（待审核 {left} 条）客户说：“{first.text}”\n{words.zh}",
        en=f'{before.en}({left} to review) A customer said: "{first.text}"\n{words.en}',
        choices=choices,
    )
    return Outcome(kind="done" if said else "answered", replies=(reply,))


def _describe(turn: Turn, proposal: Proposal) -> Text:
    source = f" ({proposal.ticket})" if proposal.ticket else ""
    if proposal.label is not None:
        word = LABEL_WORDS[proposal.label]
        return Text(
            zh=f"同事把工单{source}归为{word.zh}。要教给机器人吗？",
            en=f"A colleague made the ticket{source} {word.en}. Teach it?",
        )
    if proposal.article_id is not None:
        question = get_article(turn.session, proposal.article_id).question
        return Text(
            zh=f"对应文章“{question}”{source}。要作为它的相似问法吗？",
            en=f'It fits the article "{question}"{source}. Keep it as another wording?',
        )
    answer = (proposal.answer or "")[:_SHOWN_CHARS]
    return Text(
        zh=f"同事回答{source}：{answer}\n知识库没有这一条。要加入吗？",
        en=f"A colleague answered{source}: {answer}\nNo article says this. Add it?",
    )


HANDLER = Handler(
    intent=INTENT,
    roles=SUPPORTERS,
    run=run,
    press=press,
    examples=(Example(zh="审核建议", en="review suggestions"),),
    min_probability=0.6,
)
