"""Looking things up with a million rows behind them: one call at a time, at any offset, on an idle server."""
import datetime
import random
import sqlite3
import time

import figures
import lists
from setting import folder, new_groups, program, say, sesame

PAGE = 100
DOMAINS = 50
SENDER_DOMAINS, RECIPIENT_DOMAINS = 10, 200
VOLUME = ("account_id", "region", "recipient_domain", "day", "sender_domain", "requested", "accepted", "delivered",
          "bounced", "opened", "clicked", "unsubscribed", "complained")


def today():
    return datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y-%m-%d")


def address(number):
    return f"customer.{number * 7919 % 10_000_019}@shop{number % DOMAINS}.test"


def fill(client, sizes):
    """A group of so many, of whom all but a thousand are blocked and then mailed: each gets its status row, and few mails
    are composed. Returns (group, task, seconds from the call to the end of the task)."""
    group, = new_groups(client, 1, "everybody")
    for start in range(0, sizes.recipients, sizes.batch):
        batch = [address(i) for i in range(start, min(start + sizes.batch, sizes.recipients))]
        client.call("CreateReceiverDetail", ReceiverId=group, Emails=batch)
        client.call("CreateCustomBlacklist", Emails=[one for i, one in enumerate(batch, start) if i % 1000])
    program.wait_uploaded(client, group, 120)
    template = program.prepare_sender(client, text="Hello")
    begin = time.monotonic()
    task = client.call("BatchSendEmail", FromEmailAddress="news@mail.shop.test", ReceiverId=group, Subject="News", TaskType=1,
                       Template={"TemplateID": template, "TemplateData": "{}"})["TaskId"]
    program.eventually(lambda: client.call("GetSendTask", version=program.OWN, TaskId=task)["Task"]["TaskStatus"] == 10, 300,
                       "the end of the task")
    return group, task, time.monotonic() - begin


def fill_year(data):
    """Volumes of a year as they would have grown: every day ten sender domains mailed two hundred recipient domains."""
    day = int((time.time() + 8 * 3600) // 86400)
    domains = [""] + [f"post{n}.test" for n in range(RECIPIENT_DOMAINS)]
    rows = ((account, region, recipient, day - back, f"mail{sender}.test", 100, 99, 90, 9, 40, 10, 1, 0)
            for back in range(1, 366) for recipient in domains for sender in range(SENDER_DOMAINS))
    database = sqlite3.connect(data / "sesame.db", timeout=30)
    with database:
        account, region = database.execute("SELECT account_id, region FROM daily_volume LIMIT 1").fetchone()
        database.executemany(f"INSERT INTO daily_volume ({', '.join(VOLUME)}) VALUES ({', '.join('?' * len(VOLUME))})",
                             rows)
    database.close()


def slowest(calls, run):
    """The time in ms that 99 of 100 calls do not exceed."""
    times = []
    for number in range(calls):
        begin = time.monotonic()
        run(number)
        times.append((time.monotonic() - begin) * 1000)
    return sorted(times)[int(len(times) * 0.99)]


def expect(rows, least=1):
    if len(rows) < least:
        raise RuntimeError(f"{len(rows)} rows instead of {least}")
    return rows


def measure(sizes):
    chance = random.Random(1)
    calls = 300 if sizes.recipients >= 1_000_000 else 30
    last = sizes.recipients - PAGE
    with folder() as path, sesame(path / "sesame", **{"limits.custom_blocks": 100_000_000}) as server:
        client = server.client()
        group, task, seconds = fill(client, sizes)
        say(f"lookups: {sizes.recipients:,} rows, {sizes.recipients / seconds:,.0f} status rows/s")
        day = today()
        fill_year(server.folder / "data")

        def report(**request):
            days = client.call("GetStatisticsReport", StartDate=year_before(day), EndDate=day, **request)["DailyVolumes"]
            return expect(days, 365)

        def statuses(**request):
            return client.call("GetSendEmailStatus", RequestDate=day, **request)["EmailStatusList"]

        def details(**request):
            return client.call("ListReceiverDetails", ReceiverId=group, **request)["Data"]
        some = statuses(Offset=last, Limit=PAGE)
        questions = {
            "GetSendEmailStatus, a page at any offset":
                lambda n: expect(statuses(Offset=chance.randint(0, last), Limit=PAGE), PAGE),
            "GetSendEmailStatus, a recipient":
                lambda n: expect(statuses(Offset=0, Limit=10, ToEmailAddress=address(chance.randint(0, last)))),
            "GetSendEmailStatus, a MessageId":
                lambda n: expect(statuses(Offset=0, Limit=10, MessageId=some[n % PAGE]["MessageId"])),
            "ListReceiverDetails, a page at any offset":
                lambda n: expect(details(Offset=chance.randint(0, last), Limit=PAGE), PAGE),
            "ListReceiverDetails, a page of the valid":
                lambda n: expect(details(Offset=chance.randint(0, last), Limit=PAGE, Status=1), PAGE),
            "ListReceiverDetails, a recipient":
                lambda n: expect(details(Offset=0, Limit=10, Email=address(chance.randint(0, last)))),
            "GetStatisticsReport, a year": lambda n: report(),
            "GetStatisticsReport, a year of one sender": lambda n: report(Domain=f"mail{n % SENDER_DOMAINS}.test"),
            "GetStatisticsReport, a year of one recipient domain":
                lambda n: report(ReceivingMailboxType=f"post{n % RECIPIENT_DOMAINS}.test"),
        }
        found = []
        for name, run in questions.items():
            bound = 50 if name.startswith("GetStatisticsReport") else 10
            found.append(figures.alone(f"{name}, p99", "ms", [slowest(calls, run)], figures.at_most(bound),
                                       f"{sizes.recipients:,} rows behind it, {calls} calls one after the other"))
            say(f"lookups: {name}: p99 {found[-1].value:.2f} ms")
        found.append(figures.alone("recipients of a run that are withheld", "rows/s", [sizes.recipients / seconds], None,
                                   f"{sizes.recipients * 999 // 1000:,} addresses on the block list"))
        found += lists.measure(client, server.folder / "data", sizes, chance, day, task, slowest, min(calls, 100))
        client.close()
    return found


def year_before(day):
    return (datetime.date.fromisoformat(day) - datetime.timedelta(days=365)).isoformat()
