//! Suites that know how many cases they have.

use std::io::Write;

/// Counts the cases of a suite, and fails the test if they are not as many as expected: a file or
/// a case that went missing is no pass.
#[derive(Debug)]
pub struct Counted {
    suite: &'static str,
    expected: usize,
    run: usize,
    skipped: usize,
}

impl Counted {
    /// A suite that has to run exactly `expected` cases before this value is dropped.
    pub fn new(suite: &'static str, expected: usize) -> Self {
        Self { suite, expected, run: 0, skipped: 0 }
    }

    /// One case more has run.
    pub fn case(&mut self) {
        self.run += 1;
    }

    /// `cases` more have run.
    pub fn cases(&mut self, cases: usize) {
        self.run += cases;
    }

    /// One case cannot run here. Printed, and still counted among those expected.
    pub fn skip(&mut self, case: &str, why: &str) {
        self.skipped += 1;
        let line = format!("skipped: {}, {case}: {why}", self.suite);
        // Not `eprintln!`: the harness swallows that of a test which passes.
        writeln!(std::io::stderr(), "{line}").expect("standard error is open");
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let Self { suite, expected, run, skipped } = self;
            assert_eq!(*run + *skipped, *expected, "{suite}: cases run and skipped, and expected");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_as_expected() {
        let mut counted = Counted::new("a suite", 3);
        counted.case();
        counted.cases(2);
    }

    #[test]
    #[should_panic(expected = "a suite: cases run and skipped, and expected")]
    fn a_missing_case_fails() {
        Counted::new("a suite", 2).case();
    }
}
