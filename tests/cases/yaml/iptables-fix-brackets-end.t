--- title
At the end of a list in brackets, and on top of it
--- input rules.yaml
{"policies": {"FORWARD": "DROP"}, "rules": ["-A FORWARD -p tcp --dport 25 -j ACCEPT"]}
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @1
help in front of `-A FORWARD -p tcp --dport 25 -j ACCEPT`; the rest: append in line 1, behind
help "-A FORWARD -s 10.1.0.0/16 -d 208.67.220.220/32,208.67.222.222/32
