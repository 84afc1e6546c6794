"""The lists of the console with a million rows behind each: what a page asks for, one call at a time, on an idle server."""
import sqlite3
import time

import figures
from setting import program, say

PAGE = 100
INBOX = 100_000  # The default of `sandbox.inbox_mails`.
HOUR_MS = 3_600_000


def fill(data, scope, sizes):
    """Rows as they would have grown within a week; they are read only. `scope` is (account, region)."""
    now = int(time.time() * 1000)
    rows = sizes.recipients

    def at(number):
        return now - (rows - number) * 7 * 24 * HOUR_MS // rows
    tables = {
        "unsubscribe": ("sender_domain, hash, canonical, address, reason, created_ms",
                        ((f"mail{n % 10}.test", n, who(n), who(n), 1, at(n)) for n in range(rows))),
        "hard_bounce": ("hash, canonical, address, reply, bounced_ms, heard_by",
                        ((n, who(n), who(n), "550 5.1.1 no such user", at(n), scope[0]) for n in range(rows))),
        "inbox_mail": ("message_id, from_address, to_address, subject, received_ms, size_bytes, packed",
                       ((f"message-{n}", "news@mail.shop.test", who(n), f"News {n}", at(n), 2000, b"x" * 1000)
                        for n in range(min(INBOX, rows)))),
    }
    database = sqlite3.connect(data / "sesame.db", timeout=60)
    for table, (columns, values) in tables.items():
        with database:
            database.executemany(f"INSERT INTO {table} (account_id, region, {columns}) VALUES "
                                 f"({', '.join('?' * (len(columns.split(', ')) + 2))})", ((*scope, *row) for row in values))
    with database:
        database.execute("INSERT INTO inbox_count VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET mails = mails + ?3",
                         (*scope, min(INBOX, rows)))
        fill_audit(database, scope[0], at, rows)
    database.close()


def fill_audit(database, account, at, rows):
    columns = ("day, number, at_ms, account_id, actor_account_id, actor_kind, actor, client, peer, action, target, code, "
               "request_id, count, digest")
    database.executemany(
        f"INSERT INTO audit_entry ({columns}) VALUES ({', '.join('?' * 15)})",
        ((at(n) // (24 * HOUR_MS) - 1, n + 1, at(n), account, account, 1, f"AKID{n % 20}", "cli", "203.0.113.1",
          "CreateReceiver" if n % 1000 else "DeleteReceiver", str(n), "", f"{n:032x}", 1, b"0" * 32) for n in range(rows)))


def who(number):
    return f"customer.{number * 7919 % 10_000_019}@post{number % 200}.test"


def questions(client, sizes, chance, day, task):
    """What a page of the console asks for, by name."""
    last = sizes.recipients - PAGE
    inbox_last = min(INBOX, sizes.recipients) - PAGE

    def own(action, **request):
        return client.call(action, version=program.OWN, **request)

    def place(most):
        return {"Offset": chance.randint(0, most), "Limit": PAGE}

    def rows(answer, name="Data", least=PAGE):
        if len(answer[name]) < least:
            raise RuntimeError(f"{len(answer[name])} rows instead of {least}")
    period = {"StartDate": year_before(day), "EndDate": day}
    position = {}

    def next_page(action, **request):
        """Page after page, as somebody who scrolls."""
        answer = own(action, Limit=PAGE, Position=position.get(action, ""), **request)
        position[action] = answer["Position"]
        return answer
    return {
        "ListMails, page by page": lambda n: rows(next_page("ListMails")),
        "ListMails, of a task": lambda n: rows(own("ListMails", Limit=PAGE, TaskId=task)),
        "ListMails, of a day and a state that nobody has": lambda n: own("ListMails", Limit=PAGE, RequestDate=day, State="refused"),
        "ListSendTaskRecipients, any offset": lambda n: rows(own("ListSendTaskRecipients", TaskId=task, **place(last))),
        "ListCustomBlacklist, any offset": lambda n: rows(client.call("ListCustomBlacklist", Status=2, **place(last - sizes.recipients // 1000))),
        "ListBlackEmailAddress, any offset": lambda n: rows(client.call("ListBlackEmailAddress", **period, **place(last)), "BlackList"),
        "ListUnsubscribes, any offset": lambda n: rows(own("ListUnsubscribes", **place(last))),
        "ListUnsubscribes, of a sender domain": lambda n: rows(own("ListUnsubscribes", SenderDomain="mail7.test", **place(last // 10 - PAGE))),
        "ListInboxMails, any offset": lambda n: rows(own("ListInboxMails", **place(inbox_last))),
        "ListInboxMails, a recipient": lambda n: rows(own("ListInboxMails", To=who(chance.randint(0, inbox_last)), Offset=0, Limit=10), least=1),
        "ListAuditEntries, page by page": lambda n: rows(next_page("ListAuditEntries")),
        "ListAuditEntries, of a rare action": lambda n: own("ListAuditEntries", Limit=PAGE, ActionName="DeleteReceiver"),
    }


def year_before(day):
    return f"{int(day[:4]) - 1}{day[4:]}".replace("-02-29", "-02-28")


def measure(client, data, sizes, chance, day, task, slowest, calls):
    scope = sqlite3.connect(data / "sesame.db").execute("SELECT account_id, region FROM send_task LIMIT 1").fetchone()
    fill(data, scope, sizes)
    found = []
    for name, run in questions(client, sizes, chance, day, task).items():
        found.append(figures.alone(f"{name}, p99", "ms", [slowest(calls, run)], figures.at_most(300),
                                   f"{sizes.recipients:,} rows behind it ({INBOX:,} in the inbox), {calls} calls one after the other"))
        say(f"lists: {name}: p99 {found[-1].value:.2f} ms")
    return found
