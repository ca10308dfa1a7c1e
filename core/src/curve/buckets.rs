//! Which points are summed with which.

/// Points by number, each in a bucket or in none, and whether its negative is meant.
pub(crate) struct Buckets {
    members: Vec<Member>,
    /// Where each bucket starts in `members`, and where the last one ends.
    starts: Vec<usize>,
}

/// A point of a bucket.
#[derive(Clone, Copy)]
pub(crate) struct Member {
    pub(crate) point: usize,
    pub(crate) negative: bool,
}

impl Buckets {
    /// `count` buckets, a point of value v going to the one numbered |v| - 1, negated where v is
    /// negative, and nowhere where it is 0.
    pub(crate) fn new(count: usize, values: impl Iterator<Item = (usize, i32)> + Clone) -> Self {
        let values = values.filter(|(_, value)| *value != 0);
        let bucket = |value: i32| value.unsigned_abs() as usize - 1;
        let mut starts = vec![0; count + 1];
        for (_, value) in values.clone() {
            starts[bucket(value)] += 1;
        }
        // Each to its bucket's end first, and back to its start as the bucket fills.
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut members = vec![Member { point: 0, negative: false }; end];
        for (point, value) in values {
            let place = &mut starts[bucket(value)];
            *place -= 1;
            members[*place] = Member { point, negative: value < 0 };
        }
        Self { members, starts }
    }

    /// How many buckets there are.
    pub(crate) fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// The points of one bucket.
    pub(crate) fn members(&self, bucket: usize) -> &[Member] {
        &self.members[self.starts[bucket]..self.starts[bucket + 1]]
    }
}
