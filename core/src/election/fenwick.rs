//! Prefix sums that change cheaply.

/// A binary indexed tree (Fenwick 1994): node `k`, counted from 1, holds the sum of the
/// `lowbit(k)` values that end with value k.
///
/// Sums are taken modulo 2^128; whoever holds the tree keeps the true total below that, and then
/// every sum in it is the true one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fenwick {
    /// Node 0 is there to let indices count from 1, and stays 0.
    nodes: Vec<u128>,
}

impl Fenwick {
    /// The tree of some values, in linear time.
    pub(crate) fn new(values: &[u128]) -> Self {
        let mut nodes = Vec::with_capacity(values.len() + 1);
        nodes.push(0);
        nodes.extend_from_slice(values);
        for k in 1..nodes.len() {
            let parent = k + lowbit(k);
            if parent < nodes.len() {
                nodes[parent] = nodes[parent].wrapping_add(nodes[k]);
            }
        }
        Self { nodes }
    }

    /// Appends a value: O(log n).
    pub(crate) fn push(&mut self, value: u128) {
        if self.nodes.is_empty() {
            self.nodes.push(0);
        }
        let k = self.nodes.len();
        let mut sum = value;
        let mut below = 1;
        while below < lowbit(k) {
            sum = sum.wrapping_add(self.nodes[k - below]);
            below <<= 1;
        }
        self.nodes.push(sum);
    }

    /// Adds `difference`, modulo 2^128, to the value at `position`, counted from 0: O(log n).
    pub(crate) fn add(&mut self, position: usize, difference: u128) {
        let mut k = position + 1;
        while let Some(node) = self.nodes.get_mut(k) {
            *node = node.wrapping_add(difference);
            k += lowbit(k);
        }
    }

    /// The position p with `sum of values before p <= target < the same with value p`, for a
    /// target below the total, and the target less the sum before it: O(log n). A value of zero is
    /// never found.
    pub(crate) fn find(&self, mut target: u128) -> (usize, u128) {
        let length = self.nodes.len().saturating_sub(1);
        let mut found = 0;
        let mut step = if length == 0 { 0 } else { 1 << length.ilog2() };
        while step > 0 {
            let next = found + step;
            if next <= length && self.nodes[next] <= target {
                target -= self.nodes[next];
                found = next;
            }
            step >>= 1;
        }
        (found, target)
    }
}

fn lowbit(k: usize) -> usize {
    k & k.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(values: &[u128], target: u128) -> usize {
        let mut sum = 0;
        values
            .iter()
            .position(|value| {
                sum += value;
                target < sum
            })
            .unwrap()
    }

    /// Every target below the total, for every length around powers of two.
    #[test]
    fn finds_what_a_walk_finds() {
        for length in 1..=34usize {
            let mut values: Vec<u128> = (0..length).map(|k| (k * k % 5) as u128).collect();
            values[length / 2] = 3;
            let mut tree = Fenwick::new(&values);
            let mut grown = Fenwick::default();
            for value in &values {
                grown.push(*value);
            }
            for round in 0..3 {
                for target in 0..values.iter().sum() {
                    assert_eq!(tree.find(target).0, naive(&values, target));
                    assert_eq!(grown.find(target).0, naive(&values, target));
                }
                let place = (round * 7 + 1) % length;
                let new = values[place] + 2 - u128::from(values[place] > 0);
                for tree in [&mut tree, &mut grown] {
                    tree.add(place, new.wrapping_sub(values[place]));
                }
                values[place] = new;
            }
        }
    }

    #[test]
    fn near_the_limit() {
        let values = [u128::MAX - 2, 0, 1, 1];
        let mut tree = Fenwick::new(&values);
        assert_eq!(tree.find(0), (0, 0));
        assert_eq!(tree.find(u128::MAX - 3), (0, u128::MAX - 3));
        assert_eq!(tree.find(u128::MAX - 2), (2, 0));
        assert_eq!(tree.find(u128::MAX - 1), (3, 0));
        tree.add(0, 0u128.wrapping_sub(values[0]));
        tree.add(1, u128::MAX - 2);
        assert_eq!((tree.find(0).0, tree.find(u128::MAX - 1).0), (1, 3));
    }
}
