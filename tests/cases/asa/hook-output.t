--- title
An ASA does not say what becomes of its own packets
--- input fw.cfg
hostname fw
interface GigabitEthernet0/0
 nameif outside
 security-level 0
 ip address 192.0.2.1 255.255.255.0
interface GigabitEthernet0/1
 nameif inside
 security-level 100
 ip address 10.0.0.1 255.255.255.0
route outside 0.0.0.0 0.0.0.0 192.0.2.254
--- args
--service dns --hook output
--- expect
exit 2
finding invalid-value @1
help leave out `--hook output`, or this file
