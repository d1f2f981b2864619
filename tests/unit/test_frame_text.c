/* Records of several lines, as the common languages and servers write them. Each block must come out whole
 * and alone: behind and in front of ordinary lines, and behind another of its kind. */
#include "frame.h"

#include "framing.h"

struct sample {
    const char *name;
    const char *block;
    const char *next; /* an ordinary line of the same writer; NULL: only those of everybody */
};

#define AT_JAVA "\tat com.example.shop.Cart.add(Cart.java:41)\n"

static const struct sample samples[] = {
    { "python",
      "Traceback (most recent call last):\n  File \"/srv/app.py\", line 7, in <module>\n    main()\n    "
      "~~~~^^\n"
      "ValueError: no such cart: 'a: b'",
      "cart 12 saved" },
    { "python, chained",
      "Traceback (most recent call last):\n  File \"/srv/app.py\", line 7, in f\n    return d[k]\nKeyError: "
      "'x'\n\n"
      "During handling of the above exception, another exception occurred:\n\n"
      "Traceback (most recent call last):\n  File \"/srv/app.py\", line 9, in f\n    raise Lost from None\n"
      "shop.errors.Lost: x",
      "cart 12 saved" },
    { "python, caused",
      "Traceback (most recent call last):\n  File \"a.py\", line 1\nOSError\n\nThe above exception was the "
      "direct cause "
      "of the following exception:\n\nTraceback (most recent call last):\n  File \"a.py\", line "
      "2\nRuntimeError: y",
      NULL },
    { "python, behind its log line",
      "2026-02-03 10:00:00,123 ERROR shop: cart failed\nTraceback (most recent call last):\n  File \"a.py\", "
      "line 1\n"
      "    x()\nshop.Failed: 3 items",
      "2026-02-03 10:00:00,124 INFO shop: next" },
    { "python, thread",
      "Exception in thread Thread-1 (work):\nTraceback (most recent call last):\n  File \"a.py\", line 1\n"
      "ZeroDivisionError: division by zero",
      NULL },
    { "python, logging",
      "--- Logging error ---\nTraceback (most recent call last):\n  File \"a.py\", line 1\nTypeError: not "
      "all\nCall stack:\n"
      "  File \"b.py\", line 2, in <module>\nMessage: 'a %s'\nArguments: ()",
      NULL },
    { "python, pool",
      "multiprocessing.pool.RemoteTraceback: \n\"\"\"\nTraceback (most recent call last):\n  File \"a.py\", "
      "line 1\n"
      "KeyError: 1\n\"\"\"\n\nThe above exception was the direct cause of the following exception:\n\n"
      "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 1",
      NULL },
    { "python, group",
      "  + Exception Group Traceback (most recent call last):\n  |   File \"a.py\", line 1, in <module>\n  | "
      "ExceptionGroup: two (2 sub-exceptions)\n  +-+---------------- 1 ----------------\n    | ValueError: "
      "a\n"
      "    +------------------------------------",
      "cart 12 saved" },
    { "zap, frames behind its line",
      "2026-02-03T10:00:00.123Z\terror\tqueue/sender.go:128\tdropped\t{\"kind\": \"exporter\"}\n"
      "example.com/shop/queue.(*sender[...]).send.func3\n\t/go/pkg/mod/example.com/shop@v1.2.0/queue/"
      "sender.go:128\n"
      "main.main\n\t/app/main.go:7",
      "2026-02-03T10:00:00.124Z\tinfo\tqueue/sender.go:99\tnext" },
    { ".NET, behind Serilog's line",
      "2026-02-03 10:00:00.123 +00:00 [ERR] cart 7 is lost\nSystem.InvalidOperationException: no stock\n"
      "   at Shop.Stock.Get() in /src/Stock.cs:line 7",
      "2026-02-03 10:00:00.124 +00:00 [INF] next" },
    { "db2",
      "2026-02-03-10.00.00.123456+000 I4711A500            LEVEL: Error\nPID     : 4711                 TID "
      ": 140\n"
      "INSTANCE: db2inst1             NODE : 000\nMESSAGE : ZRC=0x870F0042 \"no stock\"",
      "2026-02-03-10.00.00.223456+000 I4712A500            LEVEL: Warning" },
    { "oracle's listener",
      "03-FEB-2026 10:00:00 * (CONNECT_DATA=(SERVICE_NAME=shop)) * establish * shop * 12514\n"
      "TNS-12514: TNS:listener does not currently know of service requested in connect descriptor",
      "03-FEB-2026 10:00:01 * service_update * shop * 0" },
    { "kubernetes, a trace",
      "I0203 10:00:00.123456       1 trace.go:205] Trace[7]: \"List etcd3\" (total time: 1533ms):\n"
      "Trace[7]: [1.533s] [1.533s] END",
      "I0203 10:00:00.223456       1 trace.go:205] next" },
    { "python, database",
      "Traceback (most recent call last):\n  File \"a.py\", line 1\nsqlalchemy.exc.OperationalError: (x) "
      "could not connect\n"
      "\tIs the server running?\n\n[SQL: SELECT 1]\n(Background on this error at: https://example.org/e/1)",
      NULL },

    { "java", "java.lang.IllegalStateException: full\n" AT_JAVA "\t... 12 more", "cart 12 saved" },
    { "java, caused",
      "Exception in thread \"main\" java.lang.RuntimeException: a\n" AT_JAVA
      "\tSuppressed: java.io.IOException: close\n\t\tat x.Y.z(Y.java:3)\n\t\t... 3 more\nCaused by: a.b.C: "
      "why\n" AT_JAVA "\t... 5 more\nCaused by: a.b.D\n" AT_JAVA,
      NULL },
    { "java, behind its log line",
      "10:00:00.123 [main] ERROR c.e.Shop - cart failed\ncom.example.CartException: full\n" AT_JAVA
      "Caused by: java.net.ConnectException: refused\n    at java.base/sun.nio.ch.Net.pollConnect(Native "
      "Method)",
      "10:00:00.124 [main] INFO c.e.Shop - next" },
    { "dotnet",
      "Unhandled exception. System.InvalidOperationException: full\n ---> System.ArgumentException: inner\n"
      "   at Shop.Cart.Add() in /src/Cart.cs:line 12\n   --- End of inner exception stack trace ---\n"
      "   at Shop.Program.Main(String[] args) in /src/Program.cs:line 5\n"
      "--- End of stack trace from previous location ---\n   at Shop.Host.Run()",
      "cart 12 saved" },
    { "dotnet, logger",
      "fail: Shop.Cart[13]\n      cart failed\n      System.Exception: full\n         at Shop.Cart.Add()",
      "info: Shop.Cart[0]" },
    { "node",
      "TypeError: Cannot read properties of undefined (reading 'id')\n    at Cart.add (/srv/cart.js:10:15)\n "
      "   at async "
      "main (/srv/index.js:4:3) {\n  code: 'E_CART'\n}",
      "cart 12 saved" },
    { "node, uncaught",
      "/srv/index.js:12\n    throw new Error('boom');\n    ^\n\nError: boom\n    at main "
      "(/srv/index.js:12:11)\n\n"
      "Node.js v20.1.0",
      "cart 12 saved" },
    { "node, emitter",
      "node:events:491\n      throw er; // Unhandled 'error' event\n      ^\n\nError: listen EADDRINUSE: "
      "address already in use\n"
      "    at Server.setupListenHandle (node:net:1463:16)\nEmitted 'error' event on Server instance at:\n"
      "    at emitErrorNT (node:net:1)\n  errno: -98\n}",
      NULL },

    { "go",
      "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nmain.pick(...)\n"
      "\t/srv/main.go:9\nmain.main()\n\t/srv/main.go:5 +0x1d\nexit status 2",
      "cart 12 saved (3 items)" },
    { "go, several",
      "fatal error: all goroutines are asleep - deadlock!\n\ngoroutine 1 [chan "
      "receive]:\nmain.main()\n\t/srv/main.go:5 "
      "+0x1d\n\ngoroutine 18 [select, 3 minutes]:\nnet/http.(*conn).serve(0xc0000, {0x1, "
      "0x2})\n\t/go/net/http/server.go:1"
      "\ncreated by net/http.(*Server).Serve in goroutine 1\n\t/go/net/http/server.go:2 +0x5",
      NULL },
    { "go, signal",
      "SIGABRT: abort\nPC=0x46a1c1 m=0 sigcode=0\n\ngoroutine 0 [idle]:\nruntime.futex(0x5, "
      "0x80)\n\t/go/runtime/sys.s:1 "
      "+0x21\n\nrax    0xca\nrip    0x46a1c1",
      NULL },
    { "go, served",
      "2026/02/03 10:00:00 http: panic serving 10.0.0.1:5: boom\ngoroutine 24 "
      "[running]:\nmain.f(0xc0)\n\t/srv/a.go:1 +0x2",
      "2026/02/03 10:00:01 next" },
    { "ruby",
      "/srv/cart.rb:18:in `add': full (RuntimeError)\n\tfrom /srv/cart.rb:14:in `save'\n\tfrom "
      "/srv/app.rb:2:in `<main>'",
      "cart 12 saved" },
    { "rails",
      "F, [2026-02-03T10:00:00.123456 #9] FATAL -- : ActionView::Template::Error "
      "(full):\napp/models/cart.rb:12:in `add'\n"
      "app/controllers/carts_controller.rb:5:in `create'",
      "I, [2026-02-03T10:00:00.123456 #9] INFO -- : next" },
    { "php",
      "PHP Fatal error:  Uncaught RuntimeException: full in /srv/cart.php:5\nStack trace:\n#0 "
      "/srv/index.php(9): add()\n"
      "#1 {main}\n\nNext LogicException: outer in /srv/cart.php:7\nStack trace:\n#0 {main}\n  thrown in "
      "/srv/cart.php on line 5",
      "PHP Notice:  next" },
    { "laravel",
      "[2026-02-03 10:00:00] production.ERROR: full {\"exception\":\"[object] (Exception(code: 0): full at "
      "/a.php:5)\n"
      "[stacktrace]\n#0 /srv/index.php(9): add()\n#1 {main}\n\"} ",
      "[2026-02-03 10:00:01] production.INFO: next" },
    { "rust",
      "thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds: the len is 3\nstack backtrace:\n   "
      "0: rust_begin_unwind\n"
      "             at /rustc/abc/library/std/src/panicking.rs:645:5\n   1: shop::main\nnote: Some details "
      "are omitted",
      "cart 12 saved" },
    { "rust, old", "thread 'w' panicked at 'full', src/main.rs:4:5\nnote: run with `RUST_BACKTRACE=1`",
      "cart 12 saved" },
    { "rust, anyhow", "Error: full\n\nCaused by:\n    0: a\n    1: b\n\nStack backtrace:\n   0: shop::main",
      "cart 12 saved" },
    { "elixir",
      "10:00:00.123 [error] GenServer Shop.Cart terminating\n** (RuntimeError) full\n    (shop 0.1.0) "
      "lib/cart.ex:5: "
      "Shop.Cart.add/1\nLast message: {:add, 1}\nState: %{}",
      "10:00:00.124 [info] next" },
    { "erlang",
      "=ERROR REPORT==== 3-Feb-2026::10:00:00.123456 ===\n** Generic server cart terminating\n** Last "
      "message in was add\n"
      "** Reason for termination ==\n** {full,[{cart,add,1}]}",
      NULL },
    { "lua",
      "lua: cart.lua:3: full\nstack traceback:\n\t[C]: in function 'error'\n\tcart.lua:3: in main chunk",
      "cart 12 saved" },
    { "asan",
      "=================================================================\n==12==ERROR: AddressSanitizer: "
      "heap-use-after-free\n"
      "READ of size 4 at 0x60 thread T0\n    #0 0x4f in main /srv/a.c:5\n\n0x602 is located 0 bytes "
      "inside\nfreed by thread T0 "
      "here:\n    #0 0x4e in free\n\nSUMMARY: AddressSanitizer: heap-use-after-free /srv/a.c:5 in "
      "main\nShadow bytes around "
      "the buggy address:\n  0x0c04: fa fa\n=>0x0c05: fa[fd]\nShadow byte legend (one shadow byte represents "
      "8 bytes):\n"
      "  Addressable:           00\n==12==ABORTING",
      "cart 12 saved" },
    { "data race",
      "==================\nWARNING: DATA RACE\nRead at 0x00c000 by goroutine 7:\n  main.f()\n      "
      "/srv/a.go:1 +0x2\n\n"
      "Goroutine 7 (running) created at:\n  main.main()\n==================",
      "cart 12 saved" },

    { "mysql slow",
      "# Time: 2026-02-03T10:00:00.123456Z\n# User@Host: shop[shop] @  [10.0.0.1]  Id:    17\n# Query_time: "
      "2.5  Lock_time: 0\n"
      "SET timestamp=1770112800;\nSELECT *\nFROM carts\n\nWHERE id = 3;",
      NULL },
    { "mysql slow, without time",
      "# User@Host: shop[shop] @ localhost []\n# Query_time: 2.5\nuse shop;\nselect 1;", NULL },
    { "mysql header",
      "/usr/sbin/mysqld, Version: 8.0.36 (MySQL). started with:\nTcp port: 3306  Unix socket: "
      "/run/mysqld.sock\n"
      "Time                 Id Command    Argument",
      NULL },
    { "postgres",
      "2026-02-03 10:00:00.123 UTC [77] ERROR:  no such table\nDETAIL:  gone\nSTATEMENT:  SELECT\n\t1\n\t2",
      "2026-02-03 10:00:00.124 UTC [77] LOG:  next" },
    { "postgres, other programs of its file",
      "2026-02-03 10:00:00.123 UTC [77] FATAL:  could not open the lock file\npg_ctl: could not start\nLook "
      "at the log.",
      "2026-02-03 10:00:00.124 UTC [77] LOG:  next" },
    { "postgres, without tabs",
      "2026-02-03 10:00:00.123 UTC [77] LOG:  duration: 3 ms  statement: SELECT\n1,\n2\nFROM carts",
      "2026-02-03 10:00:00.124 UTC [77] LOG:  next" },
    { "postgres, csv",
      "2026-02-03 10:00:00.123 UTC,\"shop\",\"shop\",77,\"10.0.0.1:5\",65a,1,\"SELECT\",2026-02-03 09:59:59 "
      "UTC,3/2,0,ERROR,"
      "42P01,\"relation \"\"carts\"\" does not exist\",,,,,,\"select *\n1,\n\nfrom \"\"carts\"\"\nwhere "
      "2\",15,,\"psql\",\"\"",
      "2026-02-03 10:00:00.124 "
      "UTC,\"shop\",\"shop\",77,,65a,2,\"\",,,0,LOG,00000,\"next\",,,,,,,,,\"psql\",\"\"" },
    { "postgres, syslog",
      "Feb  3 10:00:00 db postgres[77]: [7-1] shop@shop LOG:  duration: 3 ms  statement: SELECT\n"
      "Feb  3 10:00:01 db postgres[77]: [7-2] #0111,\nFeb  3 10:00:01 db postgres[77]: [7-3] shop@shop HINT: "
      " no\n"
      "Feb  3 10:00:01 db postgres[77]: [7-12] a long line goes on",
      "Feb  3 10:00:01 db postgres[77]: [8-1] shop@shop LOG:  next" },
    { "oracle",
      "Tue Feb 03 10:00:00 2026\nErrors in file /u01/trace.trc:\nORA-00600: internal error code\nORA-06512: "
      "at line 1",
      NULL },
    { "oracle, new", "2026-02-03T10:00:00.123456+00:00\nThread 1 opened at log sequence 5\n  Current log# 2",
      NULL },
    { "vmware", "2026-02-03T10:00:00.123Z cpu3:77)WARNING: full\n--> first\n--> second", NULL },
    { "java.util.logging",
      "Nov 26, 2024 10:15:03 AM com.example.shop.Orders place\nSEVERE: payment failed\n"
      "java.lang.IllegalStateException: no gateway\n" AT_JAVA
      "Caused by: java.io.IOException: closed\n" AT_JAVA,
      "Nov 26, 2024 10:15:04 AM com.example.shop.Orders place" },
    { "java.util.logging, with a narrow blank",
      "Nov 6, 2024 1:15:03\u202fPM com.example.shop.Orders <init>\nINFO: order 4711 placed", NULL },
    { "PEM",
      "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,0A1B\n\n"
      "MIIEpAIBAAKCAQEA7vZbQx\nq8Kz0l+/==\n-----END RSA PRIVATE KEY-----",
      "cart 12 saved" },
    { "PEM, behind its log line",
      "2026-02-03 10:00:00 ERROR cannot use key: -----BEGIN PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7vZbQx\n"
      "q8Kz0lAB\n-----END PRIVATE KEY-----",
      "2026-02-03 10:00:00 INFO next" },
    { "PEM, syslog",
      "Feb  3 10:00:00 host shop[7]: -----BEGIN PRIVATE KEY-----\nFeb  3 10:00:00 host shop[7]: MIIEpAIB\n"
      "Feb  3 10:00:01 host shop[7]: -----END PRIVATE KEY-----",
      "Feb  3 10:00:01 host shop[7]: next" },
    { "JSON in text", "2026-02-03 10:00:00 DEBUG request {\n  \"a\": {\n    \"b\": 1\n  }\n}",
      "2026-02-03 10:00:00 INFO next" },

    { "kernel",
      "Feb  3 10:00:00 host kernel: [12345.678901] BUG: kernel NULL pointer dereference, address: "
      "0000000000000008\n"
      "Feb  3 10:00:00 host kernel: [12345.678902] #PF: supervisor read access in kernel mode\n"
      "Feb  3 10:00:00 host kernel: [12345.678903] Oops: 0000 [#1] SMP NOPTI\n"
      "Feb  3 10:00:00 host kernel: [12345.678904] CPU: 3 PID: 99 Comm: shop Not tainted 6.1.0\n"
      "Feb  3 10:00:00 host kernel: [12345.678905] RIP: 0010:cart_add+0x12/0x80 [shop]\n"
      "Feb  3 10:00:01 host kernel: [12345.678906] Call Trace:\n"
      "Feb  3 10:00:01 host kernel: [12345.678907]  <TASK>\n"
      "Feb  3 10:00:01 host kernel: [12345.678908]  do_syscall_64+0x5b/0x90\n"
      "Feb  3 10:00:01 host kernel: [12345.678909] ---[ end trace 0000000000000000 ]---",
      "Feb  3 10:00:01 host kernel: [12345.678910] usb 1-1: new device" },
    { "kernel, dmesg",
      "[   12.345678] INFO: task shop:99 blocked for more than 120 seconds.\n[   12.345679]       Not "
      "tainted 6.1.0\n"
      "[   12.345680] \"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.\n"
      "[   12.345681] task:shop state:D stack:0 pid:99\n[   12.345682] Call Trace:\n[   12.345683]  "
      "schedule+0x5e/0xd0",
      "[   12.345684] eth0: link up" },
    { "compose",
      "web_1  | Traceback (most recent call last):\nweb_1  |   File \"/srv/app.py\", line 7\nweb_1  |     "
      "main()\n"
      "web_1  | ValueError: full\nweb_1  | \nweb_1  | During handling of the above exception, another "
      "exception occurred:\nweb_1  | \n"
      "web_1  | Traceback (most recent call last):\nweb_1  |   File \"/srv/app.py\", line 8\nweb_1  | "
      "KeyError: 'x'",
      "web_1  | cart 12 saved" },
    { "compose, colours",
      "\x1b[36mapi-1  |\x1b[0m java.lang.IllegalStateException: full\n\x1b[36mapi-1  |\x1b[0m \tat "
      "a.B.c(B.java:1)",
      "\x1b[36mapi-1  |\x1b[0m cart 12 saved" },
    { "cri",
      "2026-02-03T10:00:00.123456789Z stderr F Traceback (most recent call last):\n"
      "2026-02-03T10:00:00.123456790Z stderr F   File \"/srv/app.py\", line 7\n"
      "2026-02-03T10:00:01.1Z stderr F ValueError: full",
      "2026-02-03T10:00:01.2Z stderr F cart 12 saved" },
    { "cri, parts",
      "2026-02-03T10:00:00.123456789Z stdout P first half\n2026-02-03T10:00:00.123456789Z stdout P and \n"
      "2026-02-03T10:00:00.123456790Z stdout F second",
      "2026-02-03T10:00:00.123456791Z stdout F next" },
    { "syslog",
      "2026-02-03T10:00:00.123456+00:00 host shop[77]: ERROR cart failed\n"
      "2026-02-03T10:00:00.123457+00:00 host shop[77]: com.example.CartException: full\n"
      "2026-02-03T10:00:00.123458+00:00 host shop[77]: #011at com.example.Cart.add(Cart.java:41)",
      "2026-02-03T10:00:00.123459+00:00 host shop[77]: next" },
};

