"""Tests that share one running program and one client of it."""
import unittest

from program import Program


class ServedCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Program().start()
        cls.client = cls.server.client()

    @classmethod
    def tearDownClass(cls):
        cls.client.close()
        cls.server.__exit__(None, None, None)
