#!/usr/bin/python3
"""Promise: the API Explorer calls every action as a client would, shows the true bytes, and never a secret.

Method: a browser (web/scenes/explorer.mjs) loads the documented example of every action into the form, compares form and
JSON, and sends it: the answer is one, or an error of the description. Signatures are computed again by the scene. Samples
of curl and Node.js are taken from the page and run. Answers are compared, opened as a tree and used in other actions
(web/scenes/explorer_answers.mjs). Pages are checked with axe, in both themes and languages, wide and
narrow.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import prepare_sender  # noqa: E402


class Explorer(unittest.TestCase):
    def test_a_browser_uses_all_of_it(self):
        with with_console() as server:
            prepare_sender(server.client())
            make_owner(server)
            done = run_scenes("explorer.mjs", server)
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))

    def test_a_browser_looks_at_answers_and_signs_by_name(self):
        with with_console() as server:
            make_owner(server)
            done = run_scenes("explorer_answers.mjs", server)
            print(done.stdout[-2000:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
