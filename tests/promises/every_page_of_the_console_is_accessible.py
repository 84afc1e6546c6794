#!/usr/bin/python3
"""Promise: every page of the console can be used by everybody: with a screen reader, a keyboard, a telephone, in two languages.

Method: a browser opens each page of the navigation (web/scenes/pages.mjs). axe finds no violation of WCAG 2.2 A and AA in
light and dark, English and Chinese; each page has one heading of the first level; at 390 pixels nothing scrolls sideways.
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
import program  # noqa: E402
from console import failures, make_owner, run_scenes, with_console  # noqa: E402
from program import prepare_sender  # noqa: E402


class EveryPage(unittest.TestCase):
    def test_each_page_of_the_navigation(self):
        with with_console() as server:
            prepare_sender(server.client(), html="<p>Hello {{name}}</p>")
            make_owner(server)
            done = run_scenes("pages.mjs", server)
            print(done.stdout[-3000:])
            self.assertEqual(done.returncode, 0, failures(done))


if __name__ == "__main__":
    program.main()
