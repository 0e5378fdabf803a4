"""The columns of each type of record: under which headings people keep them, and how a cell is read.

Promise: data; a heading belongs to at most one field of a type. A new column is one line here; a new type is one table
here and one `Kind` in crm_core/transfer/kinds.
"""

from __future__ import annotations

from dataclasses import replace

from crm_core.transfer import cells, words
from crm_core.transfer.column import (
    ACCOUNT,
    COMPANIES,
    CURRENCY,
    EMAILS,
    NAME_PARTS,
    NOTES,
    OWNER,
    PERSON,
    PERSON_EMAILS,
    PERSON_PHONES,
    PHONES,
    SOURCE,
    TAGS,
    Column,
    column,
)
from crm_core.transfer.deal_columns import DEAL_COLUMNS, MARKETING_COLUMNS

COLUMNS: dict[str, dict[str, Column]] = {
    "account": {
        "code": column(
            "客户编号,编号,客户代码,客户编码,客户号,客户id,account code,account no,account id,"
            "customer no,customer number,customer id,customer code"
        ),
        "name": column(
            "客户名称,客户名,客户全称,名称,公司,公司名称,公司名,公司全称,企业,企业名称,企业全称,"
            "单位,单位名称,客户,客户单位,account name,account,company,"
            "company name,customer,customer name,client,client name,organisation,organization,"
            "organization name,business name",
            is_needed=True,
        ),
        "short_names": column(
            "简称,客户简称,公司简称,企业简称,别名,曾用名,short name,alias,aliases,abbreviation,also known as",
            cells.words,
        ),
        "industry": column("行业,所属行业,客户行业,行业类别,行业类型,所在行业,industry type,sector,vertical"),
        "size_band": column(
            "规模,企业规模,人员规模,公司规模,客户规模,员工人数,员工数,人数,人员数量,size,"
            "company size,employees,headcount,number of employees,no of employees,staff"
        ),
        "region": column("地区,区域,省市区,省市,所在地区,所在区域,所在地,所属区域,大区,area,location,territory"),
        "province": column("省,省份,所在省,所在省份,state"),
        "city": column("市,城市,所在城市,所在市,town"),
        "district": column("区,区县,县,所在区,county"),
        "address": column(
            "地址,详细地址,单位地址,企业地址,公司地址,客户地址,联系地址,通讯地址,办公地址,街道,注册地址,street,"
            "street address,office address,mailing address"
        ),
        "website": column("网站,官网,网址,公司网站,公司网址,官方网站,web,web site,url,homepage,domain"),
        "level": column(
            "等级,客户等级,级别,客户级别,客户分级,分级,重要程度,grade,tier,rating,account level,customer level,class",
            words.LEVEL,
        ),
        "status": column(
            "状态,客户状态,合作状态,当前状态,account status,customer status,lifecycle stage", words.ACCOUNT_STATUS
        ),
        "status_reason": column("状态原因,原因,流失原因,reason"),
        "source": SOURCE,
        "tags": TAGS,
        "owner": OWNER,
        "annual_amount": column(
            "年度金额,年金额,年采购额,年采购金额,年度采购额,年销售额,年度销售额,年合作金额,"
            "年成交额,年成交金额,年交易额,年度合作金额,合作金额,成交金额,annual revenue,"
            "annual sales,annual spend,yearly amount,yearly revenue,revenue",
            cells.amount,
        ),
        "currency": CURRENCY,
        "influence": column("影响力,行业影响力,行业地位", words.INFLUENCE),
        "renewal_percent": column("续约率,续费率,复购率,renewal rate,renewal", cells.percent),
        "partner_since": column(
            "合作开始,合作开始时间,合作开始日期,合作时间,合作日期,合作起始,合作起始日期,首次合作,"
            "首次合作时间,首次合作日期,成交日期,签约日期,since,customer since,"
            "client since,start date,partnership date,first order date",
            cells.month_or_day,
        ),
        "notes": NOTES,
        "contact_name": column(
            PERSON + ",主要联系人,关键联系人,首要联系人,primary contact,main contact,key contact", cells.person
        ),
        "contact_title": column(
            "联系人职位,联系人职务,联系人岗位,职位,职务,岗位,contact title,contact position,"
            "contact job title,title,job title,position"
        ),
        "contact_mobile": column(f"{PERSON_PHONES},{PHONES}", cells.phone),
        "contact_email": column(f"{PERSON_EMAILS},{EMAILS},email", cells.email),
    },
    "contact": {
        "name": column(
            f"姓名,名字,客户姓名,人员姓名,{PERSON},full name,person,person name,"
            "first and last name,主要联系人,关键联系人姓名",
            cells.person,
            is_needed=True,
        ),
        **NAME_PARTS,
        "title": column(
            "职位,职务,岗位,职称,头衔,联系人职位,联系人职务,部门/职务,部门职务,部门及职务,部门/职位,部门职位,"
            "job title,job,position,contact title,role in company,title/department"
        ),
        "mobile": column(f"{PERSON_PHONES},{PHONES}", cells.phone),
        "email": column(f"{PERSON_EMAILS},{EMAILS}", cells.email),
        "birthday": column(
            "生日,出生日期,出生年月日,出生年月,联系人生日,date of birth,birth date,birthdate,dob", cells.day
        ),
        "decision_role": column("决策角色,角色,决策权,决策地位,影响力,role,decision maker,buying role,influence"),
        "is_key_contact": column(
            "关键联系人,是否关键联系人,是否主要联系人,是否关键,key contact,is key contact,"
            "primary,is primary,main contact,key,是否主联系人,主联系人,首要联系人",
            cells.yes_or_no,
        ),
        "status": column("状态,在职状态,联系人状态,是否在职,contact status,employment status", words.CONTACT_STATUS),
        "account": ACCOUNT,
        "owner": OWNER,
        "tags": TAGS,
        "language": column("语言,语种,首选语言,沟通语言,preferred language,lang", words.LANGUAGE),
    },
    "lead": {
        "name": column(
            f"线索名称,线索,线索姓名,姓名,名称,名字,{PERSON},lead name,lead,full name", cells.person, is_needed=True
        ),
        **NAME_PARTS,
        "company": column(COMPANIES.replace(",account code,客户编号,客户代码", "")),
        "mobile": column(f"{PERSON_PHONES},{PHONES}", cells.phone),
        "email": column(f"{PERSON_EMAILS},{EMAILS}", cells.email),
        "source": SOURCE,
        "region": column("地区,区域,所在地区,所在地,省市,城市,省份,area,location,city,territory"),
        "score": column("评分,得分,分数,线索评分,线索得分,打分,lead score,rating,points", cells.number),
        "level": column("等级,客户等级,线索等级,级别,grade,tier,lead level", words.LEVEL),
        "status": column("状态,线索状态,跟进状态,lead status,stage", words.LEAD_STATUS),
        "owner": OWNER,
        "notes": NOTES,
    },
    "opportunity": {
        "name": column(
            "商机名称,商机,商机主题,名称,项目,项目名称,机会,机会名称,销售机会,opportunity name,"
            "opportunity,deal,deal name,project,project name",
            is_needed=True,
        ),
        "account": Column(ACCOUNT.headings, is_needed=True),
        "stage": column(
            "阶段,商机阶段,销售阶段,当前阶段,项目阶段,进展,sales stage,deal stage,pipeline stage,status,商机状态,状态"
        ),
        "amount": column(
            "金额,商机金额,预计金额,预计成交金额,预估金额,销售金额,项目金额,预计销售金额,预算,"
            "合同金额,value,deal size,deal value,deal amount,opportunity amount,"
            "expected revenue,estimated value,revenue,budget",
            cells.amount,
        ),
        "currency": CURRENCY,
        "expected_close": column(
            "预计成交日期,预计成交时间,预计签单日期,预计签单时间,预计签约日期,预计签约时间,"
            "预计结束日期,预计成交,成交日期,结单日期,close date,closing date,expected close date,"
            "expected closing,estimated close date",
            cells.end_of_month_or_day,
        ),
        "outcome_reason": column(
            "输单原因,赢单原因,丢单原因,赢输原因,失败原因,原因,reason,loss reason,lost reason,win reason,closed reason"
        ),
        "closed_at": column(
            "关闭时间,结束时间,实际成交时间,实际成交日期,实际成交,实际签约日期,赢单日期,赢单时间,结案日期,closed on,"
            "date closed,won date,won on,actual close date",
            cells.moment,
        ),
        "owner": OWNER,
    },
    "interaction": {
        "kind": column(
            "类型,互动类型,互动方式,跟进方式,跟进类型,沟通方式,联系方式,拜访方式,方式,type,"
            "interaction type,activity type,activity,method,channel",
            words.INTERACTION_KIND,
            is_needed=True,
        ),
        "occurred_at": column(
            "时间,互动时间,互动日期,跟进时间,跟进日期,沟通时间,沟通日期,拜访时间,拜访日期,"
            "联系时间,发生时间,日期,记录时间,date,time,datetime,date time,when,activity date,"
            "interaction date,start time",
            cells.moment,
            is_needed=True,
        ),
        "summary": column(
            "摘要,内容,内容摘要,互动内容,跟进内容,跟进记录,跟进情况,沟通内容,沟通纪要,拜访内容,"
            "纪要,记录,详情,结果,拜访结果,沟通结果,跟进结果,洽谈结果,拜访记录,沟通记录,洽谈内容,会议内容,content,notes,note,details,description,comments,body",
            is_needed=True,
        ),
        "subject": column(
            "主题,沟通主题,互动主题,标题,目的,拜访目的,沟通目的,事由,拜访事由,topic,title,purpose,subject line"
        ),
        "feedback": column("反馈,客户反馈,客户意见,客户态度,customer feedback,customer response,response"),
        "account": ACCOUNT,
        "contacts": column(
            f"{PERSON},参与人,参加人,客户参与人,拜访对象,被拜访人,受访人,对接人,客户对接人,客户方,客户方人员,对方人员,沟通对象,沟通对象姓名,"
            "participants,attendees,with",
            cells.words,
        ),
        "owner": Column(
            (
                *(heading for heading in OWNER.headings if heading != "对接人"),
                "记录人",
                "填写人",
                "拜访人",
                "我方人员",
                "我方参与人",
                "我方人员姓名",
                "我方对接人",
                "跟进人员",
                "沟通人",
                "拜访人员",
                "staff",
                "user",
                "created by",
                "our side",
            )
        ),
    },
    "task": {
        "title": column(
            "任务,任务名称,任务标题,任务内容,标题,内容,事项,待办,待办事项,工作内容,工作事项,工作任务,工作项,任务描述,任务事项,计划内容,task,"
            "task name,task title,subject,name,to do,todo,description",
            is_needed=True,
        ),
        "owner": Column((*OWNER.headings, "执行人", "责任人", "任务负责人", "处理人", "assignee", "responsible")),
        "due_at": column(
            "截止,截止时间,截止日期,截止日,到期时间,到期日,到期日期,完成期限,期限,计划完成时间,"
            "计划完成日期,要求完成时间,due,due date,due time,deadline,due by,date due,时间,time",
            cells.due,
        ),
        "status": column("状态,任务状态,完成状态,进度,完成情况,task status,progress", words.TASK_STATUS),
        "delay_reason": column("延期原因,推迟原因,原因,reason"),
        "completed_at": column("实际完成时间,完成时间,完成日期,completed on,done at", cells.moment),
        "notes": column("备注,备注信息,备注说明,remark,remarks,comment,comments,note,memo"),
        "account": ACCOUNT,
        "contact": column(PERSON + ",contacts"),
    },
    "ticket": {
        "number": column("工单号,工单编号,编号,单号,ticket no,ticket number,ticket id,case number,id"),
        "subject": column(
            "主题,标题,工单标题,工单主题,问题,问题标题,问题描述摘要,title,summary,issue,case subject", is_needed=True
        ),
        "text": column(
            "内容,问题描述,问题内容,描述,工单内容,详细描述,详情,客户描述,description,details,content,message,body"
        ),
        "kind": column("类型,工单类型,问题类型,分类,type,ticket type,case type,category", words.TICKET_KIND),
        "priority": column("优先级,紧急程度,紧急度,严重程度,severity,urgency", words.PRIORITY),
        "status": column("状态,工单状态,处理状态,ticket status,case status,state", words.TICKET_STATUS),
        "contact": column(
            f"{PERSON},contacts,{PERSON_PHONES},{PHONES},客户电话,客户手机,客户姓名,报修人,投诉人,提交人,requester,caller"
        ),
        "account": ACCOUNT,
        "assignee": column("处理人,受理人,负责人,客服,经办人,责任人,handler,agent,owner,assigned to,support agent"),
        "created_at": column(
            "创建时间,创建日期,提交时间,受理时间,登记时间,登记日期,报修时间,投诉时间,日期,"
            "created,created on,date,opened,open date,opened at",
            cells.moment,
        ),
        "first_answered_at": column("首次响应时间,首次回复时间,响应时间,first answer,first response", cells.moment),
        "closed_at": column("关闭时间,关闭日期,closed,closed at,date closed", cells.moment),
        "solved_at": column(
            "解决时间,完成时间,处理完成时间,办结时间,solved,resolved,resolved at,resolution date,closed on",
            cells.moment,
        ),
        "csat": column(
            "满意度,满意度评分,评分,客户评分,satisfaction,satisfaction score,rating,score", words.satisfaction
        ),
    },
    "requirement": {
        "code": column("需求编号,编号,需求号,requirement no,requirement id,requirement number,id"),
        "title": column(
            "需求,需求名称,需求标题,标题,名称,主题,requirement,requirement name,name,subject,summary,"
            "feature,feature request,request,story,user story",
            is_needed=True,
        ),
        "description": column("描述,需求描述,需求内容,详情,内容,说明,details,content,notes"),
        "kind": column("类型,需求类型,需求类别,type,requirement type,category", words.REQUIREMENT_KIND),
        "priority": column("优先级,紧急程度,重要程度,urgency,importance", words.PRIORITY),
        "status": column("状态,需求状态,进度,处理状态,requirement status,progress", words.REQUIREMENT_STATUS),
        "delay_reason": column("延期原因,原因,reason"),
        "account": Column(ACCOUNT.headings, is_needed=True),
        "contact": column(PERSON + ",contacts,提出人,requester,requested by,raised by,reported by"),
        "owner": Column((*OWNER.headings, "处理人", "assignee")),
        "created_at": column(
            "提出时间,提出日期,创建时间,创建日期,登记日期,日期,created,created on,date,requested on,raised on,"
            "reported on",
            cells.moment,
        ),
        "confirmation": column("客户确认,确认,确认内容,customer confirmation"),
        "answered_at": column("答复时间,答复日期,响应时间,answered,answered on", cells.moment),
        "completed_at": column("完成时间,完成日期,completed on,done at", cells.moment),
        "closed_at": column("关闭时间,关闭日期,closed on,date closed", cells.moment),
    },
    **DEAL_COLUMNS,
    **MARKETING_COLUMNS,
}

#: Many keep no title beside the text, and a company of which nobody's name is known.
for _type, _field, _stand_in in (
    ("lead", "name", "company"),
    ("interaction", "summary", "subject"),
    ("ticket", "subject", "text"),
    ("requirement", "title", "description"),
):
    COLUMNS[_type][_field] = replace(COLUMNS[_type][_field], stand_in=_stand_in)
