"""Fields told around a known name, new people in any order of words, and look-ups told backwards."""

from __future__ import annotations

import pytest

from nlu.commands import create_account, create_contact, look_up, recognise, several, update_record
from nlu.text import normalise
from tests.nlu.commands.test_known_names import CONTEXT


def told(text: str) -> dict[str, str]:
    request = update_record.read(normalise(text), CONTEXT)
    assert request is not None, text
    return {change.field: change.words for change in request.changes}


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("悦购超市地址换了，现在在天津市滨海新区第五大街8号", {"address": "天津市滨海新区第五大街8号"}),
        ("北辰医疗搬家了，新地址是苏州工业园区星湖街328号", {"address": "苏州工业园区星湖街328号"}),
        ("悦购超市搬到静安区南京西路1266号了", {"address": "静安区南京西路1266号"}),
        (
            "Please update our records: Harbor Foods' address is now 14 Dock Street, Bristol",
            {"address": "14 Dock Street, Bristol"},
        ),
        ("Quartz Logistics moved their office to 200 Wacker Drive, Chicago", {"address": "200 Wacker Drive, Chicago"}),
        ("悦购超市官网 www.yuegou.cn 加到客户资料", {"website": "www.yuegou.cn"}),
        ("北辰医疗规模是500人以上", {"size_band": "500人以上"}),
        ("Harbor Foods has 200-500 employees", {"size_band": "200-500 employees"}),
        ("同辉电子的客户来源写老客户推荐", {"source": "老客户推荐"}),
        ("Harbor Foods came to us through a referral", {"source": "referral"}),
        ("悦购超市今年的年采购额是32万", {"annual_amount": "32万"}),
        ("Harbor Foods spends around 300k a year", {"annual_amount": "300k"}),
        ("悦购超市加两个标签 价格敏感、国企", {"tags": "价格敏感、国企"}),
        ("把Harbor Foods升level A，他们今年买了30万", {"level": "A"}),
        ("Harbor Foods is now an S customer since they signed the three year frame", {"level": "S"}),
        (
            "北辰医疗行业是医疗，年采购额60万，规模200-500人",
            {"industry": "医疗", "annual_amount": "60万", "size_band": "200-500人"},
        ),
        ("北辰医疗级别调到S，因为今年采购额过了六十万，年采购额改成62万", {"level": "S", "annual_amount": "62万"}),
        (
            "Quartz: website www.quartz.com, industry transport, size 200-500",
            {"website": "www.quartz.com", "industry": "transport", "size_band": "200-500"},
        ),
        ("The address of Harbor Foods has changed: 55 King Street, Leeds", {"address": "55 King Street, Leeds"}),
        ("悦购超市地址改一下，改成绍兴市柯桥区群贤路1号", {"address": "绍兴市柯桥区群贤路1号"}),
        ("Quartz relocated to 400 Main St, Boston last month", {"address": "400 Main St, Boston"}),
        ("Harbor Foods has around 1,200 staff", {"size_band": "around 1,200 staff"}),
        ("悦购超市是展会上认识的", {"source": "展会"}),
        ("升级Harbor Foods到A级，因为采购翻倍", {"level": "A"}),
        ("Quartz downgraded to C as they stopped ordering", {"level": "C"}),
        ("高峰升任信息部总经理", {"title": "信息部总经理"}),
        ("Owen Clarke has a new title: CEO", {"title": "CEO"}),
        ("高峰跳槽到悦购超市了", {"account": "悦购超市"}),
        ("林涛的邮箱错了，正确的是lintao@yg.com", {"email": "lintao@yg.com"}),
        ("林涛升职了，现在是信息总监", {"title": "信息总监"}),
        ("林涛的职位不是科长，是处长", {"title": "处长"}),
        ("Nadia Rossi 在 Harbor Foods 升 CEO 了", {"title": "CEO"}),
        ("Owen Clarke got promoted, he's now CIO", {"title": "CIO"}),
        ("update 沈佳怡 的 title 为 procurement director", {"title": "procurement director"}),
        ("高峰是决策人，记到他资料里", {"decision_role": "决策人"}),
        ("Nadia Rossi is the decision maker", {"decision_role": "decision maker"}),
        ("把高峰设为北辰医疗的关键联系人", {"is_key_contact": "yes"}),
        ("高峰已经从北辰医疗辞职", {"status": "departed"}),
        (
            "林涛换了手机，新的是13788886666，邮箱lintao@yuegou.com",
            {"mobile": "13788886666", "email": "lintao@yuegou.com"},
        ),
    ],
)
def test_a_field_is_told_as_a_statement(text: str, changes: dict[str, str]) -> None:
    assert recognise(normalise(text), CONTEXT) == "update_record"
    assert told(text) == changes


