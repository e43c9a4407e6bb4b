//! Seeded numbers, and the addresses and ports that rules and flows are made of.

/// SplitMix64: small, seeded, and the same on every machine and in every release.
pub struct Numbers(u64);

impl Numbers {
    pub fn new(seed: u64) -> Numbers {
        Numbers(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: u32) -> u32 {
        (self.next() % u64::from(end.max(1))) as u32
    }

    pub fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub fn port(&mut self) -> u16 {
        const COMMON: [u16; 12] = [22, 25, 53, 80, 123, 389, 443, 587, 636, 993, 3389, 8443];
        let at = self.below(20) as usize;
        COMMON.get(at).copied().unwrap_or_else(|| 1_024 + self.below(60_000) as u16)
    }

    /// A client's address, dotted.
    pub fn client(&mut self) -> String {
        let [_, a, b, c] = self.below(1 << 24).to_be_bytes();
        format!("10.{a}.{b}.{c}")
    }

    /// A network of clients and the length of its prefix.
    pub fn client_network(&mut self) -> (String, u8) {
        let length = 16 + 4 * self.below(3) as u8;
        let [_, a, b, _] = (self.below(1 << 24) & (u32::MAX << (32 - length))).to_be_bytes();
        (format!("10.{a}.{b}.0"), length)
    }

    /// A server's address, dotted.
    pub fn server(&mut self) -> String {
        let [_, a, b, c] = self.below(1 << 17).to_be_bytes();
        format!("198.{}.{b}.{c}", 18 + a)
    }

    /// A network of servers, and the length of its prefix; one in eight is the network of a required flow.
    pub fn server_network(&mut self) -> (String, u8) {
        if self.chance(12) {
            return (required_network(self.below(100)), 28);
        }
        let [_, a, b, _] = self.below(1 << 17).to_be_bytes();
        (format!("198.{}.{b}.0", 18 + a), 24)
    }
}

/// The network of 16 addresses that the required flows of a region go to: a region has the same one in every list.
pub fn required_network(region: u32) -> String {
    // An odd factor: no two of 8,192 regions get the same network.
    let [_, a, b, c] = (region.wrapping_mul(5_003) % 8_192 * 16).to_be_bytes();
    format!("198.{}.{b}.{c}", 18 + a)
}

/// The netmask of a prefix, dotted.
pub fn netmask(length: u8) -> String {
    let [a, b, c, d] = (u32::MAX << (32 - u32::from(length))).to_be_bytes();
    format!("{a}.{b}.{c}.{d}")
}
