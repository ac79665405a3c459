"""What tally promises, checked against Python's own counter."""
import collections
import re
import subprocess
import unittest


def tally(text):
    result = subprocess.run(["./tally"], input=text, capture_output=True, text=True, check=True)
    return [(word, int(count)) for count, word in (line.split() for line in result.stdout.splitlines())]


class TallyTest(unittest.TestCase):

    def test_nothing_gives_nothing(self):
        self.assertEqual([], tally(""))

    def test_case_does_not_matter(self):
        self.assertEqual([("word", 3)], tally("Word word WORD"))

    def test_the_last_word_counts_without_a_newline(self):
        self.assertEqual([("a", 1), ("b", 1)], tally("a b"))

    def test_most_frequent_first_then_by_alphabet(self):
        self.assertEqual([("c", 2), ("a", 1), ("b", 1)], tally("b c a c"))

    def test_agrees_with_python(self):
        with open("src/tally.c", encoding="utf-8") as source:
            text = source.read()
        expected = collections.Counter(re.findall("[a-z]+", text.lower()))
        self.assertEqual(dict(expected), dict(tally(text)))


if __name__ == "__main__":
    unittest.main()