@pytest.mark.parametrize(
    "text",
    [
        "悦购超市的地址是多少",
        "林涛升职了吗",
        "林涛没升职",
        "如果林涛升职了，就改他职位",
        "林涛说他升职了",
        "林涛明天来公司",
        "Harbor Foods is a big customer",
        "Harbor Foods' website is down",
        "Harbor Foods has 3 people coming tomorrow",
        "Nadia Rossi is now at Quartz",
        "悦购超市今天搬来了一批设备",
        "whose number is 13622220001",
    ],
)
def test_what_only_sounds_like_a_field_changes_nothing(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "update_record"


@pytest.mark.parametrize(
    "text", ["悦购超市升到A级，把林涛的电话改成13800001111", "北辰医疗降为C级，今年没下单，明天给高峰打电话"]
)
def test_an_order_behind_a_judgement_is_no_reason(text: str) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert len(request.parts) == 2


def test_the_rest_of_a_judgement_is_its_reason() -> None:
    for reason in ("他们今年买了30万", "今年采购额到8万了"):
        request = update_record.read(normalise(f"把北辰医疗升level A，{reason}"), CONTEXT)
        assert request is not None
        assert ([one.field for one in request.changes], request.reason) == (["level"], reason)


def test_the_contact_of_a_lead_is_no_record_of_its_own() -> None:
    assert recognise(normalise("加个线索：贝壳设计工作室 联系人田园 电话18800001111"), CONTEXT) == "create_lead"


@pytest.mark.parametrize(
    ("text", "name", "account", "title", "reached"),
    [
        ("新增联系人：悦购超市 质量部 蒋欣 13611112222", "蒋欣", "悦购超市", "质量部", "+8613611112222"),
        ("加个联系人 贺涛 悦购超市 策划总监 邮箱 hetao@yg.cn", "贺涛", "悦购超市", "策划总监", "hetao@yg.cn"),
        (
            "悦购超市来了个新采购 叫鲍春来 手机一三八一二三四五六七八 帮我存一下",
            "鲍春来",
            "悦购超市",
            "采购",
            "+8613812345678",
        ),
        ("把北辰医疗的财务柳青加进来 13900002222", "柳青", "北辰医疗", "财务", "+8613900002222"),
        ("名片：石英，北辰医疗 财务总监，139 0000 3333", "石英", "北辰医疗", "财务总监", "+8613900003333"),
        ("新contact: Leo Fang, 同辉电子的PM, 13800007777", "Leo Fang", "同辉电子", "PM", "+8613800007777"),
        (
            "there's a new guy at Harbor Foods, Desmond Ong, plant manager, his cell is +65 9123 4567, please save him",
            "Desmond Ong",
            "Harbor Foods",
            "plant manager",
            "+6591234567",
        ),
        (
            "contact Yuki Tanaka (Quartz, lab lead) yuki@quartz.com pls add",
            "Yuki Tanaka",
            "Quartz",
            "lab lead",
            "yuki@quartz.com",
        ),
        (
            "Add Nora Blake, purchasing assistant at Harbor Foods, nora@harbor.co.uk",
            "Nora Blake",
            "Harbor Foods",
            "purchasing assistant",
            "nora@harbor.co.uk",
        ),
        ("北辰医疗新来的设备主管叫丁一 电话13500009999", "丁一", "北辰医疗", "设备主管", "+8613500009999"),
    ],
)
def test_a_new_person_is_told_in_any_order(text: str, name: str, account: str, title: str, reached: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "create_contact"
    request = create_contact.read(normalise(text), CONTEXT)
    assert request is not None
    assert (request.name, request.account, request.title) == (name, account, title)
    assert reached in (request.mobile, request.email)


@pytest.mark.parametrize(
    "text", ["拜访悦购超市 周洋 存货问题", "北辰医疗的周洋明天过来", "who is the new buyer at Harbor Foods?"]
)
def test_who_is_only_named_is_not_created(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "create_contact"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("高峰已经从北辰医疗辞职 接替他的是苗圃 电话13522223333", ["update_record", "create_contact"]),
        (
            "Nadia Rossi no longer works at Harbor Foods, her replacement is Dana Fox",
            ["update_record", "create_contact"],
        ),
        (
            "Add company Tidewater Marine LLC with contact Hugh Grantham, ops director, +1 504 555 0101",
            ["create_account", "create_contact"],
        ),
        ("新建客户 蓝天科技有限公司 联系人张三 13800001111", ["create_account", "create_contact"]),
    ],
)
def test_two_records_in_one_breath_are_two_commands(text: str, labels: list[str]) -> None:
    request = several.read(normalise(text), CONTEXT)
    assert request is not None
    assert [part.label for part in request.parts] == labels


def test_fields_behind_a_new_company_are_no_part_of_its_name() -> None:
    request = create_account.read(normalise("新建客户 澄澈水务有限公司 行业环保 地区杭州"), CONTEXT)
    assert request is not None
    assert (request.name, dict(request.details)) == ("澄澈水务有限公司", {"industry": "环保", "region": "杭州"})
    request = create_account.read(normalise("new account Blue Status Ltd"), CONTEXT)
    assert request is not None
    assert request.name == "Blue Status Ltd"


@pytest.mark.parametrize(
    ("text", "mention", "aspect"),
    [
        ("13622220001是谁的号", "13622220001", "who"),
        ("谁的手机号是13622220001", "13622220001", "who"),
        ("刚才13622220001打来的是谁", "13622220001", "who"),
        ("do you know who 13622220001 belongs to?", "13622220001", "who"),
        ("which contact has the number +1 212 555 0103", "+1 212 555 0103", "who"),
    ],
)
def test_a_look_up_is_told_backwards(text: str, mention: str, aspect: str) -> None:
    assert recognise(normalise(text), CONTEXT) == "look_up"
    request = look_up.read(normalise(text), CONTEXT)
    assert request == look_up.LookUp(mention=mention, aspect=aspect)


@pytest.mark.parametrize("text", ["给13622220001打电话", "call 13622220001 tomorrow"])
def test_a_number_alone_is_no_look_up(text: str) -> None:
    assert recognise(normalise(text), CONTEXT) != "look_up"


@pytest.mark.parametrize(
    "text",
    [
        "tag Harbor Foods too",
        "tag Harbor Foods as well",
        "label Quartz again",
        "label Quartz later.",
        "tag Quartz now",
        "tag 悦购超市 also",
        "label 北辰医疗 as well!",
    ],
)
def test_a_word_that_only_joins_is_no_tag(text: str) -> None:
    assert update_record.read(normalise(text), CONTEXT) is None


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("tag Harbor Foods cold chain", "cold chain"),
        ("tag Harbor Foods VIP too", "VIP"),
        ("label Quartz IT", "IT"),
        ("tag 悦购超市 hot again", "hot"),
        ("tag Quartz as well known", "well known"),
    ],
)
def test_a_bare_tag_is_what_stands_behind_the_name(text: str, tag: str) -> None:
    assert told(text) == {"tags": tag}
