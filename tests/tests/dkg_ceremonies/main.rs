//! Key generation and resharing with dishonest parties in every role.

mod adversary;
mod generation;
mod network;
mod resharing;
