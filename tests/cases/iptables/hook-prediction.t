--- title
On the machine itself a capture shows answers that INPUT drops, and nothing of what OUTPUT drops (kernel 6.18)
--- input rules.v4
*filter
:INPUT DROP [0:0]
:FORWARD ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
-A OUTPUT -p udp -m udp --dport 443 -j DROP
COMMIT
--- args
--service dns --hook output --from 10.20.0.7/32
--- expect
exit 1
dns-udp-443 denied opening @5
dns-udp-53 denied answer @2
state Unprotected
capture udp 443 to 208.67.222.222/32, 208.67.220.220/32: nothing, and a program that sends UDP is told "Operation not permitted"
capture udp 53 to 208.67.222.222/32, 208.67.220.220/32: answers that arrive, and yet the same requests again and again
