//! Tests for both variants from one body.

/// Turns functions that are generic over the variant into tests, one for each variant.
#[macro_export]
macro_rules! both_variants {
    ($($test:ident),+ $(,)?) => {
        mod min_pk {
            $(#[test]
            fn $test() {
                super::$test::<pairlane::MinPk>();
            })+
        }

        mod min_sig {
            $(#[test]
            fn $test() {
                super::$test::<pairlane::MinSig>();
            })+
        }
    };
}
