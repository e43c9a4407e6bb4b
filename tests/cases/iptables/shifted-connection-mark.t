--- title
A connection mark that is shifted is not taken for the value before the shift
--- input rules.v4
*mangle
:PREROUTING ACCEPT [0:0]
-A PREROUTING -j CONNMARK --set-xmark 0x1/0xffffffff --left-shift-mark 1
COMMIT
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m connmark --mark 0x1 -j ACCEPT
-A FORWARD -p tcp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-53 undecided
dns-tcp-53 permitted @9
