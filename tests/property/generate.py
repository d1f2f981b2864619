"""Random patterns of Python's `re`, texts that they are likely to match, and log records around those texts.

A pattern is a pair (source, sample): `sample()` gives a text that mostly matches what `source` stands for. Real ones
come from `corpus`: the regex folder of LOGAUDIT_CORPUS, files of JSON lines with `pattern`, `flags`, and `cases` of
texts `s`; without it all patterns are invented."""

import glob
import json
import os

WORDS = ["failed", "login", "error", "timeout", "kernel", "disk full", "user", "is", "ski", "status=503", "k8s", "refused",
         "Größe", "naïve", "日本", "İstanbul", "straße", "panic", "x", "OOM", "db-1", "session", "KISS", "quit"]
CLASSES = [(r"\d", "0479"), (r"\w", "akZ_7é"), (r"\s", " \t"), (r".", "ab~é "), (r"[a-f]", "afb"), (r"[^a-f]", "zé9 "),
           (r"[0-9a-f]", "09af"), (r"[ks]", "ks"), (r"[^s]", "abſ"), (r"\S", "x9ü"), (r"\W", " -\u2028"),
           (r"[é-ü]", "éìü"), (r"[i-k]", "ijk"), (r"\D", "x-"), (r"[\w.-]", "a.-"), (r"[^\n]", "aé"), (r"\u017f", "ſ"), (r"\ufffd", "\ufffd")]
QUANTIFIERS = [("?", 0, 1), ("*", 0, 3), ("+", 1, 3), ("{2}", 2, 2), ("{1,3}", 1, 3), ("*?", 0, 2), ("+?", 1, 2), ("{0,2}", 0, 2),
               ("++", 1, 3), ("{3,}", 3, 4), ("{40}", 40, 40)]
ANCHORS = [r"\b", r"\B", "^", "$", r"\A", r"\Z"]
ODD = {"i": "\u0130\u0131Iİı", "k": "\u212aK", "s": "\u017fS", "I": "i\u0131", "K": "k\u212a", "S": "s\u017f"}
NOISE = ["INFO", "request", "handled", "in", "12ms", "GET", "/api/v1/items/42", "from", "10.0.0.7", "user=ann", "ok",
         "Grüße", "the", "quick", "password=hunter22", "kv", "sks", "is"]
# No UTF-8, and what is no character in JSON, which makes U+FFFD of it.
BAD_BYTES = [b"\xff", b"\xc3", b"\xe2\x84", b"\x80", b"\xed\xa0\x80", b"\xf0\x9f\x98", b"\xc0\xaf", b"\\ud800", b"\\uDC80",
             b"\\u0000", b"\0"]


def regex_corpus():
    """(pattern with its flags, texts) of the regex corpora, without the patterns that are wrong or made to explode."""
    made = []
    for path in sorted(glob.glob(os.path.join(os.environ.get("LOGAUDIT_CORPUS", ""), "regex", "*.jsonl"))):
        with open(path) as file:
            rows = [json.loads(line) for line in file]
        for row in rows:
            if row.get("cases"):
                flags = f"(?{row['flags']})" if row["flags"] else ""
                made.append((flags + row["pattern"], [case["s"] for case in row["cases"] if case["s"]] or ["x"]))
    return made


