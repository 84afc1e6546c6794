#!/usr/bin/python3
"""Promise: an imported file is stored row by row, and every row that is not stored is reported with its line and reason.

Method: the built program imports small files of every form and one of 60,000 rows; the group, the summary and the report
must agree.
"""
import csv
import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import CommandCase  # noqa: E402
from program import BINARY, SECRET_ID, SECRET_KEY, wait_uploaded  # noqa: E402


class Import(CommandCase):
    def test_without_a_header(self):
        out, stored, refused = self.imported("plain", "ann@shop.test\nbob@shop.test\r\n\nANN@shop.test\n")
        self.assertEqual([email for email, _ in stored], ["ann@shop.test", "bob@shop.test"])
        self.assertTrue(out.startswith("3 rows: 2 stored, 1 repeated, 0 refused; group "), out)
        self.assertTrue(out.endswith("`plain` holds 2 recipients"), out)
        self.assertEqual(refused, [])

    def test_with_a_header_of_one_column(self):
        _, stored, _ = self.imported("one column", "\ufeffE-Mail\n ann@shop.test \n")
        self.assertEqual(stored, [("ann@shop.test", "")])

    def test_variables_and_quoted_cells(self):
        _, stored, refused = self.imported("quoted", 'name,Email,city\n"Ann ""A"", Lee",ann@shop.test,"New\nYork"\n张伟,bob@shop.test,北京\n'
                                                     'empty,eve@shop.test,\n')
        self.assertEqual([(email, json.loads(data)) for email, data in stored],
                         [("ann@shop.test", {"name": 'Ann "A", Lee', "city": "New\nYork"}),
                          ("bob@shop.test", {"name": "张伟", "city": "北京"}), ("eve@shop.test", {"name": "empty", "city": ""})])
        self.assertEqual(refused, [])
        _, stored, _ = self.imported("column", "mail,name\nann@shop.test,Ann\n", "--email-column", "MAIL")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"name": "Ann"})])

    def test_refused_rows_are_reported(self):
        out, stored, refused = self.imported("refused", "email,name\nann@shop.test,Ann\nbroken,B\n\n,empty\n"
                                             f'"a ""q"", b",Q\nlong@shop.test,{"x" * 900}\nhtml@shop.test,<b>\n{"y" * 250}@shop.test,Y\n')
        self.assertEqual([email for email, _ in stored], ["ann@shop.test"])
        self.assertIn("7 rows: 1 stored, 0 repeated, 6 refused (see ", out)
        self.assertEqual(refused[0], ["line", "address", "reason", "email", "name"])
        self.assertEqual([tuple(row[:2]) for row in refused[1:]],
                         [("3", "broken"), ("5", ""), ("6", 'a "q", b'), ("7", "long@shop.test"), ("8", "html@shop.test"),
                          ("9", "y" * 250 + "@shop.test")])
        self.assertEqual(refused[1][3:], ["broken", "B"])
        for _, _, reason, *_ in refused[1:]:
            self.assertRegex(reason, r"^[a-zA-Z][^{}]{8,}$")
            self.assertNotRegex(reason, r"[a-z]+\.[a-z]+_[a-z]+")
        report = self.folder / "elsewhere.csv"
        self.sesame("import", self.file("second.csv", "ann@shop.test\nbroken\n"), "--group", "refused 2", "--report", report)
        self.assertEqual(report.read_text().splitlines()[1].split(",")[:2], ["2", "broken"])

    def test_mended_rows_are_fed_back(self):
        self.imported("mended", "Email,First Name\nann@shop.test,Ann\nbroken,Bob\neve@shop.test,Eve,5\ndan@shop.test\n")
        report = self.folder / "mended.csv.refused.csv"
        rows = list(csv.reader(report.open(newline="")))
        self.assertEqual([row[3:] for row in rows[1:]], [["broken", "Bob"], ["eve@shop.test", "Eve", "5"], ["dan@shop.test"]])
        rows[1][3], rows[2][3:], rows[3][3:] = "bob@shop.test", ["eve@shop.test", "Eve"], ["dan@shop.test", "Dan"]
        with report.open("w", newline="") as out:
            csv.writer(out).writerows(rows)
        out, _ = self.sesame("import", report, "--group", "mended")
        self.assertIn("3 rows: 3 stored, 0 repeated, 0 refused", out)
        self.assertEqual(self.stored("mended"), [(f"{name.lower()}@shop.test", {"First Name": name}) for name in ("Ann", "Bob", "Eve", "Dan")])

    def stored(self, name):
        group = next(row["ReceiverId"] for row in self.client.call("ListReceivers", Offset=0, Limit=100)["Data"] if row["ReceiversName"] == name)
        rows = wait_uploaded(self.client, group) and self.client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=100)["Data"]
        return [(row["Email"], json.loads(row["TemplateData"] or "null")) for row in rows]

    def test_line_ends_of_every_sort(self):
        for number, end in enumerate(("\r", "\n", "\r\n", "\u2028")):
            name = f"ends {number}"
            out, stored, refused = self.imported(name, end.join(["email,name", "ann@shop.test,Ann", "bob@shop.test,Bob"]) + end)
            self.assertIn("2 rows: 2 stored, 0 repeated, 0 refused", out, repr(end))
            self.assertEqual([json.loads(data)["name"] for _, data in stored], ["Ann", "Bob"], repr(end))
            self.assertEqual(refused, [])
        _, stored, refused = self.imported("mixed ends", "email,name\rann@shop.test,Ann\r\nbob@shop.test,Bob\nbroken\rdan@shop.test,Dan")
        self.assertEqual([email for email, _ in stored], ["ann@shop.test", "bob@shop.test", "dan@shop.test"])
        self.assertEqual([row[:2] for row in refused[1:]], [["4", "broken"]])

    def test_what_is_not_well_formed_is_named_with_its_line(self):
        out, stored, refused = self.imported("shapes", 'email,name\nann@shop.test,Ann\nbob@shop.test,Bob,5 High Street\neve@shop.test\n'
                                                       'dan@shop.test,Dan "the man"\nfay@shop.test,"Fay"x\n"gil@shop.test","Gil, ""G"""\n'
                                                       f'hal@shop.test,{"h" * 70_000}\nida@shop.test,Ida,,\n')
        self.assertEqual([email for email, _ in stored], ["ann@shop.test", "gil@shop.test", "ida@shop.test"])
        self.assertEqual([row[0] for row in refused[1:]], ["3", "4", "5", "6", "8"])
        for row, said in zip(refused[1:], ("3 cells", "1 cell", "quotation mark", "quotation mark", "bytes")):
            self.assertIn(said, row[2])

    def test_the_address_is_the_column_that_looks_like_it(self):
        for number, (header, row, more) in enumerate((
                ('"Email Address","First Name",Address', 'ann@shop.test,Ann,5 High Street', {"First Name": "Ann", "Address": "5 High Street"}),
                ("address,email address", "5 High Street,ann@shop.test", {"address": "5 High Street"}),
                ("Name,E-mail 1 - Value", "Ann,ann@shop.test", {"Name": "Ann"}),
                ("姓名,邮箱", "安,ann@shop.test", {"姓名": "安"}), ("电子邮件,地址", "ann@shop.test,北京", {"地址": "北京"}),
                ("address,name", "ann@shop.test,Ann", {"name": "Ann"}))):
            _, stored, _ = self.imported(f"header {number}", f"{header}\n{row}\n")
            self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", more)], header)
        for content, said in (("email,e-mail\na@b.test,c@d.test\n", "--email-column"), ("contact,name\na@b.test,A\n", "`contact`"),
                              ("address,name\n5 High Street,A\n", "--email-column"), ("email,a,A\nx@y.test,1,2\n", ""),
                              ("email,name,name\nx@y.test,1,2\n", "both named `name`"), ("email,a/b\nx@y.test,1\n", "`a/b`"),
                              ("ann@shop.test,Ann\n", "line 1")):
            status = 0 if said == "" else 1
            _, err = self.sesame("import", self.file("header.csv", content), "--group", f"header {content[:9]}".replace(",", " ").replace("-", " ").replace("@", " ").replace(".", " ").strip(),
                                 status=status)
            self.assertIn(said, err, content)

    def test_empty_columns_at_the_end_do_not_exist(self):
        _, stored, _ = self.imported("trailing", "email,\nann@shop.test,\nbob@shop.test\n")
        self.assertEqual(stored, [("ann@shop.test", ""), ("bob@shop.test", "")])
        _, stored, refused = self.imported("trailing 2", "email,name,,,\nann@shop.test,Ann,,,\nbob@shop.test,Bob\neve@shop.test,Eve,,x\n")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"name": "Ann"}), ("bob@shop.test", {"name": "Bob"})])
        self.assertEqual([row[0] for row in refused[1:]], ["4"])

    def test_separators_and_encodings_are_recognised(self):
        rows = [("email", "姓名"), ("zhang@shop.test", "张伟"), ("wang@shop.test", "王芳"), ("li@shop.test", "李娜")]
        western = [("email", "Name"), ("a@shop.test", "Zoë Müller"), ("b@shop.test", "François Ångström")]
        for number, (table, separator, encoding, shown) in enumerate((
                (rows, ";", "utf-8", "`;`"), (rows, "\t", "utf-8", "tab"), (rows, ",", "utf-16", "UTF-16LE"), (rows, "\t", "utf-16-le", "UTF-16LE"),
                (rows, ",", "gbk", "GB18030"), (rows, ";", "gb18030", "GB18030"), (western, ";", "latin-1", "WINDOWS-1252"),
                (rows, ",", "utf-8-sig", "UTF-8"))):
            text = "".join(separator.join(row) + "\n" for row in table)
            path = self.file(f"encoded {number}.csv", text.encode(encoding))
            _, err = self.sesame("import", path, "--group", f"encoded {number}")
            self.assertIn(shown, err)
            self.assertEqual([list(data.values())[0] for _, data in self.stored(f"encoded {number}")], [row[1] for row in table[1:]], (separator, encoding))
        _, stored, _ = self.imported("sep line", "sep=;\nemail;name\nann@shop.test;Ann, A\n")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"name": "Ann, A"})])
        _, _, refused = self.imported("one bad row", b"email,name\nann@shop.test,Zo\xc3\xab\nb@shop.test,M\xc3\xbcller\n"
                                      + "".join(f"r{i}@shop.test,Zoë\n" for i in range(20)).encode() + b"c@shop.test,Zo\xeb\n")
        self.assertEqual([row[0] for row in refused[1:]], ["24"])
        for name, content, said in (("x.xlsx", b"PK\x03\x04" + b"\0" * 50, "CSV UTF-8"), ("x.gz", b"\x1f\x8b\x08" + b"\0" * 50, "gunzip"),
                                    ("x.bin", bytes(range(256)), "not a text file"), ("x.csv", b"email\nx@y.test\n", "nonsense")):
            more = ["--encoding", "nonsense"] if said == "nonsense" else []
            _, err = self.sesame("import", self.file(name, content), "--group", "never", *more, status=1)
            self.assertIn(said, err)
        self.assertNotIn("never", [row["ReceiversName"] for row in self.client.call("ListReceivers", Offset=0, Limit=100)["Data"]])

    def test_invisible_characters_are_trimmed_or_named(self):
        _, stored, refused = self.imported("unseen", "\u200bemail,\u200bcity\u00ad\n\ufeffann@shop.test\u200b,Rome\nb\u200bob@shop.test,Oslo\n")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"city": "Rome"})])
        self.assertIn("U+200B", refused[1][2])

    def test_standard_input(self):
        access = {"SESAME_ENDPOINT": f"http://127.0.0.1:{self.server.port}", "TENCENTCLOUD_SECRET_ID": SECRET_ID, "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        done = subprocess.run([str(BINARY), "import", "-", "--group", "piped"], input="email\nann@shop.test\nbob@shop.test\n", text=True,
                              env={**os.environ, **access}, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2 rows: 2 stored", done.stdout)

    def test_names_and_numbers_of_groups_are_not_confused(self):
        numbered = self.client.call("CreateReceiver", ReceiversName="number")["ReceiverId"]
        named = self.client.call("CreateReceiver", ReceiversName=str(numbered))["ReceiverId"]
        path = self.file("who.csv", "ann@shop.test\n")
        out, _ = self.sesame("import", path, "--group", numbered)
        self.assertIn(f"group {named} `{numbered}` holds 1", out)
        out, _ = self.sesame("import", path, "--group-id", numbered)
        self.assertIn(f"group {numbered} `number` holds 1", out)
        before = self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"]
        _, err = self.sesame("import", path, "--group", "987654", status=1)
        self.assertIn("--group-id 987654", err)
        self.assertIn("--create", err)
        _, err = self.sesame("import", path, "--group-id", "987654", status=1)
        self.assertIn("987654", err)
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"], before)
        out, err = self.sesame("import", path, "--group", "987654", "--create")
        self.assertIn("`987654` holds 1", out)
        self.assertIn("there was no group `987654`", err)

    def test_sixty_thousand_rows(self):
        path = self.file("many.csv", "email,name\n" + "".join(f"r{i}@many.test,Name {i}\n" for i in range(60_000)))
        out, err = self.sesame("import", path, "--group", "many")
        self.assertIn("60,000 rows: 60,000 stored, 0 repeated, 0 refused", out)
        self.assertIn("holds 60,000 recipients", out)
        self.assertIn("100 %", err)
        # Again, by number: nothing is stored twice.
        number = re.search(r"group (\d+)", out).group(1)
        out, _ = self.sesame("import", path, "--group-id", number)
        self.assertIn("60,000 rows: 0 stored, 60,000 repeated, 0 refused", out)
        self.assertEqual(wait_uploaded(self.client, int(number))["Count"], 60_000)

    def test_what_cannot_be_imported(self):
        before = self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"]
        missing = self.folder / "missing.csv"
        _, err = self.sesame("import", missing, "--group", "never made", status=1)
        self.assertIn(str(missing), err)
        self.assertNotIn("import.file", err)
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"], before)
        _, err = self.sesame("import", self.file("open.csv", 'email\nann@shop.test\n"bob@shop.test\n'), "--group", "open", status=1)
        self.assertIn("line 3", err)
        _, err = self.sesame("import", self.file("c.csv", "mail,name\nann@shop.test,A\n"), "--group", "c", "--email-column", "nope", status=1)
        self.assertIn("nope", err)
        _, err = self.sesame("import", self.file("n.csv", "mail,name\nann@shop.test,A\n"), "--group", "n", status=1)
        self.assertIn("--email-column", err)
        _, err = self.sesame("import", self.file("d.csv", "ann@shop.test\n"), "--group", "bad/name", status=1)
        self.assertIn("InvalidParameterValue.ReceiverNameIllegal", err)
        for content in ("", "email,name\n", "\n\n", "email\n"):
            _, err = self.sesame("import", self.file("nobody.csv", content), "--group", "nobody", status=1)
            self.assertIn("nothing was stored", err)
        _, err = self.sesame("import", self.file("broken.csv", "email,name\nbroken,B\n"), "--group", "nobody", status=1)
        self.assertIn("nothing was stored", err)
        _, err = self.sesame("import", self.file("some.csv", "email,name\nann@shop.test,A\nbroken,B\n"), "--group", "nobody",
                             "--report", "/nonexistent/x.csv", status=1)
        self.assertIn("/nonexistent/x.csv", err)
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"], before, "an empty group is left")


class Limits(CommandCase):
    settings = {"limits.recipients_per_group": 30, "limits.recipients_per_request": 10}

    def test_what_does_not_fit_is_said_before_the_start(self):
        rows = [f"r{i}@shop.test" for i in range(40)]
        _, err = self.sesame("import", self.file("many.csv", "\n".join(rows)), "--group", "many", status=1)
        self.assertIn("limits.recipients_per_group", err)
        self.assertIn("nothing was stored", err)
        self.assertEqual(self.client.call("ListReceivers", Offset=0, Limit=1)["TotalCount"], 0)
        out, _ = self.sesame("import", self.file("some.csv", "\n".join(rows[:25] * 2)), "--group", "some")
        self.assertIn("50 rows: 25 stored, 25 repeated", out)
        _, err = self.sesame("import", self.file("more.csv", "\n".join(rows[15:])), "--group", "some", status=1)
        self.assertIn("the group has 25 recipients, the file 25", err)
        self.assertIn("LimitExceeded.ReceiverDetailCountLimit", err)
        self.assertIn("nothing of the file was stored", err)
        out, _ = self.sesame("import", self.file("fits.csv", "\n".join(rows[:30])), "--group", "some")
        self.assertIn("30 rows: 5 stored, 25 repeated", out)


if __name__ == "__main__":
    program.main()
