--- title
What to write in gathered facts is an object on a line of its own
--- input facts.json
{
  "acls": [
    {
      "name": "OUT",
      "aces": [
        {
          "grant": "deny",
          "protocol": "udp",
          "source": {"any": true},
          "destination": {"any": true, "port_protocol": {"eq": "443"}}
        },
        {
          "grant": "permit",
          "protocol": "ip",
          "source": {"any": true},
          "destination": {"any": true}
        }
      ]
    }
  ]
}
--- args
--service dns --from 10.1.0.0/16
--- expect
exit 1
dns-udp-443 denied @7
help insert above line 6
help {"grant": "permit", "protocol": "udp", "source": {"address": "10.1.0.0", "netmask": "255.255.0.0"}, "destination": {"host": "208.67.220.220", "port_protocol": {"eq": "443"}}}
