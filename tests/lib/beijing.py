"""The API's time: its days begin at midnight in Beijing, and its moments are written in that zone (docs/api/)."""
import datetime

ZONE = datetime.timezone(datetime.timedelta(hours=8))


def moment(seconds_from_now):
    return (datetime.datetime.now(ZONE) + datetime.timedelta(seconds=seconds_from_now)).strftime("%Y-%m-%d %H:%M:%S")


def day(days_from_now):
    return (datetime.datetime.now(ZONE) + datetime.timedelta(days=days_from_now)).strftime("%Y-%m-%d")


def today():
    return day(0)
