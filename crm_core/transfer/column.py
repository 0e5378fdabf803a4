"""What a column of a file is, and the headings that several types of record share: phones, companies, owners.

Promise: data and no record type.
"""

from __future__ import annotations

from dataclasses import dataclass

from crm_core.transfer import cells


@dataclass(frozen=True)
class Column:
    """A field of a type of record in a file."""

    #: headings that mean it, beside the field's own name
    headings: tuple[str, ...]
    read: cells.Parser = cells.text
    is_needed: bool = False
    #: an amount counts in the heading's unit (万元), and its sign may say the currency
    is_money: bool = False
    #: the field whose first line is taken where a needed one is blank
    stand_in: str = ""


def column(headings: str, read: cells.Parser = cells.text, *, is_needed: bool = False) -> Column:
    """Build a column from its headings, separated by commas."""
    listed = tuple(heading.strip() for heading in headings.split(","))
    return Column(listed, read, is_needed, is_money=read is cells.amount)


PHONES = (
    "手机,手机号,手机号码,移动电话,联络电话,联络方式,电话,电话号码,联系电话,联系方式,联系手机,联系号码,座机,"
    "固定电话,tel,telephone,telephone number,phone,phone no,"
    "phone number,mobile,mobile no,mobile number,mobile phone,cell,cell phone,cellphone,"
    "contact number,contact no,work phone,business phone,办公电话,公司电话,单位电话,电话/手机,手机/电话,"
    "office phone,office,"
    "备用电话,备用手机,其他电话,alternate phone,other phone,home phone"
)
PERSON_PHONES = (
    "联系人电话,联系人手机,联系人手机号,联系人手机号码,联系人联系方式,联系人联系电话,contact phone,"
    "contact mobile,contact phone number,contact tel"
)
EMAILS = "邮箱,电子邮箱,邮箱地址,电子邮件,电邮,邮件,邮件地址,e-mail,e-mail address,email address,mail,work email"
PERSON_EMAILS = "联系人邮箱,联系人邮件,联系人电子邮箱,联系人email,contact email,contact e-mail"
COMPANIES = (
    "客户,客户名称,客户名,客户全称,公司,公司名称,公司名,公司全称,企业,企业名称,单位,单位名称,"
    "所属客户,所属公司,关联客户,甲方,account name,account code,"
    "客户编号,客户代码,company,company name,customer,customer name,client,client name,"
    "organisation,organization,organization name,employer"
)
OWNER = column(
    "负责人,客户经理,销售,销售人员,销售员,销售代表,销售经理,销售负责人,所属销售,归属人,归属销售,"
    "所有人,拥有者,业务员,负责销售,跟进销售,销售顾问,销售专员,业务员姓名,业务负责人,"
    "业务经理,跟进人,对接人,owner handle,"
    "account owner,record owner,lead owner,opportunity owner,sales,sales rep,"
    "sales representative,salesperson,account manager,rep,assigned to"
)
SOURCE = column("来源,客户来源,线索来源,来源渠道,渠道,获客渠道,获客来源,lead source,channel,origin,how did you hear")
TAGS = column("标签,客户标签,标记,label,labels,tag", cells.words)
NOTES = column("备注,说明,备注信息,备注说明,其他,补充说明,描述,remark,remarks,comment,comments,note,memo,description")
CURRENCY = column("币种,货币,结算币种,ccy", cells.currency)
ACCOUNT = column(COMPANIES)
#: a name in two columns
NAME_PARTS = {
    "first_name": column("名,first name,firstname,first,given name,given names,forename"),
    "last_name": column("姓,姓氏,last name,lastname,last,surname,family name,second name"),
}
PERSON = "联系人,联系人姓名,联络人,客户联系人,对方联系人,contact,contact name,contact person"
