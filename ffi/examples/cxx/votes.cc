// Validators vote on a block, and one of them signs another. The verifier, which has checked their
// keys once, names it:
//
//   votes COUNT
//
// Exit status: 0 all votes are valid, 1 some are not, 2 it could not be told.

#include <cstdint>
#include <iostream>
#include <string>
#include <string_view>

#include "pairlane/src/bridge.rs.h"
#include "rust/cxx.h"

namespace pl = pairlane::bridge;

using bytes = rust::Slice<const std::uint8_t>;

static bytes view(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

static bytes view(const rust::Vec<std::uint8_t>& vec) { return {vec.data(), vec.size()}; }

static int vote(std::size_t count) {
  const auto suite = pl::standard_suite(pl::Variant::MinPk, pl::Scheme::ProofOfPossession);
  auto verifier = pl::new_verifier(pl::Variant::MinPk, count, 2);
  auto batch = pl::new_batch(count, count * 256);
  for (std::size_t i = 0; i < count; i++) {
    const auto key = pl::generate_key();
    const std::uint64_t number = verifier->insert(view(key->public_key(pl::Variant::MinPk)));
    const auto signature = key->sign(*suite, view(i + 1 < count ? "block 7" : "block 8"));
    batch->push_number(*suite, number, view("block 7"), view(signature));
  }

  const rust::Vec<std::uint8_t> verdicts = verifier->verify(*batch);
  std::size_t invalid = 0;
  for (std::size_t i = 0; i < verdicts.size(); i++) {
    if (verdicts[i] == 0) continue;
    invalid++;
    std::cout << "vote " << i + 1 << ": " << pl::verdict_text(verdicts[i]) << '\n';
  }
  std::cout << verdicts.size() << " votes, " << invalid << " invalid\n";
  return invalid > 0;
}

int main(int count, char** arguments) try {
  if (count != 2) {
    std::cerr << "usage: votes COUNT\n";
    return 2;
  }
  return vote(std::stoul(arguments[1]));
} catch (const std::exception& error) {  // rust::Error is one
  std::cerr << "votes: " << error.what() << '\n';
  return 2;
}
