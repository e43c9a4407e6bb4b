--- title
Two files with rules of one family are no firewall
--- input a.v4
*filter
:FORWARD DROP [0:0]
-A FORWARD -s 10.0.0.0/8 -j ACCEPT
COMMIT
--- input b.v4
*filter
:FORWARD ACCEPT [0:0]
COMMIT
--- args
--service dns --firewall hq=a.v4 --firewall hq=b.v4
--- expect
exit 2
finding invalid-value @1
help give one file for each family, or name the files as two firewalls
