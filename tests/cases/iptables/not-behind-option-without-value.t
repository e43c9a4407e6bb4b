--- title
Behind an option that needs no value, `!` belongs to the option after it
--- input rules.v4
*filter
:FORWARD ACCEPT [0:0]
-A FORWARD -p tcp -m tcp --syn ! -f -j DROP
-A FORWARD -p udp -m physdev ! --physdev-is-in ! -s 10.9.9.9/32 -j DROP
COMMIT
--- args
--service dns --from 10.1.0.0/16 --in-interface lan0 --out-interface wan0
--- expect
exit 1
dns-tcp-53 denied opening @3
dns-udp-53 denied opening @4
