--- title
A limit together with another open condition is undecided, and a limit on a log is no matter
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -m limit --limit 1/min -j LOG
-A FORWARD -p tcp -j ACCEPT
-A FORWARD -p udp -m limit --limit 10/sec -m time --timestart 08:00 --timestop 18:00 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 3
dns-udp-443 undecided @6
dns-tcp-443 permitted @5
finding undecided @6
no-finding limit-in-front
