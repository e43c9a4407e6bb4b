--- title
`show access-lists` with `--acl`
--- input r1.cfg
Extended IP access list LAN
    10 permit udp any any eq domain (12 matches)
    20 permit udp any any eq 443 (1 match)
    30 permit tcp any any (345 matches)
Standard IP access list 10
    10 permit 10.0.0.0, wildcard bits 0.255.255.255 (7 matches)
--- args
--service dns --acl LAN --from 10.0.0.0/8
--- expect
exit 0
format ios
dns-udp-443 permitted
dns-udp-53 permitted
dns-tcp-53 permitted
dns-tcp-443 permitted
assumes only the access list `LAN` is judged
rejected 0
