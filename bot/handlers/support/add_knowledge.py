"""'Add faq: Q: … A: …' / '添加知识 问：… 答：…': a question-answer pair for the knowledge base, live in seconds."""

from __future__ import annotations

from bot.say import draft
from bot.turn import SUPPORTERS, Dialogue, Example, Handler, Outcome, Turn
from crm_core.permissions import require
from knowledge_base.articles import add_pair
from knowledge_base.models import Audience
from nlu.commands import add_knowledge
from nlu.language import detect

INTENT = "add_knowledge"


def run(turn: Turn) -> Outcome:
    """Publish the pair, with the words as they were typed."""
    require(turn.actor, "create", "article")
    request = add_knowledge.read(turn.message.text.strip(), turn.context) or add_knowledge.read(turn.text, turn.context)
    if request is None or not request.question or not request.answer:
        reply = draft(
            zh="请按这个格式：添加知识 问：几点关门？ 答：晚上十点。",
            en="Please use this form: add faq: Q: when do you close? A: at 10 pm.",
        )
        return Outcome(kind="asked", replies=(reply,), dialogue=Dialogue(intent=INTENT))
    article = add_pair(
        turn.session,
        question=request.question,
        answer=request.answer,
        language=detect(request.question + request.answer, turn.language),
        audience=Audience.CUSTOMER,
        author=turn.actor.handle,
        now=turn.now,
    )
    reply = draft(
        zh=f"已加入知识库（{article.key}），几秒内生效：{article.question}",
        en=f"Added to the knowledge base ({article.key}), live in seconds: {article.question}",
    )
    return Outcome(kind="done", replies=(reply,), articles=(article,))


HANDLER = Handler(
    intent=INTENT,
    roles=SUPPORTERS,
    run=run,
    resume=run,
    examples=(Example(zh="添加知识 问：几点关门？ 答：晚上十点。", en="add faq: Q: when do you close? A: at 10 pm."),),
    min_probability=0.6,
)
