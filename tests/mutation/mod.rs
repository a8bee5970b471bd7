//! Input that is nearly right: something that was kept, with bytes lost, doubled, changed or exchanged.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

/// Pieces that mean something to a reader of JSON, numbers or arguments.
const PIECES: [&[u8]; 24] = [
    b"\"", b"{", b"}", b"[", b"]", b",", b":", b"0", b"9", b"-", b".", b"e", b"null", b"NaN", b"1e999", b"\\", b"\xff",
    b" ", b"\n", b"=", b"--", b"true", b"_frac", b"1e-320",
];

/// One of `kept`, mutated; the same seed makes the same input.
pub(crate) fn mutated(kept: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut bytes = kept[random.random_range(0..kept.len())].clone();
    for _ in 0..random.random_range(1..5) {
        let at = random.random_range(0..=bytes.len());
        let end = (at + random.random_range(0..30)).min(bytes.len());
        match random.random_range(0..7) {
            0 => drop(bytes.drain(at..end)),
            1 => {
                let doubled = bytes[at..end].to_vec();
                bytes.splice(at..at, doubled);
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = random.random();
                }
            }
            3 => drop(bytes.splice(at..at, PIECES[random.random_range(0..PIECES.len())].iter().copied())),
            4 => {
                let other = random.random_range(0..=bytes.len());
                if at.max(other) < bytes.len() {
                    bytes.swap(at, other);
                }
            }
            // Another number, which is the edit that a reader is least likely to notice.
            5 => {
                if let Some(digit) = bytes[at..].iter_mut().find(|byte| byte.is_ascii_digit()) {
                    *digit = b'0' + random.random_range(0..10);
                }
            }
            // The end of one and the beginning of another.
            _ => {
                let other = &kept[random.random_range(0..kept.len())];
                bytes.truncate(at);
                bytes.extend_from_slice(&other[random.random_range(0..=other.len())..]);
            }
        }
    }
    bytes
}
