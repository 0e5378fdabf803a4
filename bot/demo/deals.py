"""The demo company's opportunities: a funnel that narrows, with what was won and lost in the past half year."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot.demo.scene import HISTORY_DAYS, SHANGHAI, Row, Scene, language_of, read_object, read_rows
from crm_core.deals import LOST, WON
from crm_core.models import Account, AccountLevel, AccountStatus, Opportunity

#: least and most opportunities of an account in the half year
HOW_MANY = {AccountLevel.S: (4, 6), AccountLevel.A: (2, 4), AccountLevel.B: (1, 3), AccountLevel.C: (0, 2)}
#: how much more than the usual quantity an account of such a level orders
ORDER_SIZE = {AccountLevel.S: 4.0, AccountLevel.A: 2.0, AccountLevel.B: 1.0, AccountLevel.C: 0.5}
#: for an age of up to so many days: the stages at which an opportunity may stand, with their shares
STAGES_BY_AGE = (
    (14, (("contacted", 7), ("qualified", 3))),
    (30, (("contacted", 4), ("qualified", 4), ("proposal", 3), ("negotiation", 1))),
    (75, (("contacted", 1), ("qualified", 3), ("proposal", 5), ("negotiation", 6), (WON, 8), (LOST, 5))),
    (HISTORY_DAYS, ((WON, 6), (LOST, 4))),
)
TOWARDS_TODAY = 1.6  # above 1: more opportunities began lately than long ago
NEW_DAYS = 28  # a new account's opportunity is younger than this, so it is still open
MARGIN_DAYS = 4  # no opportunity begins in an account's first days: a weekend may pull it back by two
OVERDUE_SHARE = 0.12  # open opportunities whose expected close has passed


def write_opportunities(scene: Scene) -> list[Opportunity]:
    """Write the opportunities of every account and note what each of them sells."""
    products, words = read_rows("products.json"), read_object("words.json")
    funnel = _Funnel(scene.dice)
    written: list[Opportunity] = []
    for account in scene.accounts:
        sales = [_sale(scene, account, funnel, products, words) for _ in range(_how_many(scene, account))]
        opportunities = [opportunity for opportunity, _ in sales]
        scene.add_all(opportunities)
        scene.opportunities[account.id] = opportunities
        scene.sold |= {opportunity.id: product for opportunity, product in sales}
        written += opportunities
    return written


class _Funnel:
    """Deals stages from shuffled packs, one for each age: unlike with dice, no stage stays empty."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._packs: dict[int, list[str]] = {}

    def deal(self, age_days: int) -> str:
        """Take the next stage for an opportunity of that age."""
        oldest, stages = next(entry for entry in STAGES_BY_AGE if age_days <= entry[0])
        if not self._packs.get(oldest):
            self._packs[oldest] = [stage for stage, cards in stages for _ in range(cards)]
            self._dice.shuffle(self._packs[oldest])
        return self._packs[oldest].pop()


def _how_many(scene: Scene, account: Account) -> int:
    if account.status is AccountStatus.NEW:
        return 1
    if account.status in {AccountStatus.SILENT, AccountStatus.LOST}:
        return int(account.status is AccountStatus.LOST)
    return scene.dice.randint(*HOW_MANY[account.level])


def _sale(scene: Scene, account: Account, funnel: _Funnel, products: list[Row], words: Row) -> tuple[Opportunity, Row]:
    age = _age_days(scene, account)
    began = scene.moment(scene.workday(scene.days_ago(age)))
    stage = LOST if account.status is AccountStatus.LOST else funnel.deal(age)
    closed_at = _closing(scene, began) if stage in {WON, LOST} else None
    expected = _expected_close(scene, closed_at)
    product = _product(scene, account, products, expected)
    language = language_of(account)
    opportunity = Opportunity(
        name=_name(account, product, language),
        account_id=account.id,
        stage=stage,
        stage_entered_at=closed_at or began,
        amount=_amount(scene, product),
        expected_close=expected,
        outcome_reason=scene.dice.choice(words[stage][language]) if closed_at else None,
        owner_id=account.owner_id,
        closed_at=closed_at,
        created_at=began,
        updated_at=closed_at or began,
    )
    return opportunity, product


def _age_days(scene: Scene, account: Account) -> int:
    if account.status is AccountStatus.LOST:
        return scene.dice.randrange(130, HISTORY_DAYS)
    known = (scene.today - account.created_at.astimezone(SHANGHAI).date()).days
    if account.status is AccountStatus.NEW:
        return scene.dice.randrange(2, min(known, NEW_DAYS) - MARGIN_DAYS)
    return 2 + int((min(known, HISTORY_DAYS) - 2 - MARGIN_DAYS) * scene.dice.random() ** TOWARDS_TODAY)


def _closing(scene: Scene, began: datetime) -> datetime:
    day = began.astimezone(SHANGHAI).date() + timedelta(days=scene.dice.randrange(20, 75))
    return scene.moment(scene.workday(min(day, scene.days_ago(1))))


def _expected_close(scene: Scene, closed_at: datetime | None) -> date:
    if closed_at is not None:
        return closed_at.astimezone(SHANGHAI).date() + timedelta(days=scene.dice.randrange(-6, 7))
    if scene.dice.random() < OVERDUE_SHARE:
        return scene.days_ago(scene.dice.randrange(2, 15))
    return scene.days_ago(-scene.dice.randrange(6, 80))


def _product(scene: Scene, account: Account, products: list[Row], expected: date) -> Row:
    """Roll what is sold: gifts of a season only in its months. The row comes back with its quantity."""
    product = scene.dice.choice([one for one in products if _suits(one, account, expected)])
    low, high, step = product["quantities"]
    steps = round(scene.dice.uniform(low, high) * ORDER_SIZE[account.level] / step)
    return {**product, "quantity": max(1, steps) * step}


def _suits(product: Row, account: Account, expected: date) -> bool:
    is_in_season = not product["months"] or expected.month in product["months"]
    return is_in_season and account.industry in product.get("industries", (account.industry,))


def _amount(scene: Scene, product: Row) -> Decimal:
    full = Decimal(product["price"] * product["quantity"])
    # Gift cards are sold at 98% of their value, goods by negotiation; quotes end on round hundreds.
    rate = Decimal("0.98") if product["kind"] == "card" else Decimal(scene.dice.randint(88, 98)) / 100
    return (full * rate / 100).quantize(Decimal(1)) * 100


def _name(account: Account, product: Row, language: str) -> str:
    if language == "en":
        return f"{account.short_names[0]}: {product['quantity']} {product['en']}"
    return f"{account.short_names[0]} {product['zh']} {product['quantity']} {product['unit']}"