/* Lines that belong to no block, whatever stands in front. */
static const char *const ordinary[] = {
    "2026-02-03T10:00:05.000Z INFO shop - cart 12 saved",
    "2026-02-03 10:00:05,123 WARN [main] shop: Traceback is slow (really)",
    "Feb  3 10:00:05 other sshd[3]: Accepted publickey for bo",
    "{\"level\":\"info\",\"msg\":\"cart 12 saved\"}",
    "[2026-02-03 10:00:05] INFO: at last",
    "10.0.0.1 - - [03/Feb/2026:10:00:05 +0000] \"GET / HTTP/1.1\" 200 5",
};

/* One record per line of the list: line ends inside it as |. */
static void list_records(void *list, struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        add_on_one_line(list, record_bytes(batch, &batch->records[i]));
}

/* In the input lines end with `end`. */
static void add_record(struct buf *input, struct buf *want, const char *text, const char *end) {
    struct str block = str_c(text);
    block.len -= block.ptr[block.len - 1] == '\n';
    for (size_t i = 0; i < block.len; i++)
        if (block.ptr[i] == '\n') {
            buf_add_c(input, end);
            buf_add(want, str_of(end, strlen(end) - 1));
            buf_add_byte(want, '|');
        } else {
            buf_add_byte(input, block.ptr[i]);
            buf_add_byte(want, block.ptr[i]);
        }
    buf_add_c(input, end);
    buf_add_byte(want, '\n');
}

