"""Today in Asia/Shanghai, now in UTC. Nothing else in the code base asks the operating system for the time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in Asia/Shanghai, the day people mean when they say today."""
    return now().astimezone(ZONE).date()


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; ValueError for a naive one, because its zone could only be guessed."""
    if moment.tzinfo is None:
        raise ValueError("naive datetime refused: give it a time zone")
    return moment.astimezone(UTC)


def local_day(moment: datetime) -> date:
    """The Asia/Shanghai day on which a moment falls."""
    return utc(moment).astimezone(ZONE).date()