class Generator:
    def __init__(self, random, corpus=()):
        self.random = random
        self.corpus = corpus
        self.names = 0

    # ---- patterns

    def word(self):
        text = self.random.choice(WORDS)
        if self.random.random() < 0.2:
            text = text[: self.random.randint(1, len(text))]
        escaped = "".join(c if c.isalnum() or ord(c) > 127 or c in "_ =" else "\\" + c for c in text)
        return escaped, lambda: text

    def char_class(self):
        source, members = self.random.choice(CLASSES)
        return source, lambda: self.random.choice(members)

    def atom(self, depth):
        kind = self.random.random()
        if kind < 0.5 or depth <= 0:
            return self.word()
        if kind < 0.72:
            return self.char_class()
        if kind < 0.85:
            return self.group(depth)
        if kind < 0.92:
            return self.random.choice(ANCHORS), lambda: ""
        return self.look(depth)

    def group(self, depth):
        source, sample = self.alternation(depth - 1)
        kind = self.random.randint(0, 4)
        if kind == 0:
            self.names += 1
            name = self.random.choice(["user_id", "ip", "service", f"g{self.names}"])
            return (f"(?P<{name}>{source})", sample)
        prefix = ["(", "(?:", "(?i:", "(?>"][kind - 1]
        return prefix + source + ")", sample

    def look(self, depth):
        source, sample = self.word()
        kind = self.random.choice(["(?=", "(?!", "(?<=", "(?<!"])
        if kind == "(?=":
            return kind + source + ")" + source, sample
        if kind == "(?<=":
            return source + kind + source + ")", sample
        return kind + source + ")", lambda: ""

    def piece(self, depth):
        source, sample = self.atom(depth)
        if self.random.random() > 0.3 or source in ANCHORS or source.startswith(("(?=", "(?!", "(?<=", "(?<!")):
            return source, sample
        text, least, most = self.random.choice(QUANTIFIERS)
        if most > 4 and len(source) > 8:  # nested, it would pass PCRE2's limit
            text, least, most = QUANTIFIERS[0]
        count = self.random.randint(least, most)
        grouped = source if source.startswith(("(", "[")) or len(source) == 1 or source in [c[0] for c in CLASSES] else f"(?:{source})"
        return grouped + text, lambda: "".join(sample() for _ in range(count))

    def sequence(self, depth):
        parts = [self.piece(depth) for _ in range(self.random.randint(1, 4))]
        return "".join(p[0] for p in parts), lambda: "".join(p[1]() for p in parts)

    def alternation(self, depth):
        branches = [self.sequence(depth) for _ in range(self.random.choice([1, 1, 2, 3]))]
        return "|".join(b[0] for b in branches), lambda: self.random.choice(branches)[1]()

    def real_pattern(self):
        """One of the corpus, as it is, without case, or beside an invented one."""
        source, texts = self.random.choice(self.corpus)
        kind = self.random.random()
        if kind < 0.2:
            source = "(?i)" + source
        elif kind < 0.4:
            word, more = self.sequence(1)
            return f"{source}|{word}", lambda: more() if self.random.random() < 0.3 else self.random.choice(texts)
        return source, lambda: self.random.choice(texts)

    def pattern(self):
        if self.corpus and self.random.random() < 0.3:
            return self.real_pattern()
        source, sample = self.alternation(2)
        flags = self.random.choice(["", "", "(?i)", "(?i)", "(?s)", "(?m)", "(?im)", "(?a)"])
        return flags + source, sample

    # ---- texts

    def mutated(self, text):
        """Letters in another case, or as one of those that equal ASCII letters without case."""
        chance = self.random.choice([0, 0, 0.1, 0.5])
        return "".join(self.mutated_letter(c) if self.random.random() < chance else c for c in text)

    def mutated_letter(self, c):
        return self.random.choice(ODD[c]) if c in ODD and self.random.random() < 0.5 else c.swapcase()

    def noise(self):
        return " ".join(self.random.choice(NOISE) for _ in range(self.random.randint(0, 8)))

    def text(self, samples):
        """Samples among noise; sometimes far into a long line, now and then into a very long one."""
        parts = [self.noise()]
        chance = self.random.random()
        if chance < 0.04:
            parts.append(self.noise() + " " + "lorem ipsum " * self.random.randint(20, 10_000 if chance < 0.001 else 600))
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 3])):
            parts.append(self.mutated(self.random.choice(samples)()))
            parts.append(self.noise())
        return self.random.choice(["", " "]).join(parts)

    # ---- records

    def json_string(self, text):
        """A JSON string in which any character may be an escape."""
        chance = self.random.choice([0, 0.1, 0.5, 1])
        return '"' + "".join(self.escaped(c) if self.random.random() < chance else json.dumps(c, ensure_ascii=False)[1:-1]
                             for c in text) + '"'

    def escaped(self, c):
        units = c.encode("utf-16-be")
        form = self.random.choice(["\\u%04x", "\\u%04X"])
        return "".join(form % int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2))

    def json_record(self, samples):
        members = [f'{self.json_string("level")}: "error"']
        for _ in range(self.random.randint(1, 3)):
            key = self.random.choice(["message", "error", "user_name", "log", "detail", "nested_key", "event"])
            value = self.json_string(self.text(samples))
            if self.random.random() < 0.15:
                value = '{"message": %s, "user_name": "bo"}' % value
            if self.random.random() < 0.1:
                value = self.json_string('{"message":%s}' % value)
            members.append(f"{self.json_string(key)}: {value}")
        self.random.shuffle(members)
        return "{" + ", ".join(members) + "}"

    def record(self, samples):
        kind = self.random.random()
        if kind < 0.45:
            record = self.text(samples).encode()
        elif kind < 0.85:
            record = self.json_record(samples).encode()
        else:
            record = ("web | " + self.json_record(samples)).encode()
        if self.random.random() < 0.25:
            record = self.with_bad_bytes(record)
        record = record.replace(b"\n", b" ")
        if self.random.random() < 0.05:  # a line that continues the record
            record += b"\n\tat " + self.text(samples).encode().replace(b"\n", b" ")
        return record

    def with_bad_bytes(self, record):
        for _ in range(self.random.randint(1, 4)):
            at = self.random.randint(0, len(record))
            record = record[:at] + self.random.choice(BAD_BYTES) + record[at:]
        return record
