"""The words that names are made of: trades and legal forms of companies, places, surnames, titles.

Promise: plain sets of words, all simplified and lower case. Never: a name.
"""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    """Read a table of words, which stays readable as a dozen lines."""
    return tuple(text.split())


#: What a Chinese company does; the end of its name that short names leave out.
ZH_TRADES = _words("""
    信息技术 网络科技 电子商务 供应链管理 供应链 商贸 贸易 科技 技术 信息 网络 软件 电子 实业 控股 国际 投资 发展
    食品 饮料 服饰 服装 家居 百货 超市 连锁 便利店 便利 零售 商业 餐饮 酒店 物流 文化传媒 传媒 文化 广告 咨询 管理
    工业 制造 机械 设备 化工 医药 药业 生物 日化 化妆品 美妆 汽车 能源 电器 通信 数码 智能 教育 建材 农业 乳业 酒业
    茶业 母婴 用品 集团 商场 购物中心 门店 旗舰店 品牌 品牌管理
""")
#: Legal forms.
EN_LEGAL = frozenset(
    _words("""
    ltd limited inc incorporated co corp corporation company llc llp plc gmbh ag sa srl bv pte pty kg oy ab as
""")
)
#: What a company does; the end of its name that short names leave out.
EN_TRADES = frozenset(
    _words("""
    group holdings holding trading technology technologies tech international global industries industrial
    enterprises enterprise solutions services systems foods food retail stores store supermarket supermarkets
    markets market logistics software networks electronics pharma pharmaceuticals consulting partners ventures labs
    media brands
""")
)
#: Surnames of two characters.
COMPOUND_SURNAMES = frozenset(
    _words("""
    欧阳 太史 端木 上官 司马 东方 独孤 南宫 夏侯 诸葛 尉迟 皇甫 公孙 慕容 司徒 司空 令狐 长孙 宇文 钟离 轩辕 百里
    呼延
""")
)
#: Surnames of one character, by the Hundred Family Surnames and today's register.
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马"
    "苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪"
    "祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田"
    "樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊甄曲家封芮羿储"
    "靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄"
    "印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏"
    "浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越夔隆师"
    "巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖闫覃区仝佟佘"
)
#: Surnames so common that what begins with one at the end of a company's name is a person.
COMMON_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢"
)
#: Surnames that are not read as the character usually is: the surname, then its syllables.
_READINGS = """
    单 shan, 曾 zeng, 仇 qiu, 解 xie, 区 ou, 查 zha, 任 ren, 盖 ge, 朴 piao, 翟 zhai, 缪 miao, 覃 qin, 冼 xian,
    洗 xian, 乐 yue, 种 chong, 繁 po, 员 yun, 折 she, 宓 mi, 秘 bi, 黑 he, 尉迟 yu chi, 万俟 mo qi, 石 shi, 沈 shen,
    长孙 zhang sun, 仝 tong, 佘 she
"""
SURNAME_READINGS = {entry.split()[0]: " ".join(entry.split()[1:]) for entry in _READINGS.split(",")}
#: Titles after a Chinese name.
ZH_TITLES = _words("""
    总经理 副总经理 董事长 副总裁 采购经理 销售经理 产品经理 项目经理 店长 总监 总裁 副总 经理 主管 主任 部长 处长
    科长 局长 院长 校长 厂长 站长 行长 社长 会长 理事长 秘书长 馆长 台长 园长 所长 队长 组长 班长
    船长 书记 镇长 副校长 副厂长 副院长 副主任 副行长 主编 制片 总工 代表 合伙人 教练 专员 采购 出纳 老板 老板娘
    老师 教授 博士 医生 律师 工程师 会计 秘书 助理 先生 女士 小姐 太太
    师傅 同学 总 董 工 姐 哥 叔 姨 老
""")

#: English first names and what their owners are called, each line one name.
_NICKNAMES = """
    james jim jimmy jamie, robert rob robbie bob bobby, john jack johnny, michael mike mick mickey, david dave,
    william will bill billy liam, richard rick rich dick, joseph joe joey, thomas tom tommy, charles charlie chuck,
    christopher chris, daniel dan danny, matthew matt, anthony tony, steven stephen steve, andrew andy drew,
    kenneth ken kenny, joshua josh, edward ed eddie ted, ronald ron ronnie, timothy tim, jeffrey geoffrey jeff geoff,
    gregory greg, benjamin ben, samuel sam, patrick pat paddy, alexander alex sasha, jonathan jon, nicholas nick,
    lawrence larry, gerald gerry jerry, raymond ray, frederick fred, douglas doug, peter pete, philip phil, donald don,
    leonard len, martin marty, zachary zach, nathaniel nathan nate, albert al, arthur art, henry harry hank,
    patricia pat patty trish, jennifer jen jenny, elizabeth liz beth lizzie betty eliza, barbara barb, susan sue susie,
    jessica jess, margaret maggie meg peggy, deborah deb debbie, rebecca becky becca, katherine catherine kathryn kate
    kathy cathy katie, christine christina chris tina, samantha sam, victoria vicky tori, abigail abby, amanda mandy,
    stephanie steph, pamela pam, theresa teresa terry tess, jacqueline jackie, caroline carrie, cynthia cindy,
    dorothy dot, kimberly kim, madeleine maddie, melissa mel, michelle shelly, natalie nat, sandra sandy, sarah sally,
    valerie val, alexandra alex sasha, angela angie, gabriella gabby, isabella bella izzy, josephine josie
"""
#: For every first name the others of its line.
NICKNAMES: dict[str, frozenset[str]] = {}
for _line in _NICKNAMES.split(","):
    for _name in _line.split():
        NICKNAMES[_name] = NICKNAMES.get(_name, frozenset()) | frozenset(_line.split()) - {_name}
#: Words that open the names of many companies, so that none is meant by the word alone.
COMMON_OPENINGS = frozenset(
    _words("""
    global united first new general national international american china chinese asia asian pacific european euro
    north south east west northern southern eastern western central royal great grand the best big blue red green
    black white golden silver smart advanced modern premier prime direct digital data city bank star sun world
    shanghai beijing shenzhen guangzhou hong san los saint
    """)
)