static void check_records(const char *name, const char *const *texts, size_t count, const char *end) {
    struct buf input, want, got;
    buf_init(&input, 1 << 20);
    buf_init(&want, 1 << 20);
    buf_init(&got, 1 << 20);
    for (size_t i = 0; i < count; i++)
        add_record(&input, &want, texts[i], end);
    frame_each(buf_str(&input), FRAME_AUTO, 7, list_records, &got);
    int failed = checks_failed;
    CHECK_STR(buf_str(&got), buf_c(&want));
    if (failed != checks_failed)
        fprintf(stderr, "    in case \"%s\"\n", name);
    buf_fini(&input);
    buf_fini(&want);
    buf_fini(&got);
}

static void check_sample(const struct sample *s, const char *end) {
    for (size_t i = 0; i < sizeof ordinary / sizeof *ordinary; i++) {
        const char *const texts[] = { ordinary[i], s->block, ordinary[i], s->block, s->block, ordinary[i] };
        check_records(s->name, texts, sizeof texts / sizeof *texts, end);
    }
    const char *const texts[] = { s->next, s->block, s->next, s->block, s->next, s->next };
    if (s->next)
        check_records(s->name, texts, sizeof texts / sizeof *texts, end);
}

int main(void) {
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        check_sample(&samples[i], "\n");
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        check_sample(&samples[i], "\r\n");
    return check_report();
}
