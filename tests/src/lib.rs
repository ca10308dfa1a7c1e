//! Shared by the test suites: vector files and their readers.
