"""'New lead Jane Smith from Initech, 139…' / '新增线索 张三，ABC公司，139…': somebody who may become a customer."""

from __future__ import annotations

import re

from bot.handlers.rep import _echo
from bot.handlers.rep._form import Form, form_handler
from bot.say import say
from bot.turn import SELLERS, Example, Outcome
from crm_core import deals
from crm_core.matching import find_duplicates
from nlu.commands import create_lead
from nlu.commands.create_lead import CreateLead

INTENT = "create_lead"
#: the surname before the name: 姓陆，陆一鸣，安舟科技的
_SURNAME_FIRST = re.compile(
    r"^(?:是个?|他|她|客户)?姓(?P<surname>[\u3400-\u9fff]{1,2}?)的?[,，、\s]+(?:叫|是|名字叫)?(?=(?P=surname))"
)


def fill(form: Form) -> Outcome:
    """Write the lead; a person who is a contact already is asked about first."""
    request = create_lead.read(form.text, form.context)
    answer = form.given("text")
    if answer and (request is None or not request.name):
        request = create_lead.read(f"新增线索 {_SURNAME_FIRST.sub('', answer.strip())}", form.context)
    if request is None or not request.name:
        form.ask(
            "text",
            say(
                zh="请说姓名、公司和电话，例如：新增线索 张三，优选超市，13912345678，来源展会",
                en="Tell me the name, company and phone, for example: new lead Jane Smith from Initech, 13912345678",
            ),
        )
    _check_duplicates(form, request)
    lead = deals.create_lead(
        form.turn.session,
        form.turn.actor,
        name=request.name,
        company=request.company,
        mobile=request.mobile,
        email=request.email,
        source=request.source,
        region=request.region,
        notes=request.notes,
    )
    return form.done(_echo.say_created(form, lead, say(zh="线索", en="Lead")))


def _check_duplicates(form: Form, request: CreateLead) -> None:
    if not (request.mobile or request.email):
        return
    found = find_duplicates(
        form.turn.session, form.turn.actor, record_type="contact", mobile=request.mobile, email=request.email
    )
    shown = "、".join(one.name for one in found if one.is_visible)
    if shown:
        form.confirm(
            "duplicate",
            say(
                zh=f"已有这个号码或邮箱的联系人：{shown}。还要新建线索吗？",
                en=f"{shown} has this phone or e-mail already. Create the lead anyway?",
            ),
            yes=say(zh="仍然新建", en="Create anyway"),
        )


HANDLER = form_handler(
    intent=INTENT,
    roles=SELLERS,
    reads=create_lead.read,
    fill=fill,
    examples=(
        Example(
            zh="新增线索 张三，优选超市，13912345678，来源展会",
            en="new lead Jane Smith from Initech, 13912345678, source: trade fair",
        ),
    ),
)
