return rule { title="Scan from {ip}", type="Security", severity="low", any = { [[scan from (?P<ip>\S+)]] }, where = { ip = { in_table = "egress" } },
 tests = { {"yes", log="scan from 10.1.2.3", data={ egress="ip/cidr,x\n10.0.0.0/8,1\n" }, expect=1}, {"no", log="scan from 11.1.2.3", data={egress="ip/cidr,x\n10.0.0.0/8,1\n"}, expect=0} } }
