"""The everyday words for the values of enums, in both languages: what people write in a sheet for a status or a kind.

Promise: data. The values themselves are those of crm_core/models; they are always understood too.
"""

from __future__ import annotations

from crm_core.transfer import cells


def _spellings(**words: str) -> dict[str, str]:
    """Turn value='word word' into word -> value; words are separated by commas."""
    return {word.strip(): value for value, listed in words.items() for word in (value, *listed.split(","))}


LEVEL = cells.one_of(
    _spellings(
        S="S级,S类,S级客户,战略,战略客户,strategic",
        A="A级,A类,A级客户,重点,重点客户,key account",
        B="B级,B类,B级客户,普通,普通客户,standard",
        C="C级,C类,C级客户,一般,一般客户,basic",
    )
)
ACCOUNT_STATUS = cells.one_of(
    _spellings(
        new="新客户,新,新增,潜在,潜在客户,意向客户,new customer,prospect,potential",
        active=(
            "合作中,活跃,活跃客户,合作,已合作,签约,已签约,成交,已成交,成交客户,老客户,正常,在合作,"
            "existing,existing customer,customer,client,current"
        ),
        silent="沉默,沉默客户,沉睡,沉睡客户,休眠,休眠客户,不活跃,dormant,inactive,sleeping",
        lost="流失,已流失,流失客户,终止,终止合作,停止合作,churned,former,closed",
    )
)
INFLUENCE = cells.one_of(
    _spellings(
        top="行业前十,前十,龙头,行业龙头,头部,顶级,top ten,top 10,leader",
        high="高,大,较高,重要",
        medium="中,一般,普通,average",
        low="低,小,较低",
    )
)
CONTACT_STATUS = cells.one_of(
    _spellings(
        active="在职,正常,有效,current,employed",
        departed="离职,已离职,离开,无效,left,resigned,former,gone,inactive",
    )
)
LEAD_STATUS = cells.one_of(
    _spellings(
        new="新,新线索,未分配,未处理,待分配,待跟进,open,unassigned",
        assigned="已分配,跟进中,跟进,处理中,已联系,working,in progress,contacted,qualified",
        converted="已转化,已转换,转化,已成交,won,customer",
        discarded="无效,已放弃,放弃,关闭,已关闭,作废,lost,invalid,unqualified,dead,closed",
    )
)
INTERACTION_KIND = cells.one_of(
    _spellings(
        call="电话,通话,打电话,电话沟通,电话拜访,电话回访,致电,来电,phone,phone call,telephone,voice",
        visit=(
            "拜访,上门,上门拜访,客户拜访,实地拜访,面谈,面访,来访,客户来访,现场,meeting,on-site,onsite visit,in person"
        ),
        online_meeting=(
            "线上会议,在线会议,视频会议,视频,腾讯会议,网络会议,远程会议,会议,video,video call,zoom,"
            "teams,webinar,web meeting"
        ),
        email="邮件,电子邮件,邮箱,发邮件,e-mail,mail",
        chat="聊天,微信,企业微信,微信沟通,短信,即时消息,QQ,wechat,whatsapp,message,im,sms,text",
        event="活动,客户活动,市场活动,展会,沙龙,会展,培训,trade show,exhibition,conference",
        care="关怀,客户关怀,节日关怀,节日问候,生日关怀,回访,送礼,greeting,courtesy,gift",
    )
)
TASK_STATUS = cells.one_of(
    _spellings(
        todo="待办,待开始,未开始,待处理,未完成,未处理,新建,to do,open,new,not started,pending",
        doing="进行中,处理中,在做,执行中,in progress,started,ongoing,wip",
        done="已完成,完成,已办,已结束,结束,关闭,已关闭,completed,complete,closed,finished",
        delayed="延期,已延期,推迟,延迟,逾期,postponed,overdue,deferred",
    )
)
TICKET_KIND = cells.one_of(
    _spellings(
        question="咨询,询问,问题,疑问,inquiry,enquiry",
        complaint="投诉,客诉,抱怨,complain",
        after_sales="售后,维修,退货,换货,退换货,报修,after sales,after-sales service,repair,return,warranty,service",
        request="请求,需求,申请,建议,service request,feature request",
    )
)
PRIORITY = cells.one_of(
    _spellings(
        high="高,紧急,加急,急,urgent,critical,p0,p1,1",
        medium="中,普通,一般,正常,normal,mid,p2,2",
        low="低,不急,minor,p3,3",
    )
)
TICKET_STATUS = cells.one_of(
    _spellings(
        open="待处理,处理中,未处理,新建,已受理,未解决,打开,重新打开,new,in progress,reopened",
        pending="等待客户,待客户回复,待回复,挂起,待反馈,waiting,on hold,waiting for customer",
        solved="已解决,解决,已处理,已完成,完成,resolved,done",
        closed="已关闭,关闭,结案,已结案,completed",
    )
)
REQUIREMENT_KIND = cells.one_of(
    _spellings(existing="现有,现有需求,已有,明确需求,current", potential="潜在,潜在需求,意向,future")
)
REQUIREMENT_STATUS = cells.one_of(
    _spellings(
        todo="待开始,未开始,待处理,新建,to do,open,new,not started",
        doing="进行中,处理中,in progress,started",
        delayed="延期,已延期,推迟,postponed,overdue",
        done="已完成,完成,待确认,completed,complete,finished",
        closed="已关闭,关闭,已确认,客户已确认,confirmed",
    )
)
QUOTE_STATUS = cells.one_of(
    _spellings(
        draft="草稿,未发送,未发出,in draft",
        sent="已发送,已发出,已报价,待答复,待确认,open,pending",
        accepted="已接受,接受,已同意,同意,已成交,won,approved",
        rejected="已拒绝,拒绝,被拒,未接受,declined,lost,refused",
    )
)
CONTRACT_STATUS = cells.one_of(
    _spellings(
        pending="待审批,审批中,待签,待签署,waiting,in approval",
        signed="生效,已签,已签订,已签署,执行中,有效,履行中,active,in force,effective,valid",
        refused="被拒,未通过,驳回,rejected,declined",
        terminated="终止,已终止,解除,已解除,作废,ended,cancelled,canceled",
    )
)
SEGMENT_KIND = cells.one_of(
    _spellings(account="客户,公司,企业,accounts,company", contact="联系人,个人,会员,contacts,person")
)
CAMPAIGN_CHANNEL = cells.one_of(
    _spellings(
        sms="短信,手机短信,text message",
        email="邮件,电子邮件,邮箱,e-mail,mail",
        chat="群聊,微信,企业微信,微信群,社群,wechat,messenger,group",
        call="电话,外呼,phone,telephone",
        event="线下活动,活动,展会,沙龙,会议,fair,trade show",
        other="其他,其它,综合",
    )
)
CAMPAIGN_STATUS = cells.one_of(
    _spellings(
        planned="计划中,未开始,待开始,筹备,筹备中,draft,scheduled",
        running="进行中,执行中,已开始,active,in progress,started",
        done="已结束,结束,已完成,完成,completed,finished,closed",
        cancelled="已取消,取消,canceled",
    )
)
TARGET_METRIC = cells.one_of(
    _spellings(
        won_amount="成交额,成交金额,销售额,赢单金额,业绩,won amount,revenue,sales",
        won_deals="成交数,赢单数,成交单数,won deals,deals",
        new_accounts="新客户,新增客户,新客户数,新增客户数,new accounts,new customers",
        interactions="互动,互动数,拜访数,跟进数,visits,activities",
    )
)
LANGUAGE = cells.one_of(
    _spellings(zh="中文,汉语,普通话,中国,chinese,mandarin,zh-cn,cn", en="英文,英语,english,en-us,en-gb")
)

#: Stages are rows of the company's own; these words mean the default ones where they exist. Source: design page, 9.
STAGE_WORDS = {
    word: stage
    for stage, listed in {
        "contacted": "初步沟通,初次沟通,初次接触,接触,初期,线索,prospecting,lead,discovery,initial contact",
        "qualified": "需求调研,需求分析,确认需求,需求沟通,立项,qualification,needs analysis",
        "proposal": "报价,方案,方案阶段,方案制定,已报价,投标,quote,quoted,quotation,proposal sent,tender,"
        "proposal/quote,proposal/price quote,value proposition",
        "negotiation": "谈判,合同谈判,谈判中,商务,合同,negotiating,contract,negotiation/review",
        "won": "成交,已成交,签约,已签约,中标,成功,已赢单,closed won,win,closedwon,signed",
        "lost": "丢单,失败,未中标,已输单,流失,关闭,closed lost,closedlost,lose",
    }.items()
    for word in listed.split(",")
}
