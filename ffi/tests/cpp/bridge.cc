// The cxx bridge: the vectors' bytes and verdicts, failures as exceptions, limits.
//
//   bridge [EVERY]

#include "c/check.h"
#include "pairlane/src/bridge.rs.h"
#include "rust/cxx.h"
#include "vectors.h"

#include <algorithm>
#include <string>
#include <vector>

namespace pl = pairlane::bridge;

using slice = rust::Slice<const std::uint8_t>;

static slice view(bytes of) { return {of.data, of.length}; }
static slice view(const rust::Vec<std::uint8_t>& of) { return {of.data(), of.size()}; }
static slice view(const std::string& of) {
  return {reinterpret_cast<const std::uint8_t*>(of.data()), of.size()};
}

static bool is(bytes expected, const rust::Vec<std::uint8_t>& got) {
  return expected.length == got.size() && std::equal(got.begin(), got.end(), expected.data);
}

template <typename Call>
static bool throws(const char* part, Call&& call) {
  try {
    call();
    return false;
  } catch (const rust::Error& error) {
    return std::string(error.what()).find(part) != std::string::npos;
  }
}

static rust::Box<pl::Suite> suite_of(std::int32_t variant, std::int32_t scheme, bytes tag) {
  const auto of = static_cast<pl::Variant>(variant);
  const auto with = static_cast<pl::Scheme>(scheme);
  return tag.length == 0 ? pl::standard_suite(of, with) : pl::suite_with_tag(of, with, view(tag));
}

static void signing_rows() {
  for (std::size_t row = 0; row < ROWS_OF(signings); row += every) {
    const signing& it = signings[row];
    checking = it.name;
    if (it.signature.length == 0) {
      CHECK(throws("secret key", [&] { pl::key_from_bytes(view(it.secret_key)); }));
      continue;
    }
    const auto key = pl::key_from_bytes(view(it.secret_key));
    CHECK(is(it.public_key, key->public_key(static_cast<pl::Variant>(it.variant))));
    CHECK(is(it.signature, key->sign(*suite_of(it.variant, it.scheme, {}), view(it.message))));
  }
}

/// Every verification of a variant in one batch: keys as bytes, and by number where they are keys.
static void verification_rows(pl::Variant of, std::size_t threads) {
  auto verifier = pl::new_verifier(of, ROWS_OF(verifications), threads);
  auto batch = pl::new_batch(2 * ROWS_OF(verifications), 1 << 20);
  std::vector<std::uint8_t> expected;
  for (std::size_t row = 0; row < ROWS_OF(verifications); row += every) {
    const verification& it = verifications[row];
    if (static_cast<pl::Variant>(it.variant) != of) continue;
    checking = it.name;
    const auto suite = suite_of(it.variant, it.scheme, it.tag);
    const bool valid = !throws("", [&] {
      pl::verify(*suite, view(it.public_key), view(it.message), view(it.signature));
    });
    CHECK(valid == (it.verdict == PL_VALID));
    batch->push(*suite, view(it.public_key), view(it.message), view(it.signature));
    expected.push_back(it.verdict);
    try {
      const std::uint64_t number = verifier->insert(view(it.public_key));
      batch->push_number(*suite, number, view(it.message), view(it.signature));
      expected.push_back(it.verdict);
    } catch (const rust::Error&) {
      CHECK(it.verdict >= PL_INVALID_KEY_LENGTH && it.verdict <= PL_INVALID_KEY_IDENTITY);
    }
  }
  CHECK(batch->count() == expected.size());
  const auto verdicts = verifier->verify(*batch);
  CHECK(std::equal(verdicts.begin(), verdicts.end(), expected.begin(), expected.end()));
  batch->clear();
  CHECK(batch->count() == 0 && verifier->verify(*batch).empty());
}

static void refusals() {
  const auto suite = pl::standard_suite(pl::Variant::MinSig, pl::Scheme::Basic);
  auto verifier = pl::new_verifier(pl::Variant::MinPk, 1, 0);
  auto batch = pl::new_batch(1, 100);
  CHECK(throws("9 is no variant", [] {
    pl::standard_suite(static_cast<pl::Variant>(9), pl::Scheme::Basic);
  }));
  CHECK(throws("9 is no scheme", [] {
    pl::standard_suite(pl::Variant::MinPk, static_cast<pl::Scheme>(9));
  }));
  CHECK(throws("empty", [] { pl::suite_with_tag(pl::Variant::MinPk, pl::Scheme::Basic, {}); }));
  CHECK(throws("bytes of seed given", [] { pl::key_from_seed({}, {}); }));
  CHECK(throws("at most", [] { pl::new_batch(SIZE_MAX, 1); }));
  CHECK(throws("threads asked for", [] { pl::new_verifier(pl::Variant::MinPk, 1, SIZE_MAX); }));
  CHECK(throws("0 bytes given", [&] { verifier->insert({}); }));
  CHECK(throws("an item of 101 bytes",
               [&] { batch->push(*suite, {}, view(std::string(101, 'x')), {}); }));
  batch->push(*suite, {}, {}, {});
  CHECK(throws("full", [&] { batch->push_number(*suite, 0, {}, {}); }));
  CHECK(throws("different variants", [&] { verifier->verify(*batch); }));
  CHECK(!verifier->remove(7));

  auto key = pl::generate_key();
  CHECK(throws("9 is no variant", [&] { key->public_key(static_cast<pl::Variant>(9)); }));
  const std::uint64_t number = verifier->insert(view(key->public_key(pl::Variant::MinPk)));
  CHECK(throws("full", [&] {
    verifier->insert(view(pl::generate_key()->public_key(pl::Variant::MinPk)));
  }));
  CHECK(verifier->remove(number) && !verifier->remove(number));
  const auto own = pl::standard_suite(pl::Variant::MinPk, pl::Scheme::Basic);
  batch->clear();
  batch->push_number(*own, number, {}, {});
  CHECK(verifier->verify(*batch)[0] == PL_INVALID_UNKNOWN_KEY);
  CHECK(std::string(pl::verdict_text(PL_INVALID_UNKNOWN_KEY)).find("unknown key") == 0);
}

int main(int count, char** arguments) {
  if (count > 1) every = std::strtoul(arguments[1], nullptr, 10);
  signing_rows();
  for (const std::size_t threads : {0u, 2u}) {
    verification_rows(pl::Variant::MinPk, threads);
    verification_rows(pl::Variant::MinSig, threads);
  }
  checking = "refusals";
  refusals();
  std::printf("%lu checks\n", checks_made);
}
