--- title
A fix for a listing has the number of the entry, whatever is printed below the entries
--- input show.txt
access-list LAN; 4 elements; name hash: 0x1f2e3d4c
access-list LAN line 1 extended permit udp object-group OFFICES any4 eq 443 (hitcnt=12) 0x00000001
  access-list LAN line 1 extended permit udp 10.1.0.0 255.255.0.0 any4 eq 443 (hitcnt=12) 0x00000002
  access-list LAN line 1 extended permit udp 10.2.0.0 255.255.0.0 any4 eq 443 (hitcnt=0) 0x00000003
access-list LAN line 2 extended deny udp any4 host 208.67.222.222 eq domain (hitcnt=77) 0x00000004
access-list LAN line 3 extended permit ip any4 any4 (hitcnt=9) 0x00000005
--- args
--service dns --acl LAN --from 10.1.0.0/16
--- expect
exit 1
dns-udp-53 partly-denied opening @5
note counted 77 packets
help above line 2 of the access list `LAN`, which takes it first:
help access-list LAN line 2 extended permit udp 10.1.0.0 255.255.0.0 host 208.67.222.222 eq 53
