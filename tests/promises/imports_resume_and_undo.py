#!/usr/bin/python3
"""Promise: an import loses and doubles no row, says of each what became of it, and is undone without a trace.

Method: parts of an import are sent while the program is killed by kill -9 and started again; a part whose answer was lost is
sent again. Verdicts are compared with a count of our own, line by line. The undoing is killed, too, when its row says that a
part is removed and a part is not, and goes on by itself."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from chance import seeded  # noqa: E402
from program import OWN, ApiError, Program, eventually, wait_uploaded  # noqa: E402
from stored_rows import database  # noqa: E402

PART = 2_000
UNDOING, TRIES = 4, 8  # The state of an import in the database; how often the test may be too late to kill an undoing.


def lines_of_a_file(count, chance):
    """Rows of a file, with everything that one may have, and the verdict that each deserves."""
    seen, rows, verdicts = {}, [], []
    for i in range(count):
        kind = chance.random()
        if kind < 0.05 and seen:
            address = chance.choice(list(seen)[-500:]).upper()
        else:
            address = "" if kind < 0.06 else f"{'x' * 250}@post.test" if kind < 0.07 else f"broken {i}" if kind < 0.08 else f"r{i}@post.test"
        line, key = i + 2, address.lower()
        if address == "":
            verdicts.append(("empty", 0))
        elif len(address) > 254:
            verdicts.append(("too_long", 0))
        elif key in seen:
            verdicts.append(("repeat", seen[key]))
        else:
            seen[key] = line
            verdicts.append(("valid" if "@" in address else "invalid", 0))
        rows.append(address)
    return rows, verdicts


class Imports(unittest.TestCase):
    def send(self, client, rows, number, begun):
        begin = (number - 1) * PART
        return client.call("ImportRecipients", OWN, ImportId=begun, Part=number, FirstLine=begin + 2, Emails=rows[begin:begin + PART])["Import"]

    def verdicts(self, client, begun, **more):
        rows, after = [], 0
        while True:
            page = client.call("GetImport", OWN, ImportId=begun, WithRows=True, After=after, Limit=3_000, **more)
            rows += page["Rows"]
            if (after := page["NextAfter"]) == 0:
                return rows

    def wait_for(self, client, begun, state):
        return eventually(lambda: (one := client.call("GetImport", OWN, ImportId=begun)["Import"])["State"] == state and one, 60, state)

    def test_an_import_and_its_undoing_survive_kill_9(self):
        rows, expected = lines_of_a_file(30_000, seeded())
        parts = len(rows) // PART
        with Program() as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            client.call("CreateReceiverDetail", ReceiverId=group, Emails=[f"old{i}@post.test" for i in range(15_000)])
            begun = self.begin(client, group)
            for number in range(1, parts + 1):
                one = self.send(client, rows, number, begun)
                self.assertEqual((one["PartCount"], one["TotalCount"]), (number, number * PART))
                if number % 5 == 0:
                    client.close()
                    server.kill()
                    server.start()
                    client = server.client()
                    # As if the answer had been lost: nothing is stored twice.
                    self.assertEqual(self.send(client, rows, number, begun), one)
            with self.assertRaises(ApiError) as refused:
                self.send(client, rows + rows[:2 * PART], parts + 2, begun)
            self.assertEqual(refused.exception.code, "OperationDenied")
            done = client.call("ImportRecipients", OWN, ImportId=begun, Last=True)["Import"]
            self.check_counts(client, group, begun, done, expected, rows)
            self.undo(server, client, group, begun, done, rows)

    def begin(self, client, group):
        return client.call("ImportRecipients", OWN, ReceiverId=group, FileName="people.csv")["Import"]["ImportId"]

    def check_counts(self, client, group, begun, done, expected, rows):
        wait_uploaded(client, group)
        count = {kind: sum(1 for verdict, _ in expected if verdict == kind) for kind in ("valid", "invalid", "repeat", "empty", "too_long")}
        self.assertEqual((done["TotalCount"], done["ValidCount"], done["InvalidCount"], done["RepeatCount"], done["EmptyEmailCount"],
                          done["TooLongCount"], done["RefusedCount"]), (len(rows), *count.values(), 0))
        shown = self.verdicts(client, begun)
        self.assertEqual([row["Number"] for row in shown], list(range(1, len(rows) + 1)))
        self.assertEqual([row["Line"] for row in shown], list(range(2, len(rows) + 2)))
        self.assertEqual([(row["Verdict"], row["MatchLine"]) for row in shown], expected)
        self.assertEqual([row["Email"] for row in shown], [address[:200] if len(address) > 254 else address for address in rows])
        odd = self.verdicts(client, begun, OddOnly=True)
        self.assertEqual(odd, [row for row in shown if row["Verdict"] != "valid"])

    def undo_and_kill(self, server, client, begun):
        """Kills the program in the middle of the undoing. False when the test was too late: everything was removed."""
        with database(server) as connection:
            row = lambda: connection.execute("SELECT state, removed FROM audience_import WHERE id = ?", [begun]).fetchone()  # noqa: E731
            client.call("UndoImport", OWN, ImportId=begun)
            eventually(lambda: row()[1] > 0, 60, "the first removed recipients", every=0.0005)
            server.kill()
            return row()[0] == UNDOING

    def undo(self, server, client, group, begun, done, rows):
        for tries in range(1, TRIES + 1):
            killed_in_time = self.undo_and_kill(server, client, begun)
            server.start()
            client = server.client()
            undone = self.wait_for(client, begun, "undone")
            self.assertEqual(undone["RemovedCount"], done["AddedCount"])
            wait_uploaded(client, group)
            if killed_in_time:
                break
            self.assertLess(tries, TRIES, "no undoing was killed in its middle")
            begun = self.begin(client, group)
            for number in range(1, len(rows) // PART + 1):
                self.send(client, rows, number, begun)
            wait_uploaded(client, group)
        page = client.call("ListReceiverDetails", ReceiverId=group, Offset=14_990, Limit=100)
        self.assertEqual((page["TotalCount"], page["ValidCount"], page["InvalidCount"]), (15_000, 15_000, 0))
        self.assertEqual([row["Email"] for row in page["Data"]], [f"old{i}@post.test" for i in range(14_990, 15_000)])
        # Removed people may come back.
        back = client.call("CreateReceiverDetail", ReceiverId=group, Emails=["r1@post.test", "old1@post.test"])
        self.assertEqual((back["ValidCount"], back["RepeatCount"]), (1, 1))
        client.close()

    def test_several_imports_run_beside_each_other_and_only_one_is_undone(self):
        with Program() as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            begun = [client.call("ImportRecipients", OWN, ReceiverId=group, FileName=name)["Import"]["ImportId"] for name in "ab"]
            for number in range(1, 11):
                for one in begun:
                    client.call("ImportRecipients", OWN, ImportId=one, Part=number, Last=number == 10,
                                Emails=[f"{one}.{number}.{i}@post.test" for i in range(300)])
            wait_uploaded(client, group)
            client.call("UndoImport", OWN, ImportId=begun[0])
            self.wait_for(client, begun[0], "undone")
            wait_uploaded(client, group)
            shown, offset = [], 0
            while rows := client.call("ListReceiverDetails", ReceiverId=group, Offset=offset, Limit=100)["Data"]:
                shown += [row["Email"] for row in rows]
                offset += len(rows)
            self.assertEqual(sorted(shown), sorted(f"{begun[1]}.{n}.{i}@post.test" for n in range(1, 11) for i in range(300)))
            client.close()

    def refusal(self, client, **parameters):
        with self.assertRaises(ApiError) as refused:
            client.call("ImportRecipients", OWN, **parameters)
        return refused.exception

    def test_no_row_is_dropped_with_success(self):
        with Program() as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            first = {"ReceiverId": group, "FileName": "a.csv", "ClientToken": "a token", "Emails": ["a@post.test", "b@post.test"]}
            begun = client.call("ImportRecipients", OWN, **first)["Import"]
            # As if the first answer had been lost: the same import, not another.
            self.assertEqual(client.call("ImportRecipients", OWN, **first)["Import"], begun)
            self.assertEqual(client.call("ListImports", OWN, Offset=0, Limit=10)["TotalCount"], 1)
            self.assertEqual(self.refusal(client, **{**first, "FileName": "b.csv"}).code, "OperationDenied")
            one = begun["ImportId"]
            rows = {"ImportId": one, "Emails": ["c@post.test"]}
            unnamed = self.refusal(client, **rows)
            self.assertEqual(unnamed.code, "MissingParameter")
            self.assertIn("the next one is 2", unnamed.message)
            other = self.refusal(client, **rows, Part=1)
            self.assertEqual(other.code, "OperationDenied")
            self.assertIn("Part 1 of this import is stored with other rows", other.message)
            self.assertEqual(self.refusal(client, **rows, Part=2, Datas=[{"Email": "d@post.test", "TemplateData": "{}"}]).code, "InvalidParameter")
            self.assertEqual(self.refusal(client, ImportId=one, Part=2).code, "MissingParameter.EmailsNecessary")
            # Two who send the same file into the same import.
            for sender in range(2):
                for number in range(2, 6):
                    last = client.call("ImportRecipients", OWN, ImportId=one, Part=number, Emails=[f"{number}.{i}@post.test" for i in range(9)])
            self.assertEqual((last["Import"]["PartCount"], last["Import"]["TotalCount"], last["Import"]["AddedCount"]), (5, 38, 38))
            wait_uploaded(client, group)
            self.assertEqual(client.call("ListReceiverDetails", ReceiverId=group, Offset=0, Limit=1)["TotalCount"], 38)
            client.close()

    def test_the_variables_of_a_group_come_and_go_with_its_people(self):
        with Program() as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            odd, good = '{"nmae": "A"}', '{"name": "A"}'
            rows = [{"Email": f"r{i}@post.test", "TemplateData": odd if i in (0, 5) else good} for i in range(8)]
            begun = client.call("ImportRecipients", OWN, ReceiverId=group, FileName="x", Datas=rows, Last=True)["Import"]
            self.assertEqual((begun["ValidCount"], begun["RefusedCount"]), (6, 2))
            self.assertEqual([row["Verdict"] == "refused" for row in self.verdicts(client, begun["ImportId"])], [i in (0, 5) for i in range(8)])
            wait_uploaded(client, group)
            with self.assertRaises(ApiError) as refused:
                client.call("CreateReceiverDetail", ReceiverId=group, Emails=["late@post.test"])
            self.assertEqual(refused.exception.code, "InvalidParameterValue.TemplateDataInconsistent")
            client.call("UndoImport", OWN, ImportId=begun["ImportId"])
            self.wait_for(client, begun["ImportId"], "undone")
            self.assertEqual(client.call("CreateReceiverDetail", ReceiverId=group, Emails=["late@post.test"])["ValidCount"], 1)
            client.close()

    def test_what_would_not_fit_is_refused_before_it_begins(self):
        with Program(**{"limits.recipients_per_group": 100}) as server:
            client = server.client()
            group = client.call("CreateReceiver", ReceiversName="people")["ReceiverId"]
            with self.assertRaises(ApiError) as refused:
                client.call("ImportRecipients", OWN, ReceiverId=group, FileName="x", RecipientCount=101)
            self.assertEqual(refused.exception.code, "LimitExceeded.ReceiverDetailCountLimit")
            self.assertEqual(client.call("ListImports", OWN, Offset=0, Limit=10)["TotalCount"], 0)
            answer = client.call("ImportRecipients", OWN, ReceiverId=group, FileName="x", RecipientCount=100, Emails=["a@post.test"])
            self.assertEqual(answer["RoomCount"], 99)
            client.close()


if __name__ == "__main__":
    program.main()
