//! The one list of commands that cannot stop, divert or permit transit traffic by themselves.

/// First words of such commands. What matters of `ip` and `ipv6` is taken before this list is asked.
const NEUTRAL: &[&str] = &[
    "aaa", "access-session", "alias", "aps", "archive", "arp", "authentication", "autonomic", "banner", "bfd", "boot",
    "boot-start-marker", "boot-end-marker", "bridge", "bridge-domain", "buffers", "Building", "call", "call-home",
    "card", "cdp", "cef", "certificate", "class-map", "clear", "cli", "clns", "clock", "cns", "config-register",
    "configure", "control-plane", "controller", "copp", "crypto", "cts", "Current", "daemon", "default-value", "define",
    "device", "device-sensor", "diagnostic", "dial-peer", "dialer-list", "disk", "do", "domain", "dot11", "dot1x",
    "dspfarm", "dual-active", "enable", "end", "environment", "errdisable", "ethernet", "event", "exception", "exit",
    "fabric", "facility-alarm", "feature", "feature-set", "fhrp", "file", "flow", "gatekeeper", "gateway", "hardware",
    "hostname", "hw-module", "identity", "ip", "ipc", "ipv6", "isdn", "key", "kron", "l2", "l2protocol", "l2vpn",
    "lacp", "lane", "ldap", "license", "line", "lldp", "load-interval", "logging", "login", "mac", "mac-address-table",
    "macro", "management", "map-class", "match", "mediatrace", "memory", "memory-size", "mls", "mmi", "monitor", "mpls",
    "msdp", "multilink", "name-server", "netconf", "netconf-yang", "network-clock", "network-policy", "ntp", "nve",
    "nxapi", "ospf", "parameter-map", "parser", "partition", "password", "peer", "platform", "policy-map", "port",
    "port-channel", "power", "prefix-list", "priority-flow-control", "privilege", "process", "profile", "pseudowire",
    "ptp", "qos", "quit", "radius", "radius-server", "rate-limit", "redundancy", "resource", "restconf", "rmon",
    "role", "rommon", "route-map", "route-tag", "router", "routing", "scheduler", "scp", "scripting", "sdm", "security",
    "service", "service-policy", "service-routing", "service-template", "set", "sflow", "show", "slot", "snmp",
    "snmp-server", "software", "spanning-tree", "spd", "ssh", "stackwise-virtual", "standby", "stp", "subscriber",
    "switch", "switchport", "system", "table-map", "tacacs", "tacacs-server", "tag-switching", "telemetry", "terminal",
    "tftp-server", "track", "transceiver", "transport", "trunk", "udld", "upgrade", "upgrade", "username", "Using",
    "vdc", "version", "virtual-service", "vlan", "voice", "voice-card", "voice-port", "vpc", "vpdn", "vpdn-group",
    "vrf", "vstack", "vtp", "vxlan", "webui", "wireless", "wlan", "write", "wsma", "xconnect", "xdr", "zone",
    "zone-pair", "mac-access-list", "conf", "en", "sh", "wr", "no", "community-list", "as-path", "ap", "appletalk",
    "multicast", "object", "ipx", "frame-relay", "dialer", "class", "policy", "queue-monitor", "agent", "hardware-module",
    "alert-group", "configuration", "Last", "NVRAM", "ip-sla", "sntp", "cops", "location", "lag",
];

/// Can the command not affect transit (or is it looked at elsewhere, and its line is no rule)?
pub fn is_neutral(word: &str) -> bool {
    NEUTRAL.contains(&word)
}
