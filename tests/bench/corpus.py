#!/usr/bin/env python3
"""Writes a log of microservices for the benchmarks: the same bytes for the same arguments.

    corpus.py text|json SHARE MB

SHARE percent of the lines are hit by one or more of the rules in rules.lua; the others come close to them often
enough. Lines of text have some 130 bytes, lines of JSON some 280.
"""

import argparse
import json
import random
import sys

SERVICES = ["api-gateway", "orders", "payment", "inventory", "auth", "pricing", "search", "notify", "shipping", "users"]
FIRST = ["mia", "ann", "bo", "carol", "dave", "erin", "frank", "grace", "heidi", "ivan", "judy", "olga", "peggy", "sam"]
LAST = ["chen", "lee", "garcia", "novak", "smith", "okafor", "haas", "silva", "kumar", "berg", "rossi", "tanaka"]
USERS = 24  # each at one address: results keep so many kinds of findings apart
PATHS = ["/api/v1/orders/{n}", "/api/v1/cart/items", "/api/v1/products/{n}/reviews", "/api/v2/search?q=item{n}",
         "/api/v1/users/{n}/address", "/api/v1/payments/{n}/capture", "/internal/stock/{n}"]
TOPICS = ["orders.v1", "payments.v2", "stock-changes", "user-events", "audit-trail"]

# (level, message, members). {n} is a number, {s} a small one, {user}, {ip}, {service}, {path}, {topic}, {hex} speak
# for themselves. Members are key=value pairs in text.
HTTP = {"method": "GET", "path": "{path}", "status": 200, "duration_ms": "{s}", "ip": "{ip}"}
QUIET = [
    ("INFO", "request handled", HTTP),
    ("INFO", "request handled", HTTP | {"user": "{user}"}),
    ("INFO", "request handled", HTTP | {"method": "POST", "status": 201, "user": "{user}"}),
    ("INFO", "request handled", HTTP | {"status": 304}),
    ("WARN", "request refused: no such item", HTTP | {"status": 404, "user": "{user}"}),
    ("DEBUG", "cache hit for key product:{n} in region eu-west-{s}", {}),
    ("DEBUG", "cache miss for key price:{n}, asking {service}", {}),
    ("INFO", "published event OrderCreated to topic {topic} partition {s} offset {n}", {"order": "o-{n}"}),
    ("INFO", "consumed {s} messages from topic {topic}, {s} left", {"group": "{service}"}),
    ("INFO", "item sku-{n} added to cart c-{n}, total {s}.90 EUR", {"user": "{user}"}),
    ("INFO", "scheduled job nightly-report wrote {n} rows to table report_{s}", {}),
    ("DEBUG", "health check of {service} ok", {"duration_ms": "{s}"}),
    ("INFO", "loaded configuration revision {n} from config-server", {}),
    ("DEBUG", "heap {s} MB of 2048 MB after collection, {s} ms pause", {}),
    ("INFO", "session {hex} refreshed for client mobile-app", {"user": "{user}"}),
    ("DEBUG", "query on table order_items returned {s} rows", {"duration_ms": "{s}"}),
    ("INFO", "payment p-{n} of {s}.90 EUR captured by provider stripe-eu", {"user": "{user}"}),
    ("WARN", "retrying call to {service}, attempt {s} was not answered", {}),
    ("INFO", "connection pool stats: {s} active, {s} idle, 0 waiting", {"pool": "{service}-db"}),
    ("INFO", "circuit breaker for {service} is closed, failure rate 0.{s} percent", {}),
    ("INFO", "access token renewed for client {service}", {"user": "{user}"}),
    ("DEBUG", "timeout of lock {hex} set by {service}", {}),
    ("INFO", "uploaded object invoices/2024/11/{n}.pdf to bucket documents", {"bytes": "{n}"}),
    ("INFO", 'feature flag "new-checkout" is on for this account', {"user": "{user}"}),
    ("WARN", "endpoint /api/v0/orders/{n} is deprecated, called by legacy-app", {"ip": "{ip}"}),
    ("INFO", "mail order-confirmation queued as m-{n}", {"user": "{user}"}),
    ("INFO", "login of user {user} accepted", {"user": "{user}", "ip": "{ip}"}),
    ("ERROR", "could not render template invoice-{s}: field total is missing", {"order": "o-{n}"}),
]
LOUD = [
    ("WARN", "Failed login for {user}: wrong password", {"user": "{user}", "ip": "{ip}"}),
    ("WARN", "failed password for invalid user admin{s} from {ip} port {n}", {}),
    ("WARN", "rejected: expired access token of client {service}", {"ip": "{ip}"}),
    ("ERROR", "Account {user} has been locked after 5 attempts", {"user": "{user}"}),
    ("WARN", "Access denied to /admin/users/{n}", {"user": "{user}", "ip": "{ip}"}),
    ("ERROR", "unhandled java.lang.IllegalStateException: cart c-{n} is empty", {"order": "o-{n}"}),
    ("ERROR", "worker {s} ended with ValueError: invalid quantity {n}", {}),
    ("FATAL", "java.lang.OutOfMemoryError: Java heap space in worker {s}", {}),
    ("ERROR", "container {service} oom-killed at 2048 MB", {}),
    ("ERROR", "panic: runtime error: index out of range [{s}] with length {s}", {}),
    ("ERROR", "NullPointerException: order o-{n} has no customer", {"order": "o-{n}"}),
    ("ERROR", "call to {service} timed out after {n} ms", {"user": "{user}"}),
    ("ERROR", "java.net.SocketTimeoutException: read timeout after {n} ms from {service}", {}),
    ("ERROR", "dial tcp {ip}:5432: connection refused", {"service_called": "{service}"}),
    ("WARN", "upstream {service}: Connection reset by peer", {"ip": "{ip}"}),
    ("ERROR", "lookup {service}.prod.svc: no such host", {}),
    ("ERROR", "TLS handshake failed with {service}: certificate has expired", {}),
    ("WARN", "Slow query: 1{n} ms for select on order_items where customer = {n}", {}),
    ("ERROR", "transaction {hex} rolled back: deadlock detected", {"user": "{user}"}),
    ("ERROR", "connection pool is exhausted, {s} callers wait", {"pool": "{service}-db"}),
    ("ERROR", "circuit breaker for {service} changed to open", {}),
    ("ERROR", "giving up after {s} attempts to reach {service}", {"order": "o-{n}"}),
    ("ERROR", "request failed", HTTP | {"status": 503}),
    ("ERROR", "request failed", HTTP | {"status": 500, "user": "{user}", "method": "POST"}),
    ("WARN", "request handled late", HTTP | {"duration_ms": 4210, "user": "{user}"}),
    ("CRITICAL", "ledger and balance differ by {s}.17 EUR in batch {n}", {}),
]


