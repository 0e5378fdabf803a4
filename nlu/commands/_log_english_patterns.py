"""The words and shapes of English reports, for _log_english.py.

Promise: compiled patterns, each linear in the text or bounded. Never: a decision.
"""

from __future__ import annotations

import re

FLAGS = re.IGNORECASE | re.ASCII
NOUN = (
    r"(?:(?:phone|video|zoom|teams|online|conference|web|skype|wechat|whatsapp|voice|sales|follow-?up|site"
    r"|store|on-?site|client|customer|business|"
    r"virtual|birthday|care|face[- ]to[- ]face|in[- ]person|lunch|dinner|tencent|google|sms|text|courtesy"
    r"|cold|discovery|intro(?:duction)?|check-?in)[ -])*"
    r"(?:calls?|cal|visits?|meetings?|meet|(?:e-?)?mails?|conf|chats?|conversation|messages?|demos?|webinars?|events?"
    r"|gifts?|greetings?|lunch|dinner|coffee|"
    r"drinks|breakfast|interaction|activity|touchpoint|zoom|conference|seminar|presentation|discussion"
    r"|session|exhibition|trade show|trade fair|expo|fair|launch|roadshow|workshop|sms|texts?|talk|care"
    r"|wechat|whatsapp|teams|webex)"
)
ADJECTIVES = (
    r"(?:(?:a|an|the|my|our|this|that|another|quick|short|brief|long|good|great|nice|productive|first|second"
    r"|another|successful|very|really|\d+[- ]?(?:min(?:ute)?s?|h(?:ou)?rs?)|half[- ]hour|one[- ]hour|today's"
    r"|yesterday's|morning's|last|latest|new|interesting|positive|tough|difficult|monthly|weekly|quarterly"
    r"|regular)\s+)*"
)
LOG = (
    r"(?:log(?:ged)?|record(?:ed)?|note(?: down)?|add|save|register|write down|put (?:down|in)|enter|jot down"
    r"|track|capture|make a note of|create|file)"
)
#: Verbs that are used of other things more than of contacts: they need a 'with' or a colon.
WEAK_LOG = re.compile(r"(?:add|save|create|file|put|track|capture)\b", FLAGS)
LINK = r"(?:with|w/?|to|at|from|between (?:me|us) and|of|for|by|@)"
EXPLICIT = re.compile(
    rf"{LOG}\b(?:\s+(?:down|in|that|a new"
    rf"|new))?\s*(?P<between>[^,:;.!?\n]{{0,60}}?)\b(?P<kind>{NOUN})\b(?:\s+(?:notes?|log|report|summary"
    rf"|record))?(?P<link>\s+{LINK}\s+)?",
    FLAGS,
)
NOTES = re.compile(
    rf"{ADJECTIVES}(?P<kind>{NOUN})\s+(?:notes?|report|summary|minutes|recap|log)\s*(?::|-|–"
    rf"|—)?\s*(?:{LINK}\s+)?(?=[A-Z\u3400-\u9fff])",
    re.IGNORECASE,
)
LOG_COLON = re.compile(
    rf"(?:{LOG}(?: this| it| that| interaction| activity| (?:a )?note)?|memo|fyi|call log|crm|crm note"
    rf"|activity|interaction|visit report)\s*(?::|-|–|—|,)\s*|{LOG}\s+(?:(?:a |this |the "
    r")?note\s+)?(?:that\s+)?(?=(?:i|we)\b)|call (?:log|note|report)s?\s+",
    FLAGS,
)
NOUN_FRAME = re.compile(rf"{ADJECTIVES}(?P<kind>{NOUN})\s+{LINK}\s+", FLAGS)
#: the same with a time between: 'video call this afternoon at 2 with Priya'
NOUN_THEN = re.compile(rf"{ADJECTIVES}(?P<kind>{NOUN})(?=\s)", FLAGS)
THEN_LINK = re.compile(rf"\s*,?\s+{LINK}\s+", FLAGS)
#: a time that names its day
NAMES_DAY = re.compile(r"[a-z]{4,}|\d{1,2}[/.-]\d", FLAGS)
SKIP = re.compile(
    r"(?:(?:i've|we've|i have|we have|i|we|just|already|finally|also|so|then|and|earlier|me and my team|my "
    r"team and i|ok|today|recently|quickly|briefly|had (?=just|already|called|spoken|met|visited))\b"
    r"|[,\s])+",
    FLAGS,
)
#: Verbs whose object is content: 'sent a proposal to Globex'.
TOLD_VERBS = re.compile(
    r"(?:sent|gave|showed|delivered|forwarded|shipped|handed|offered|demoed"
    r"|presented)\s+(?!it\b)(?:[\w'-]+\s+){1,6}?(?:to|at)\s+",
    FLAGS,
)
VERBS = (
    re.compile(
        r"(?:have |had|held|did|made|took|attended|hosted|ran|gave|finished|completed|wrapped up|concluded"
        r"|joined|conducted|done "
        rf"with)\s+{ADJECTIVES}(?:[\w-]+\s+){{0,2}}?(?P<kind>{NOUN})\b(?:\s+{LINK}\s+)?",
        FLAGS,
    ),
    re.compile(
        r"(?:(?:got|gotten|came|come|hung|hanging|coming|was|were|been) (?:off|up|on)|off|on|ended)\s+(?:the "
        r"|a |an )?(?:quick |long |short |video |conference |zoom |teams |phone )*(?:phone|call|zoom|line|teams"
        r"|meeting)?\s*with\s+",
        FLAGS,
    ),
    # a call told by its length, or by how it came about
    re.compile(
        r"spent\s+[\w\s.'-]{1,30}?\s+(?:on|in)\s+(?:the |a |an )?(?P<kind>phone|line|zoom|teams"
        r"|(?:[\w-]+ )?(?:call|meeting))\s+with\s+",
        FLAGS,
    ),
    re.compile(
        r"(?:jumped|hopped|got|dialled|dialed|joined|was|were|been)\s+(?:on|onto|in|into)\s+"
        r"(?:the |a |an )?(?:quick |short )?(?P<kind>(?:[\w-]+ )?call|zoom|teams|phone|line)\s+(?:with|to)\s+",
        FLAGS,
    ),
    re.compile(r"(?:finally )?got (?P<kind>through|hold) (?:to|of)\s+(?=(?-i:[A-Z\u3400-\u9fff]))", FLAGS),
    re.compile(
        r"(?:grabbed|had|shared|got|did)\s+(?:an? |some |the )?(?:quick |short |nice )?(?P<kind>beers?|drinks?|coffee"
        r"|lunch|dinner|breakfast|(?:[\w-]+ ){0,2}demo)\s+(?:with|for)\s+",
        FLAGS,
    ),
    re.compile(
        r"(?:replied|responded|answered|wrote back)\s+to\s+(?=(?-i:[A-Z\u3400-\u9fff])[^,.;]{2,50}?'s (?:e-?)?mail)",
        FLAGS,
    ),
    re.compile(r"(?:had|got|caught)\s+(?=(?-i:[A-Z\u3400-\u9fff])[^,.;]{2,50}?\bon the (?:phone|line)\b)", FLAGS),
    re.compile(
        r"(?:called|phoned|rang|telephoned|dialled|dialed|e-?mailed|messaged|texted|whats ?apped|wechatted"
        r"|visited|pinged|zoomed with|paid a visit to)\s+(?:up |in on )?",
        FLAGS,
    ),
    re.compile(
        r"(?:sent|gave|showed|offered|mailed|brought|shot|fired off|dropped)\s+(?=(?-i:[A-Z\u3400-\u9fff])\S*\s)", FLAGS
    ),
    # nobody answered: a call all the same
    re.compile(
        r"tried\s+(?:calling |phoning |ringing |to (?:call|reach|phone|ring"
        r"|get hold of) )?(?=(?-i:[A-Z\u3400-\u9fff]))",
        FLAGS,
    ),
    # misspelt, and nothing else
    re.compile(
        r"(?:calld|caled|callled|cald|clled|phond|emaild|emialed|emailled|mesaged|visted|visitd|vistied)\s+", FLAGS
    ),
    re.compile(
        r"(?:took|treated|invited)\s+(?=(?-i:[A-Z])[^,.;]{2,60}?\b(?:to|out for|for)\s+(?:lunch|dinner"
        r"|coffee|drinks|breakfast|a meal|golf))",
        FLAGS,
    ),
    re.compile(r"left\s+(?:a |an )?(?:voice ?mail|voice message)\s+(?:for|with)\s+", FLAGS),
    re.compile(r"met(?: up)?(?: with)?\s+|ran into\s+|(?:was|were)\s+(?:at|over at|with)\s+", FLAGS),
    re.compile(
        r"(?:spoke|spoken|talked|chatted|caught up|checked in|followed up|touched base|connected|sat down"
        r"|corresponded|exchanged (?:emails|messages)|had (?:lunch|dinner|coffee|drinks|a drink|a meal"
        r"|breakfast))\s+(?:over |on )?(?:the phone |wechat |zoom |whatsapp )?(?:with|to|w/?)\s+",
        FLAGS,
    ),
    re.compile(
        r"(?:wrote(?: an? e-?mail| a message)?|sent (?:an? |the |some )?(?:\w+ )?(?:e-?mails?|messages?|texts?"
        r"|sms|wechat(?: message)?)|presented|demoed)(?:\s+\w+){0,4}?\s+(?:to|for|at)\s+",
        FLAGS,
    ),
    re.compile(
        rf"(?:got|received|took|had|answered)\s+(?:a |an )?{ADJECTIVES}(?P<kind>{NOUN})\s+(?:back )?(?:from"
        r"|by)\s+",
        FLAGS,
    ),
    re.compile(
        r"(?:dropped|stopped|swung|came|popped|went) (?:by|in(?: on| at)?|over to|to (?:see|visit|meet)|to)\s+", FLAGS
    ),
    re.compile(
        r"(?:came|got|am|are|was|were)?\s*(?:just )?back from (?:a |an |the |my |our )?(?:visit(?:ing)? (?:to "
        r"|at |with )?|meeting (?:with |at )?|seeing |trip to )",
        FLAGS,
    ),
)
PASSIVE = re.compile(
    r"(?P<name>[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,3}(?: (?:from|at|of) [A-Z][\w&.'-]*(?: "
    r"[A-Z][\w&.'-]*){0,3})?) (?:just |has just |had )?"
    r"(?P<verb>called|phoned|rang|e-?mailed|messaged|texted|wrote|visited|dropped by|stopped by|came by"
    r"|came in|paid us a visit|wechatted)\b"
    r"(?: (?:me|us|in|back|by|our office|the office|the store|to me|to us))*",
    re.ASCII,
)
NOT_PASSIVE = frozenset(
    [
        "i",
        "we",
        "he",
        "she",
        "they",
        "it",
        "you",
        "who",
        "what",
        "someone",
        "somebody",
        "nobody",
        "anyone",
        "customer",
        "customers",
        "the",
        "a",
        "my",
        "our",
        "this",
        "that",
    ]
)
#: Where a name ends: punctuation, a preposition of the content, a verb of the customer.
NAME_END = re.compile(
    r"[:;!?\n，。；：！？]|—|–|\s-+\s|'s (?:e-?)?mail\b|\b(?:once|twice|(?:\d|two|three|several|a few|many) times)\b"
    r"|\b(?:to|out for|for) (?:lunch|dinner|coffee|drinks|breakfast|a meal|golf)\b"
    r"|(?<!\bmr)(?<!\bms)(?<!\bmrs)(?<!\bdr)(?<!\bltd)(?<!\binc)(?<!\bco)(?<!\bcorp)(?<!\bst)(?<!\bprof)\.(?=\s"
    r"|$)|"
    r"\b(?:about|regarding|re|concerning|to discuss|to talk|to review|to see|because|since|after|before"
    r"|during|via|by|over|on|who|which|that|where|"
    r"wants?|wanted|needs?|needed|asked|asks|said|says|told|is|are|was|were|has|have|had|will|would|likes?"
    r"|liked|loves?|loved|interested|happy|unhappy|"
    r"(?<=[\w\u3400-\u9fff] )(?:together )?with|discussed|discussing|agreed|confirmed|complained|mentioned|requested"
    r"|requests|thinks|plans|accepted"
    r"|rejected|signed|ordered|bought|"
    r"went|talked|spoke|reviewed|presented|showed|got|for|he|she|they|we|i|it|his|her|their|follow|next "
    r"step|next steps|"
    r"very|not|no|still|again|earlier|today|went well|as|in order|this time|here|there|asking|saying|wanting"
    r"|looking|checking|(?<!\bat )(?<!\bof )(?<!\bfrom )(?<!\bin )(?<=[\w\u3400-\u9fff] )(?:the|an?|our|some)|and (?=he"
    r"|she|they|we|i|it|discuss|talk|agree|review|show|got|they))\b",
    FLAGS,
)
COMMA_NAME = re.compile(
    r",\s+(?:and\s+)?(?=[A-Z][\w.'-]*(?: [A-Z][\w.'-]*){0,2}(?:\s*(?:,|\band\b|[:;.—–]|\s-|$)))", re.ASCII
)
MORE = re.compile(
    r"\s*,?\s*(?:\((?:together )?with\s+|(?:together |along )?with\s+(?!(?:an?|some|our|my|two|three)\s)"
    r"|(?:from|at|to)\s+(?=[A-Z\u3400-\u9fff]))",
    re.ASCII,
)
#: 'Visited Golden Dragon, met Mr. Wu': the people of the company just named.
ALSO_MET = re.compile(
    r"\s*[,;.]?\s*(?:and\s+)?(?:i |we )?(?:met(?: with)?|saw|spoke (?:with|to)|talked (?:with"
    r"|to))\s+(?=[a-z\u3400-\u9fff])",
    FLAGS,
)
TIME_LEAD = re.compile(r"[\s,(]*(?:(?:at|on|in|around|(?:for|about)(?=\s+(?:an? |half |\d)))\s+)?(?=\S)", FLAGS)
#: 'Sent Priya a message', 'met Carlos at the expo': what was sent and where it was name the kind
SENT_OBJECT = re.compile(r"[\s,]*(?:an?|the|some|her|him|our|their|my)?\s*[^,.;:，。；：\n]{2,60}", FLAGS)
#: 'gave Ben an online demo', 'showed Tom the dashboard over Teams': what was given or how it was shown names the kind
GIVEN = re.compile(
    r"[^,.;:，。；：\n]{0,60}?\b(?:over|on|via|through)\s+(?P<way>zoom|teams|webex|google meet|video|skype|the phone)\b"
    r"|[\s,]*(?:(?:an?|another|the|our|their)\s+)?(?P<kind>(?:[\w-]+\s+){0,3}?(?:calls?|ring|buzz|demos?|demonstration"
    r"|tour|presentation|training|walk-?through)\b)",
    FLAGS,
)
AT_EVENT = re.compile(
    r"\s+(?:at|during)\s+(?:the|an?|our|their|this)?\s*"
    r"(?:(?!\b(?:about|before|after|for|to|with|and)\b)[^,.;:，。；：\n]){2,50}",
    FLAGS,
)
LASTED = re.compile(
    r"[\s,(]*(?:for\s+)?(?:about\s+)?(?:\d+|an|one|two|half an)[ -]?(?:min(?:ute)?s?|h(?:ou)?rs?)\b\)?", FLAGS
)
QUICK = re.compile(r"(?:a )?(?:quick|short|good|great|long|nice|brief)\b", FLAGS)
#: What begins a story: 'discussed prices', 'they want ...'.
TOLD_OF = re.compile(
    r"(?!need)[a-z]{3,}ed\b|(?:went|was|were|got|told|said|gave|they|he|she|wants?|likes?|needs)\b", FLAGS
)
CHANNEL = re.compile(
    r"[\s,(]*(?:on|over|via|by|through|using) (?:the )?(?:phone|wechat|whats ?app|zoom|teams|video|e-?mail"
    r"|text|sms|google meet|webex|skype|line|slack|telegram|signal|dingtalk|feishu|lark"
    r"|coffee|lunch|dinner|drinks|breakfast)\b\)?",
    FLAGS,
)
CONTENT_LEAD = re.compile(r"[\s,:;.)，：。—–-]*(?:(?:about|regarding|re|concerning)\b:?\s+)?", FLAGS)
LONGEST_NAMES = 120
#: Nouns that leave the kind open.
ANY_KIND = re.compile(r"interaction|activity|touchpoint|conversation|discussion|session|talk", FLAGS)
#: Verbs of being somewhere.
BEEN_THERE = re.compile(r"\b(?:went|came|back|saw|sat|was|were|ran)\b", FLAGS)
