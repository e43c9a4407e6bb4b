--- title
A greeting with stars in front of the dump is no table
--- input rules.v4
*** System restart required ***
root@fw:~# iptables-save
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p udp -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/8
--- expect
exit 0
finding tolerated @1
dns-udp-53 permitted @5
