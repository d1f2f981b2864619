#!/usr/bin/python3
"""OpenStack Swift with its S3 interface in one process on the loopback: a server that verifies signatures strictly.

usage: swift_server.py FOLDER

Keeps everything below FOLDER (made new), listens on free ports, and writes the port of the S3 interface to
FOLDER/port once it answers. Access key test:tester, secret key testing; test:reader may do nothing.
"""

import logging
import os
import shutil
import sys

import eventlet

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from swift.common import utils  # noqa: E402

USERS = """
user_test_tester = testing .admin
user_test_reader = reading
"""


def storage_conf(folder, name, port):
    return f"""[DEFAULT]
devices = {folder}/srv
mount_check = false
disable_fallocate = true
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""


def proxy_conf(folder, port):
    return f"""[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats bulk s3api tempauth copy slo dlo versioned_writes symlink proxy-server
[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
[filter:tempauth]
use = egg:swift#tempauth
{USERS}
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:bulk]
use = egg:swift#bulk
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = yes
check_bucket_owner = false
allow_multipart_uploads = true
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
[filter:versioned_writes]
use = egg:swift#versioned_writes
allow_versioned_writes = true
[filter:symlink]
use = egg:swift#symlink
"""


class Cache:
    """What Swift wants of memcached, in the process itself."""

    def __init__(self):
        self.items = {}

    def get(self, key, **_):
        return self.items.get(key)

    def set(self, key, value, **_):
        self.items[key] = value

    def delete(self, key, **_):
        self.items.pop(key, None)

    def incr(self, key, delta=1, **_):
        self.items[key] = int(self.items.get(key) or 0) + delta
        return self.items[key]


def with_cache(app):
    cache = Cache()

    def call(environ, start_response):
        environ["swift.cache"] = cache
        return app(environ, start_response)

    return call


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def make_ring(folder, name, port):
    from swift.common.ring import RingBuilder

    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": port, "device": "d1", "weight": 1,
                     "replication_ip": "127.0.0.1", "replication_port": port})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/{name}.ring.gz")


def main():
    folder = os.path.abspath(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(f"{folder}/srv/d1")
    write(f"{folder}/swift.conf", "[swift-hash]\nswift_hash_path_suffix = s\nswift_hash_path_prefix = p\n"
                                  "[storage-policy:0]\nname = Policy-0\ndefault = yes\n")
    utils.set_swift_dir(folder)
    from swift.common.wsgi import SwiftHttpProtocol, loadapp

    logging.disable(logging.CRITICAL)
    sockets = {name: eventlet.listen(("127.0.0.1", 0)) for name in ("account", "container", "object", "proxy")}
    ports = {name: socket.getsockname()[1] for name, socket in sockets.items()}
    for name in ("account", "container", "object"):
        make_ring(folder, name, ports[name])
    servers = []
    for name, socket in sockets.items():
        conf = proxy_conf(folder, ports[name]) if name == "proxy" else storage_conf(folder, name, ports[name])
        app = loadapp(write(f"{folder}/{name}-server.conf", conf))
        servers.append(eventlet.spawn(wsgi.server, socket, with_cache(app), utils.NullLogger(), log_output=False,
                                      protocol=SwiftHttpProtocol, max_size=256))
    eventlet.sleep(0)
    write(f"{folder}/port.new", str(ports["proxy"]))
    os.rename(f"{folder}/port.new", f"{folder}/port")
    for server in servers:
        server.wait()


if __name__ == "__main__":
    main()
