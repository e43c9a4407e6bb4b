//! Products of interval sets, and single packets.

use super::{Family, Field, IntervalSet};

/// One packet: a value for each field; fields that were not set are 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Packet {
    values: [u128; Field::COUNT],
}

impl Packet {
    /// A packet with every field 0.
    pub fn zero() -> Packet {
        Packet { values: [0; Field::COUNT] }
    }

    /// The value of a field.
    pub fn get(&self, field: Field) -> u128 {
        self.values.get(field as usize).copied().unwrap_or(0)
    }

    /// Sets the value of a field.
    pub fn set(&mut self, field: Field, value: u128) {
        if let Some(slot) = self.values.get_mut(field as usize) {
            *slot = value;
        }
    }
}

/// A product of sets: a packet is in it when each constrained field is in the field's set.
///
/// INVARIANT: sorted by field, at most one set for each, none empty, none full.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cube {
    dims: Vec<(Field, IntervalSet)>,
}

impl Cube {
    /// Every packet.
    pub fn full() -> Cube {
        Cube { dims: Vec::new() }
    }

    /// The packets of this cube whose `field` is in `set`; `None` when there are none.
    #[must_use]
    pub fn with(mut self, family: Family, field: Field, set: &IntervalSet) -> Option<Cube> {
        if set.is_full(field.max(family)) {
            return Some(self);
        }
        match self.dims.binary_search_by_key(&field, |d| d.0) {
            Ok(at) => {
                let slot = self.dims.get_mut(at)?;
                slot.1 = slot.1.intersect(set);
                if slot.1.is_empty() { None } else { Some(self) }
            }
            Err(_) if set.is_empty() => None,
            Err(at) => {
                if self.dims.is_empty() {
                    // Rules constrain about this many fields: one allocation instead of growing by steps.
                    self.dims.reserve_exact(5);
                }
                self.dims.insert(at, (field, set.clone()));
                Some(self)
            }
        }
    }

    /// The constrained fields with their sets, in the order of fields.
    pub fn dims(&self) -> &[(Field, IntervalSet)] {
        &self.dims
    }

    /// The set of a field; `None` when the field is not constrained.
    pub fn get(&self, field: Field) -> Option<&IntervalSet> {
        self.dims.iter().find(|d| d.0 == field).map(|d| &d.1)
    }

    /// The set of a field, the full one when it is not constrained.
    pub fn values(&self, family: Family, field: Field) -> IntervalSet {
        self.get(field).cloned().unwrap_or_else(|| IntervalSet::range(0, field.max(family)))
    }

    /// Is the packet in the cube?
    pub fn contains(&self, packet: &Packet) -> bool {
        self.dims.iter().all(|(field, set)| set.contains(packet.get(*field)))
    }

    /// Is there a common packet?
    pub fn overlaps(&self, other: &Cube) -> bool {
        self.dims.iter().all(|(field, set)| other.get(*field).is_none_or(|theirs| set.overlaps(theirs)))
    }

    /// Packets of both; `None` when there are none.
    pub fn intersect(&self, other: &Cube) -> Option<Cube> {
        let mut dims = Vec::with_capacity(self.dims.len() + other.dims.len());
        let (mut left, mut right) = (self.dims.iter().peekable(), other.dims.iter().peekable());
        loop {
            match (left.peek(), right.peek()) {
                (Some(a), Some(b)) if a.0 == b.0 => {
                    let both = a.1.intersect(&b.1);
                    if both.is_empty() {
                        return None;
                    }
                    dims.push((a.0, both));
                    left.next();
                    right.next();
                }
                (Some(a), Some(b)) if a.0 > b.0 => dims.extend(right.next().cloned()),
                (Some(_), _) => dims.extend(left.next().cloned()),
                (None, Some(_)) => dims.extend(right.next().cloned()),
                (None, None) => return Some(Cube { dims }),
            }
        }
    }

    /// Adds the packets of this cube that are not in `other` to `out`, as disjoint cubes.
    pub fn subtract_into(&self, family: Family, other: &Cube, out: &mut Vec<Cube>) {
        if !self.overlaps(other) {
            out.push(self.clone());
            return;
        }
        let mut rest = self.clone();
        for (field, hole) in &other.dims {
            let mine = rest.values(family, *field);
            let outside = mine.subtract(hole);
            if !outside.is_empty() {
                out.push(rest.clone().replaced(*field, outside));
                rest = rest.replaced(*field, mine.intersect(hole));
            }
        }
    }

    /// Is every packet of this cube in `other`?
    pub fn is_subset(&self, other: &Cube) -> bool {
        other.dims.iter().all(|(field, theirs)| self.get(*field).is_some_and(|mine| mine.is_subset(theirs)))
    }

    /// The cube without the constraint on `field`.
    #[must_use]
    pub fn without(mut self, field: Field) -> Cube {
        self.dims.retain(|d| d.0 != field);
        self
    }

    /// Some packet of the cube: the lowest value in each constrained field, 0 elsewhere.
    pub fn witness(&self) -> Packet {
        let mut packet = Packet::zero();
        for (field, set) in &self.dims {
            packet.set(*field, set.lowest().unwrap_or(0));
        }
        packet
    }

    /// INVARIANT kept by callers: `set` is a non-empty, proper subset of the field's values.
    fn replaced(mut self, field: Field, set: IntervalSet) -> Cube {
        match self.dims.binary_search_by_key(&field, |d| d.0) {
            Ok(at) => {
                if let Some(slot) = self.dims.get_mut(at) {
                    slot.1 = set;
                }
            }
            Err(at) => self.dims.insert(at, (field, set)),
        }
        self
    }
}
