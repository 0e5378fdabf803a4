"""The columns of what follows a deal, and of marketing; see `columns`."""

from __future__ import annotations

from dataclasses import replace

from crm_core.transfer import cells, words
from crm_core.transfer.column import ACCOUNT, CURRENCY, NOTES, OWNER, PERSON, Column, column

_DEAL = column(
    "商机,商机名称,商机主题,所属商机,关联商机,对应商机,对应项目,所属项目,关联项目,项目,项目名称,"
    "opportunity name,deal,deal name,project,project name"
)
#: A ledger of payments names the contract where it names no deal.
_CONTRACT = column("合同号,合同编号,合同,所属合同,关联合同,contract no,contract number,contract id")
_FROM = "开始日期,开始时间,开始,起始日期,start,start date,starts,from"
_TO = "结束日期,结束时间,结束,截止日期,end,end date,ends,until,to"


def _amount(headings: str) -> Column:
    return replace(column(headings, cells.amount), is_needed=True)


DEAL_COLUMNS: dict[str, dict[str, Column]] = {
    "quote": {
        "number": column("报价单号,报价编号,报价号,单号,编号,quote no,quote number,quotation no,quotation number,no"),
        "opportunity": _DEAL,
        "account": ACCOUNT,
        "amount": _amount("金额,报价金额,报价,总价,报价总额,price,quoted amount,quote amount,total,value"),
        "currency": CURRENCY,
        "status": column("状态,报价状态,quote status", words.QUOTE_STATUS),
        "quoted_on": column("报价日期,报价时间,日期,date,quote date,quoted,issued on", cells.day, is_needed=True),
        "valid_until": column("有效期,有效期至,有效期到,报价有效期,valid to,expires,expiry,expiry date", cells.day),
        "notes": NOTES,
    },
    "contract": {
        "number": column("合同编号,合同号,合同号码,编号,contract no,contract number,no"),
        "opportunity": _DEAL,
        "account": ACCOUNT,
        "amount": _amount("金额,合同金额,签约金额,合同总额,总金额,contract amount,contract value,total,value"),
        "currency": CURRENCY,
        "status": column("状态,合同状态,contract status", words.CONTRACT_STATUS),
        "signed_on": column(
            "签订日期,签约日期,签署日期,签订时间,合同日期,日期,signed,signed date,date signed,contract date,date",
            cells.day,
            is_needed=True,
        ),
        "notes": NOTES,
    },
    "instalment": {
        "opportunity": _DEAL,
        "contract": _CONTRACT,
        "account": ACCOUNT,
        "due_on": column(
            "应收日期,计划回款日期,计划日期,到期日,到期日期,付款日期,回款日期,due,due date,due day,date",
            cells.day,
            is_needed=True,
        ),
        "amount": _amount("金额,应收金额,计划金额,计划回款金额,期款,due amount,planned amount,value"),
        "currency": CURRENCY,
        "notes": replace(NOTES, headings=(*NOTES.headings, "期次", "款项", "instalment", "term")),
    },
    "payment": {
        "opportunity": _DEAL,
        "contract": _CONTRACT,
        "account": ACCOUNT,
        "amount": _amount(
            "金额,回款金额,到账金额,收款金额,实收金额,已收金额,付款金额,paid,paid amount,payment amount,"
            "received amount,value"
        ),
        "currency": CURRENCY,
        "received_on": column(
            "回款日期,回款时间,到账日期,到账时间,收款日期,收款时间,付款日期,日期,received,date received,"
            "payment date,paid on,date",
            cells.day,
            is_needed=True,
        ),
        "method": column("付款方式,回款方式,收款方式,支付方式,payment method,paid by"),
        "instalment_due_on": column("应收日期,计划回款日期,对应期次到期日,instalment due", cells.day),
        "notes": NOTES,
    },
}
MARKETING_COLUMNS: dict[str, dict[str, Column]] = {
    "segment": {
        "name": column("分群,分群名称,名称,客群,人群,segment,segment name", is_needed=True),
        "kind": column("类型,对象,分群类型,type,of", words.SEGMENT_KIND),
        "filter": column("条件,筛选条件,筛选,规则,rule,condition,conditions"),
        "description": column("说明,描述,备注,notes,note"),
        "owner": OWNER,
    },
    "campaign": {
        "name": column("活动,活动名称,名称,营销活动,市场活动,campaign,campaign name", is_needed=True),
        "aim": column("目的,目标,活动目的,活动目标,goal,objective,purpose"),
        "content": column("内容,活动内容,文案,message,text,description"),
        "channel": column(
            "渠道,活动渠道,方式,形式,活动形式,类型,活动类型,medium,type,campaign type", words.CAMPAIGN_CHANNEL
        ),
        "status": column("状态,活动状态,campaign status", words.CAMPAIGN_STATUS),
        "segment": column("分群,客群,目标人群,目标客户,人群,audience,target group"),
        "starts_on": column(_FROM, cells.day),
        "ends_on": column(_TO, cells.day),
        "budget": column("预算,活动预算,预算金额,planned cost", cells.amount),
        "cost": column(
            "费用,实际费用,花费,实际花费,成本,实际成本,支出,实际支出,actual cost,spend,spent,actual spend", cells.amount
        ),
        "currency": CURRENCY,
        "owner": OWNER,
    },
    "campaign_member": {
        "campaign": column("活动,活动名称,营销活动,市场活动,campaign name", is_needed=True),
        "account": ACCOUNT,
        "contacts": column(PERSON),
        "reached_at": column("触达时间,触达日期,发送时间,送达时间,reached,sent,sent at", cells.moment),
        "responded_at": column("响应时间,反馈时间,回复时间,响应日期,responded,replied at", cells.moment),
        "response": column("响应,反馈,回复,回复内容,reply,feedback"),
        "opportunity": _DEAL,
    },
    "target": {
        "metric": column("指标,目标类型,类型,measure,kpi,type", words.TARGET_METRIC),
        "starts_on": column(_FROM, cells.day, is_needed=True),
        "ends_on": column(_TO, cells.day, is_needed=True),
        "team": column("团队,部门,小组,department,group"),
        "owner": OWNER,
        "amount": _amount("目标,目标值,目标金额,金额,数值,target,value,goal"),
        "currency": CURRENCY,
    },
}