class Corpus:
    def __init__(self, kind, share):
        self.random = random.Random(f"{kind} {share}")
        self.share = share
        self.encode = {"text": self.text, "json": self.json}[kind]
        self.millis = 0

    def words(self):
        random = self.random
        who = random.randrange(USERS)
        words = {
            "n": random.randint(10_000, 99_999), "s": random.randint(2, 90),
            "user": f"{FIRST[who % len(FIRST)]}.{LAST[who % len(LAST)]}", "ip": f"203.0.{who % 7}.{who * 5 + 1}",
            "service": random.choice(SERVICES), "topic": random.choice(TOPICS), "hex": f"{random.getrandbits(32):08x}",
        }
        words["path"] = random.choice(PATHS).format(**words)
        return words

    def stamp(self):
        """On average 2 ms after the one before."""
        self.millis += self.random.randrange(5)
        seconds, millis = divmod(self.millis, 1000)
        return "2024-11-%02dT%02d:%02d:%02d.%03dZ" % (
            1 + seconds // 86400 % 30, seconds // 3600 % 24, seconds // 60 % 60, seconds % 60, millis)

    def line(self):
        level, message, members = self.random.choice(LOUD if self.random.random() * 100 < self.share else QUIET)
        words = self.words()
        members = {key: self.value(value, words) for key, value in members.items()}
        return self.encode(level, self.random.choice(SERVICES), message.format(**words), members)

    @staticmethod
    def value(value, words):
        if not isinstance(value, str):
            return value
        return words[value[1:-1]] if value[1:-1] in words else value.format(**words)

    def text(self, level, service, message, members):
        pairs = "".join(f" {key}={value}" for key, value in members.items())
        return "%s %-5s [%s] req=%016x %s%s" % (
            self.stamp(), level, service, self.random.getrandbits(64), message, pairs)

    def json(self, level, service, message, members):
        random = self.random
        record = {
            "timestamp": self.stamp(), "level": level, "service": service,
            "host": "%s-%08x-%04x" % (service, random.randrange(9) * 0x1f35a7, random.randrange(6) * 0x3b1),
            "message": message, "request_id": "%016x" % random.getrandbits(64), "trace_id": "%032x" % random.getrandbits(128),
        }
        return json.dumps(record | members, separators=(",", ":"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["text", "json"])
    parser.add_argument("share", type=float)
    parser.add_argument("megabytes", type=float)
    given = parser.parse_args()
    corpus, left = Corpus(given.kind, given.share), given.megabytes * 1e6
    while left > 0:
        line = corpus.line() + "\n"
        left -= len(line)
        sys.stdout.write(line)


if __name__ == "__main__":
    main()
