#!/usr/bin/python3
"""Promise: an imported file is stored row by row, and every row that is not stored is reported with its line and reason.

Method: the built program imports small files of every form and one of 60,000 rows; the group, the summary and the report
must agree.
"""
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from command_case import CommandCase  # noqa: E402
from program import wait_uploaded  # noqa: E402


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
                                                     'short,eve@shop.test\n')
        self.assertEqual([(email, json.loads(data)) for email, data in stored],
                         [("ann@shop.test", {"name": 'Ann "A", Lee', "city": "New\nYork"}),
                          ("bob@shop.test", {"name": "张伟", "city": "北京"}), ("eve@shop.test", {"name": "short", "city": ""})])
        self.assertEqual(refused, [])
        _, stored, _ = self.imported("column", "mail,name\nann@shop.test,Ann\n", "--email-column", "MAIL")
        self.assertEqual([(email, json.loads(data)) for email, data in stored], [("ann@shop.test", {"name": "Ann"})])

    def test_refused_rows_are_reported(self):
        out, stored, refused = self.imported("refused", "email,name\nann@shop.test,Ann\nbroken,B\n\n,empty\n"
                                             f'"a ""q"", b",Q\nlong@shop.test,{"x" * 900}\nhtml@shop.test,<b>\n{"y" * 250}@shop.test,Y\n')
        self.assertEqual([email for email, _ in stored], ["ann@shop.test"])
        self.assertIn("7 rows: 1 stored, 0 repeated, 6 refused (see ", out)
        self.assertEqual(refused[0], ["line", "address", "reason"])
        self.assertEqual([(line, address) for line, address, _ in refused[1:]],
                         [("3", "broken"), ("5", ""), ("6", 'a "q", b'), ("7", "long@shop.test"), ("8", "html@shop.test"),
                          ("9", "y" * 250 + "@shop.test")])
        for _, _, reason in refused[1:]:
            self.assertRegex(reason, r"^[a-zA-Z][^{}]{8,}$")
            self.assertNotRegex(reason, r"[a-z]+\.[a-z]+_[a-z]+")
        report = self.folder / "elsewhere.csv"
        self.sesame("import", self.file("second.csv", "broken\n"), "--group", "refused 2", "--report", report)
        self.assertEqual(report.read_text().splitlines()[1].split(",")[:2], ["1", "broken"])

    def test_sixty_thousand_rows(self):
        path = self.file("many.csv", "email,name\n" + "".join(f"r{i}@many.test,Name {i}\n" for i in range(60_000)))
        out, err = self.sesame("import", path, "--group", "many")
        self.assertIn("60,000 rows: 60,000 stored, 0 repeated, 0 refused", out)
        self.assertIn("holds 60,000 recipients", out)
        self.assertIn("100 %", err)
        # Again, by number: nothing is stored twice.
        number = re.search(r"group (\d+)", out).group(1)
        out, _ = self.sesame("import", path, "--group", number)
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


if __name__ == "__main__":
    program.main()
