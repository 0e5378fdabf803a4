"""The Chinese lunar calendar (农历): the Gregorian day of a lunar month's day.

Promise: right from 1950 to 2090 but for a new moon within minutes of midnight in Beijing, where the published calendar
decides. The winter solstice lies in the 11th month; where thirteen months lie between two solstices, the first in which
the sun enters no new sign (中气) is a leap month, which nobody means without saying so. Never: a pattern.
Source: J. Meeus, Astronomical Algorithms, 2nd edition, chapters 25 (sun) and 49 (new moon).
"""

from __future__ import annotations

import math
from datetime import date, timedelta
from functools import lru_cache

#: Julian day of 2000-01-01 12:00 and of the first new moon after it, in dynamical time
_J2000 = 2451545.0
_NEW_MOON_2000 = 2451550.09766
_SYNODIC_MONTH = 29.530588861
_TROPICAL_YEAR = 365.2422
#: dynamical time runs about this far ahead of UTC in our decades; Beijing is eight hours ahead of UTC
_BEIJING = 8 / 24 - 70 / 86_400
_EPOCH = date(2000, 1, 1)
#: sine terms of a new moon: factor in days, then multiples of the sun's anomaly, the moon's anomaly and its latitude
_TERMS = (
    (-0.40720, 0, 1, 0), (0.17241, 1, 0, 0), (0.01608, 0, 2, 0), (0.01039, 0, 0, 2), (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0), (0.00208, 2, 0, 0), (-0.00111, 0, 1, -2), (-0.00057, 0, 1, 2), (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0), (0.00042, 1, 0, 2), (0.00038, 1, 0, -2), (-0.00024, -1, 2, 0),
)  # fmt: skip


@lru_cache(maxsize=512)
def lunar_day(year: int, month: int, day: int) -> date | None:
    """Give the day of a lunar date; the lunar year begins in that Gregorian year, its last months end in the next.

    None where the month is too short: the 30th of a month of 29 days.
    """
    moon = _moon_of(year, month)
    first, after = _beijing_day(_new_moon(moon)), _beijing_day(_new_moon(moon + 1))
    found = first + timedelta(days=day - 1)
    return found if day >= 1 and found < after else None


def _moon_of(year: int, month: int) -> int:
    """Count months from the 11th, in which the winter solstice lies; a leap month repeats the number before it."""
    solstice = year - 1 if month < 11 else year
    start, leap = _solstice_moon(solstice), _leap_moon(solstice)
    steps = (month + 1) % 12
    return start + steps + (leap is not None and start + steps >= leap)


def _solstice_moon(year: int) -> int:
    """Give the number of the new moon that begins the month of a Gregorian year's winter solstice."""
    return _moon_before(_sun_reaches(270, date(year, 12, 21)))


def _leap_moon(year: int) -> int | None:
    """Give the leap month between the solstices of a year and the next: the first of thirteen without a 中气."""
    start, end = _solstice_moon(year), _solstice_moon(year + 1)
    if end - start == 12:
        return None
    signs = [_sign(_beijing_day(_new_moon(moon))) for moon in range(start, end + 1)]
    return next((start + step for step in range(1, 13) if signs[step] == signs[step + 1]), None)


def _sign(day: date) -> int:
    """Count the 中气 that the sun has passed when a day begins in Beijing."""
    midnight = _J2000 - 0.5 + (day - _EPOCH).days - _BEIJING
    return math.floor(_sun_longitude(midnight) / 30)


def _moon_before(moment: float) -> int:
    """Give the number of the last new moon on or before the day of a moment."""
    moon = math.floor((moment - _NEW_MOON_2000) / _SYNODIC_MONTH) + 1
    while _beijing_day(_new_moon(moon)) > _beijing_day(moment):
        moon -= 1
    return moon


def _sun_reaches(longitude: int, near: date) -> float:
    """Give the Julian day near a date on which the sun reaches a longitude."""
    moment = _J2000 + (near - _EPOCH).days
    for _ in range(6):
        missing = (longitude - _sun_longitude(moment) + 180) % 360 - 180
        moment += missing * _TROPICAL_YEAR / 360
    return moment


def _sun_longitude(moment: float) -> float:
    """Give the sun's apparent longitude in degrees, to about a hundredth."""
    century = (moment - _J2000) / 36_525
    anomaly = math.radians(357.52911 + 35999.05029 * century)
    centre = (
        (1.914602 - 0.004817 * century) * math.sin(anomaly)
        + 0.019993 * math.sin(2 * anomaly)
        + 0.000289 * math.sin(3 * anomaly)
    )
    node = math.radians(125.04 - 1934.136 * century)
    return 280.46646 + 36000.76983 * century + centre - 0.00569 - 0.00478 * math.sin(node)


def _new_moon(number: int) -> float:
    """Give the Julian day of a new moon, counted from January 2000, to about two minutes."""
    century = number / 1236.85
    mean = _NEW_MOON_2000 + _SYNODIC_MONTH * number + 0.00015437 * century**2
    sun = math.radians(2.5534 + 29.10535670 * number)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * century**2)
    latitude = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * century**2)
    eccentricity = 1 - 0.002516 * century
    return mean + sum(
        factor * eccentricity ** abs(of_sun) * math.sin(of_sun * sun + of_moon * moon + of_latitude * latitude)
        for factor, of_sun, of_moon, of_latitude in _TERMS
    )


def _beijing_day(moment: float) -> date:
    return _EPOCH + timedelta(days=math.floor(moment + _BEIJING - (_J2000 - 0.5)))
