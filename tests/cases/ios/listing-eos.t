--- title
A listing of EOS
--- input r1.cfg
IP Access List LAN
        10 permit udp 10.0.0.0/8 any eq domain 443 [match 6 packets, 0:00:01 ago]
        20 permit tcp 10.0.0.0/8 any eq https domain
--- args
--service dns --acl LAN --from 10.0.0.0/8
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
rejected 0
