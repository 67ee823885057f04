"""What the tests of this folder are made of."""

TESTS = []


class Skip(Exception):
    """Its text says what is missing."""


class Box:
    """A folder of its own for each test; notes are shown beside its name."""

    def __init__(self, drainit, folder):
        self.drainit, self.folder, self.notes = drainit, folder, []

    def note(self, text):
        self.notes.append(text)


def test(function):
    TESTS.append(function)
    return function
