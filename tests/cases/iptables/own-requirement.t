--- title
Requirements of one's own are judged alone when ours are left out
--- input rules.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -d 192.0.2.10/32 -p tcp --dport 8443 -j ACCEPT
COMMIT
--- args
--from 10.1.0.0/16
--- requirements
services:
  - id: directory
    flows: [{id: directory, proto: tcp, ports: 8443}]
    destinations: [192.0.2.10]
  - id: backup
    flows: [{id: backup, proto: tcp, ports: 9000, level: recommended}]
    destinations: [192.0.2.11]
--- expect
exit 0
directory permitted @4
backup denied opening @2
