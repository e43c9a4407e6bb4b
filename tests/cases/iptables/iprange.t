--- title
-m iprange is exact
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -p udp -m iprange --src-range 10.0.0.0-10.0.0.9 --dst-range 208.67.220.0-208.67.222.222 -j ACCEPT
-A FORWARD -p tcp -m iprange ! --dst-range 208.67.221.0-208.67.255.255 -j ACCEPT
COMMIT
--- args
--service dns --from 10.0.0.0/29 --from 10.0.0.8/31
--- expect
exit 1
dns-udp-443 permitted @4
dns-tcp-53 partly-denied opening @2
