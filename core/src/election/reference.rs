//! The specification once more, slow and obvious: what the fast code must agree with.

use sha2::{Digest, Sha512};

use crate::election::{Stakes, committee, select};
use crate::tag::Tag;

/// A number below `bound` and the next counter, by long multiplication bit by bit.
fn draw(tag: &[u8], output: &[u8], bound: u128, mut counter: u64) -> (u128, u64) {
    loop {
        let mut input = vec![u8::try_from(tag.len()).unwrap()];
        input.extend_from_slice(tag);
        input.extend_from_slice(output);
        input.extend_from_slice(&counter.to_be_bytes());
        counter += 1;
        let word = u128::from_be_bytes(Sha512::digest(&input)[..16].try_into().unwrap());
        let (mut high, mut low) = (0u128, 0u128);
        for bit in (0..128).rev() {
            high = high << 1 | low >> 127;
            low <<= 1;
            if word >> bit & 1 == 1 {
                let (sum, carry) = low.overflowing_add(bound);
                low = sum;
                high += u128::from(carry);
            }
        }
        // 2^128 mod bound, without a number of 129 bits.
        let remainder = (u128::MAX % bound + 1) % bound;
        if low >= remainder {
            return (high, counter);
        }
    }
}

/// The members of a committee and the words used.
fn draw_committee(tag: &[u8], output: &[u8], stakes: &[u128], seats: usize) -> (Vec<usize>, u64) {
    let (mut stakes, mut counter, mut members) = (stakes.to_vec(), 0, Vec::new());
    for _ in 0..seats {
        let (mut number, next) = draw(tag, output, stakes.iter().sum(), counter);
        counter = next;
        let mut member = 0;
        while number >= stakes[member] {
            number -= stakes[member];
            member += 1;
        }
        members.push(member);
        stakes[member] = 0;
    }
    (members, counter)
}

#[test]
fn selection_agrees() {
    let tag = Tag::new("PAIRLANE-ELECTION-TEST").unwrap();
    let mut word = 1u128;
    for round in 0..300u32 {
        let length = 1 + round as usize % 170;
        let shift = round % 121;
        let list: Vec<u128> = (0..length)
            .map(|k| {
                word = word.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645).wrapping_add(1);
                if k % 3 == 1 { 0 } else { word >> 7 >> shift }
            })
            .collect();
        let mut stakes = Stakes::new(list.iter().copied().enumerate()).unwrap();
        let seats = stakes.eligible().min(5);
        if seats == 0 {
            continue;
        }
        let output = round.to_le_bytes();
        let (members, draws) = draw_committee(tag.as_bytes(), &output, &list, seats);
        let ours = committee(&tag, &output, &mut stakes, seats).unwrap();
        assert_eq!((ours.positions, ours.draws), (members.clone(), draws));
        assert_eq!(select(&tag, &output, &stakes).unwrap().position, members[0]);
        assert!(list.iter().enumerate().all(|(k, stake)| stakes.stake(k) == Some(*stake)));
    }
}
