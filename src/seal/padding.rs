//! Size classes, so that the length of a ciphertext tells little about the text (docs/privacy.md#padding).

/// The small classes; what is larger goes by Padmé.
const CLASSES: [usize; 4] = [256, 1024, 4096, 16384];

/// The length that a text of `length` bytes is padded to.
pub(super) fn padded(length: usize) -> usize {
    match CLASSES.iter().find(|class| length <= **class) {
        Some(class) => *class,
        None => padme(length),
    }
}

/// Padmé: a length whose last bits are zero, at most 12 % more. (Nikitin et al., PETS 2019.)
fn padme(length: usize) -> usize {
    let exponent = length.max(2).ilog2();
    let kept = exponent.max(1).ilog2() + 1;
    let mask = (1_usize << exponent.saturating_sub(kept)) - 1;
    length.saturating_add(mask) & !mask
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_texts_share_four_sizes() {
        let sizes = [0, 1, 256, 257, 1024, 1025, 4097, 16384].map(padded);
        assert_eq!(sizes, [256, 256, 256, 1024, 1024, 4096, 16384, 16384]);
    }

    #[test]
    fn large_texts_grow_by_an_eighth_at_most() {
        assert_eq!(padded(16385), 17408);
        let mut sizes = std::collections::BTreeSet::new();
        for length in 16385..131_072 {
            let size = padded(length);
            assert!(size >= length && size - length <= length / 8, "{length} {size}");
            assert_eq!(padded(size), size);
            sizes.insert(size);
        }
        assert!(sizes.len() <= 64, "{}", sizes.len());
    }
}
