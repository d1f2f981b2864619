return {
  { name = "stock desk", need = { "|ord=" },
    pattern = [=[^(?P<time>\d{10})\|(?P<level>[A-Z])\|ord=(?P<request_id>\d+)\|cust=(?P<user_id>\S*)\|(?P<duration_s><<number>>)\|(?P<message>.*)]=],
    sample = [[1732616400|E|ord=1|cust=ada|1.25|WARN 203.0.113.9 was slow]],
    expect = { time = "2024-11-26T10:20:00.000Z", level = "error", request_id = "1", user_id = "ada", duration_ms = "1250" } },
  { name = "stock bell",
    pattern = [=[^\[(?P<level>\w+)\] \d\d:\d\d (?P<service>stock) ]=],
    sample = [=[[WRN] 10:00 stock desk]=],
    expect = { level = "warn", service = "stock", user_id = false } },
}
