"""Days: an officer's day begins and ends by China's clock, everywhere and at any time of the year.

Not handled here: working days and holidays.
"""

CHINA_OFFSET_MICROSECONDS = 8 * 3600 * 1_000_000
"""UTC+8, all of China, without summer time."""
DAY_MICROSECONDS = 24 * 3600 * 1_000_000


def day_in_china(at: int) -> int:
    """The day (days since 1970-01-01) in UTC+8 of a time in microseconds UTC."""
    return (at + CHINA_OFFSET_MICROSECONDS) // DAY_MICROSECONDS
