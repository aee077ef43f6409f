"""The process that opens untrusted files: no database, no settings, no keys, no environment; limits on memory and time.

Reads the file from standard input and writes lines of JSON: `{"sheet": title}`, `{"rows": [[number, [cell, …]], …]}`,
`{"merged": ["A5:A9", …]}`, and at the end `{"end": true}` or `{"fault": [code, sentence]}`. A cell is null, text, number or
boolean; dates are ISO text. Imports nothing of the product but the limits.
"""


class Fault(Exception):
    """The file cannot be read: a stable code and a Chinese sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence
