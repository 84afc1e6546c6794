"""Data folders that earlier versions of the program left behind (tests/data/README.md), and what both the script that
writes one and the promise that opens them need: callers, the links of a mail, answers that are compared."""
import contextlib
import email
import email.policy
import html.parser
import http.client
import json
import lzma
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys

from program import ROOT, SES, ApiError

FOLDERS = sorted(path.parent for path in (ROOT / "tests" / "data").glob("*/expected.json"))
DATABASE, PACKED, KEY, EXPECTED = "sesame.db", "sesame.db.xz", "master.key", "expected.json"
SETTLED, UNDER_WAY = "ap-guangzhou", "ap-hongkong"  # Regions: nothing moves in the first when a folder is opened.
PUBLIC = "https://links.shop.test"
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"


def unpack(folder, data):
    """Makes `data` the data folder that was kept, readable by nobody else as the program demands."""
    data.mkdir(parents=True, mode=0o700)
    (data / DATABASE).write_bytes(lzma.decompress((folder / PACKED).read_bytes()))
    shutil.copyfile(folder / KEY, data / KEY)
    for file in data.iterdir():
        os.chmod(file, 0o600)


def row_counts(connection):
    tables = [name for name, in connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")]
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}


def keep(data, folder, expected, empty, wanted):
    """Keeps a stopped program's data folder as `folder`, unless a table is empty that is not in `empty`, or a column lacks a
    value of `wanted`."""
    with contextlib.closing(sqlite3.connect(data / DATABASE)) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        counts = row_counts(connection)
        found = {place: {value for value, in connection.execute("SELECT {1} FROM {0}".format(*place.split(".")))} for place in wanted}
    without = {table for table, rows in counts.items() if rows == 0}
    if without != set(empty):
        sys.exit(f"tables without rows: {sorted(without - set(empty))}; with rows, though excused: {sorted(set(empty) - without)}")
    for place, values in wanted.items():
        assert values <= found[place], f"{place} has {found[place]}, wanted are {values}"
    folder.mkdir(exist_ok=True)
    (folder / PACKED).write_bytes(lzma.compress((data / DATABASE).read_bytes(), preset=9 | lzma.PRESET_EXTREME))
    shutil.copyfile(data / KEY, folder / KEY)
    (folder / EXPECTED).write_text(json.dumps({"tables": counts, **expected}, ensure_ascii=False, indent=1) + "\n")
    for file in sorted(folder.iterdir()):
        print(f"{file.relative_to(ROOT)}: {file.stat().st_size} bytes")
    print(f"{len(counts)} tables, {sum(counts.values())} rows")


class Caller:
    """Calls as one credential in one region, over the connection of `client`."""

    def __init__(self, client, credential, region):
        self.client = client
        self.signing = {"secret_id": credential["id"], "secret_key": credential["key"], "region": region}

    def call(self, action, version=SES, key=None, **request):
        headers = {"X-Sesame-Idempotency-Key": key}
        _, _, envelope = self.client.raw(action, json.dumps(request).encode(), version, headers=headers, **self.signing)
        response = envelope["Response"]
        if "Error" in response:
            raise ApiError(response["Error"]["Code"], response["Error"]["Message"])
        del response["RequestId"]
        return response


def difference(expected, answer, place="answer"):
    """Where `answer` lacks something of `expected` or says something else; None when nowhere. Fields that came with a later
    version are allowed, further rows are not."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        for name, value in expected.items():
            if name not in answer:
                return f"{place}.{name} is missing, it was {value!r}"
            if found := difference(value, answer[name], f"{place}.{name}"):
                return found
        return None
    if isinstance(expected, list) and isinstance(answer, list):
        if len(expected) != len(answer):
            return f"{place} has {len(answer)} rows, it had {len(expected)}"
        return next((found for i, (one, other) in enumerate(zip(expected, answer))
                     if (found := difference(one, other, f"{place}[{i}]"))), None)
    return None if expected == answer else f"{place} is {answer!r}, it was {expected!r}"


def drop_times(answer):
    """The answer without its times: a copied database may be told that something was just now."""
    if isinstance(answer, dict):
        return {name: drop_times(value) for name, value in answer.items() if not name.endswith("Time") and name not in ("Time", "UndoUntil")}
    return [drop_times(one) for one in answer] if isinstance(answer, list) else answer


def as_counted_then(expected, answer):
    """The answer with its tasks counted as the version that wrote `expected` counted them: 0.1.0 counted withheld recipients as
    skipped, and asked for nobody before a task's first run."""
    if "SkippedCount" in expected and "WithheldCount" not in expected:
        answer["SkippedCount"] += answer["WithheldCount"]
    for then, now in zip([expected.get("Task", {}), *expected.get("Data", [])], [answer.get("Task", {}), *answer.get("Data", [])]):
        if isinstance(then, dict) and then.get("TaskStatus") == 1 and then.get("RequestCount") == 0:
            now["RequestCount"] = now["CacheCount"] = 0
    return answer


class Links(html.parser.HTMLParser):
    """The links of a mail that lead back to the server, as paths: `click` (the first), `image`, `unsubscribe`."""

    def __init__(self, raw):
        super().__init__()
        self.mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.click = self.image = None
        self.feed(self.mail.get_body(("html",)).get_content())
        header = re.fullmatch(r"<(.+)>", self.mail["List-Unsubscribe"] or "")
        self.unsubscribe = header and header.group(1).removeprefix(PUBLIC)

    def handle_starttag(self, tag, attrs):
        value = dict(attrs).get({"a": "href", "img": "src"}.get(tag)) or ""
        if value.startswith(PUBLIC + "/t/c/") and self.click is None:
            self.click = value.removeprefix(PUBLIC)
        if value.startswith(PUBLIC + "/t/o/"):
            self.image = value.removeprefix(PUBLIC)

    def paths(self):
        return {"click": self.click, "image": self.image, "unsubscribe": self.unsubscribe}


def visit(port, path, method="GET", body=None, agent=BROWSER):
    """(status, Location) of a recipient's request."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"User-Agent": agent, **({"Content-Type": "application/x-www-form-urlencoded"} if body else {})}
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers.get("Location")


def make_certificate(folder):
    """The settings of a submission listener with a certificate of its own making."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
                    "-subj", "/CN=mail.shop.test", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"],
                   check=True, capture_output=True)
    return {"submission.certificate": pathlib.Path(folder) / "cert.pem", "submission.key": pathlib.Path(folder) / "key.pem"}
