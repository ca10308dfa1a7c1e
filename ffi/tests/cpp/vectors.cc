// The vectors give through pairlane.hpp the same bytes and verdicts as in Rust:
//
//   vectors [EVERY]

#include "c/check.h"
#include "pairlane.hpp"
#include "vectors.h"

#include <algorithm>

namespace pl = pairlane;

static pl::bytes_view view(bytes of) { return {of.data, of.length}; }

static bool is(bytes expected, const pl::bytes& got) {
  return expected.length == got.size() &&
         std::equal(got.begin(), got.end(), expected.data);
}

static pl::variant variant_of(std::int32_t number) { return static_cast<pl::variant>(number); }

static pl::suite suite_of(std::int32_t variant, std::int32_t scheme, bytes tag) {
  const auto with = static_cast<pl::scheme>(scheme);
  return tag.length == 0 ? pl::suite(variant_of(variant), with)
                         : pl::suite(variant_of(variant), with, view(tag));
}

static std::string_view characters(bytes of) {
  return {reinterpret_cast<const char*>(of.data), of.length};
}

/// The status that a call fails with, PL_OK if it does not.
template <typename Call>
static pl_status status_of(Call&& call) {
  try {
    call();
    return PL_OK;
  } catch (const pl::error& error) {
    return error.status();
  }
}

static bool is_secret(bytes expected, const pl::secret_key& key) {
  std::uint8_t secret[32];
  key.expose(secret);
  return is(expected, pl::bytes(secret, secret + sizeof secret));
}

static void secrets() {
  for (const derivation& it : derivations) {
    CHECK(is_secret(it.secret_key,
                    pl::secret_key::derive(view(it.seed), characters(it.path))));
  }
  for (const seeding& it : seedings) {
    CHECK(is_secret(it.secret_key, pl::secret_key::from_seed(view(it.seed), view(it.info))));
  }
  for (std::size_t row = 0; row < ROWS_OF(signings); row += every) {
    const signing& it = signings[row];
    checking = it.name;
    if (it.signature.length == 0) {
      CHECK(status_of([&] { pl::secret_key::from_bytes(view(it.secret_key)); }) ==
            PL_BAD_SECRET_KEY);
      continue;
    }
    const pl::secret_key key = pl::secret_key::from_bytes(view(it.secret_key));
    CHECK(is(it.public_key, key.public_key(variant_of(it.variant))));
    CHECK(is(it.signature, key.sign(suite_of(it.variant, it.scheme, {}), view(it.message))));
  }
  for (const possession& it : possessions) {
    const pl::variant of = variant_of(it.variant);
    const pl::secret_key key = pl::secret_key::from_bytes(view(it.secret_key));
    CHECK(is(it.proof, key.prove_possession(of, view(it.tag))));
    pl::verify_possession(of, view(it.public_key), view(it.proof), view(it.tag));
  }
}

static void together_as_batch(pl::variant of) {
  pl::registry registry(of, ROWS_OF(verifications));
  const pl::pool pool(2);
  pl::verifier::options options;
  options.keys = &registry;
  options.threads = &pool;
  pl::batch batch(2 * ROWS_OF(verifications), 1 << 20);
  std::vector<pl::verdict> expected;
  for (std::size_t row = 0; row < ROWS_OF(verifications); row += every) {
    const verification& it = verifications[row];
    if (variant_of(it.variant) != of) continue;
    const auto verdict = static_cast<pl::verdict>(it.verdict);
    const pl::suite suite = suite_of(it.variant, it.scheme, it.tag);
    batch.push(suite, view(it.public_key), view(it.message), view(it.signature));
    expected.push_back(verdict);
    std::uint64_t number = 0;
    if (status_of([&] { number = registry.insert(view(it.public_key)); }) != PL_OK) continue;
    batch.push(suite, number, view(it.message), view(it.signature));
    expected.push_back(verdict);
  }
  const pl::verdicts verdicts = batch.verify(pl::verifier(of, options));
  CHECK(verdicts.of_items == expected);
  CHECK(verdicts.invalid == static_cast<std::size_t>(std::count_if(
                                expected.begin(), expected.end(),
                                [](pl::verdict verdict) { return !pl::is_valid(verdict); })));
}

static void verifying() {
  for (std::size_t row = 0; row < ROWS_OF(verifications); row += every) {
    const verification& it = verifications[row];
    checking = it.name;
    const pl::suite suite = suite_of(it.variant, it.scheme, it.tag);
    const pl_status status =
        pl::check(suite, view(it.public_key), view(it.message), view(it.signature));
    CHECK((status == PL_OK) == (it.verdict == PL_VALID));
  }
  together_as_batch(pl::variant::min_pk);
  together_as_batch(pl::variant::min_sig);
  for (const decoding& it : decodings) {
    checking = it.name;
    const auto validate = it.is_key ? pl::validate_public_key : pl::validate_signature;
    const bool valid =
        status_of([&] { validate(variant_of(it.variant), view(it.point)); }) == PL_OK;
    CHECK(valid == static_cast<bool>(it.valid));
  }
}

static std::vector<pl::bytes_view> messages_of(const together& it) {
  std::vector<pl::bytes_view> messages;
  for (std::size_t i = 0; i < it.count; i++) {
    const std::uint64_t start = i == 0 ? 0 : it.message_ends[i - 1];
    messages.emplace_back(it.messages.data + start, it.message_ends[i] - start);
  }
  return messages;
}

static void aggregates() {
  const pl::suite suite(pl::variant::min_pk, pl::scheme::proof_of_possession);
  for (const aggregation& it : aggregations) {
    checking = it.name;
    const pl_status status = status_of([&] {
      CHECK(is(it.aggregate, pl::aggregate_signatures(pl::variant::min_pk, it.count,
                                                      view(it.signatures))));
    });
    CHECK(status == (it.aggregate.length > 0 ? PL_OK : PL_EMPTY));
  }
  for (const together& it : aggregate_verifications) {
    checking = it.name;
    const bool valid = status_of([&] {
      pl::aggregate_verify(suite, view(it.public_keys), messages_of(it), view(it.signatures));
    }) == PL_OK;
    CHECK(valid == static_cast<bool>(it.valid));
  }
  for (const together& it : fast_aggregate_verifications) {
    checking = it.name;
    const bool valid = status_of([&] {
      pl::fast_aggregate_verify(suite, it.count, view(it.public_keys), view(it.messages),
                                view(it.signatures));
    }) == PL_OK;
    CHECK(valid == static_cast<bool>(it.valid));
  }
  for (const together& it : batches) {
    checking = it.name;
    // Ethereum's messages have one length, as flat arrays in C++ need.
    const std::size_t length = it.messages.length / it.count;
    const pl::verdicts verdicts =
        pl::verifier(pl::variant::min_pk)
            .verify(suite, it.count, {view(it.public_keys), 48}, {view(it.messages), length},
                    {view(it.signatures), 96});
    CHECK((verdicts.invalid == 0) == static_cast<bool>(it.valid));
  }
}

static void proofs_as_batch(pl::vrf_suite with) {
  pl::bytes keys, proofs, outputs;
  std::vector<pl::bytes_view> alphas;
  std::vector<pl::verdict> expected;
  const auto append = [](pl::bytes& to, bytes part) {
    to.insert(to.end(), part.data, part.data + part.length);
  };
  for (const vrf_item& it : vrf_items) {
    if (static_cast<pl::vrf_suite>(it.suite) != with) continue;
    append(keys, it.public_key);
    append(proofs, it.proof);
    append(outputs, it.output);
    alphas.push_back(view(it.alpha));
    expected.push_back(static_cast<pl::verdict>(it.verdict));
  }
  const pl::pool pool(2);
  for (const pl::pool* threads : {static_cast<const pl::pool*>(nullptr), &pool}) {
    const pl::vrf_verdicts verdicts = pl::vrf_verify_batch(with, keys, alphas, proofs, threads);
    CHECK(verdicts.of_items == expected);
    CHECK(verdicts.outputs == outputs);
    CHECK(verdicts.invalid > 0 && verdicts.invalid < expected.size());
  }
  keys.pop_back();
  CHECK(status_of([&] { pl::vrf_verify_batch(with, keys, alphas, proofs); }) == PL_BAD_LENGTH);
}

static void vrf() {
  for (const vrf_example& it : vrf_examples) {
    const auto with = static_cast<pl::vrf_suite>(it.suite);
    const pl::vrf_key key = pl::vrf_key::from_rfc9381(with, view(it.secret_key));
    CHECK(is(it.public_key, key.public_key()));
    CHECK(is(it.proof, key.prove(view(it.alpha))));
    CHECK(is(it.announced, key.prove_announced(view(it.alpha))));
    for (const bytes proof : {it.proof, it.announced}) {
      CHECK(is(it.output,
               pl::vrf_verify(with, view(it.public_key), view(it.alpha), view(proof))));
    }
    CHECK(is(it.output, pl::vrf_proof_to_hash(with, view(it.proof))));
  }
  for (const vrf_seeding& it : vrf_seedings) {
    const auto with = static_cast<pl::vrf_suite>(it.suite);
    CHECK(is(it.public_key, pl::vrf_key::from_seed(with, view(it.seed)).public_key()));
  }
  for (const vrf_refusal& it : vrf_refusals) {
    CHECK(status_of([&] {
      pl::vrf_verify(static_cast<pl::vrf_suite>(it.suite), view(it.public_key), view(it.alpha),
                     view(it.proof));
    }) == it.status);
  }
  proofs_as_batch(pl::vrf_suite::tai);
  proofs_as_batch(pl::vrf_suite::ell2);
}

/// The C++ class takes stakes below 2^64.
static void elections() {
  std::size_t drawn = 0;
  for (const draw& it : draws) {
    std::vector<std::uint64_t> amounts;
    bool small = true;
    for (std::size_t i = 0; i < it.count; i++) {
      small = small && it.stakes[2 * i] == 0;
      amounts.push_back(it.stakes[2 * i + 1]);
    }
    if (!small) continue;
    const pl::stakes stakes(amounts);
    CHECK(stakes.select(view(it.tag), view(it.output)) == it.leader);
    const std::vector<std::uint64_t> members(it.members, it.members + it.seats);
    CHECK(stakes.committee(view(it.tag), view(it.output), it.seats) == members);
    drawn++;
  }
  CHECK(drawn == 8);
}

int main(int count, char** arguments) {
  if (count > 1) every = std::strtoul(arguments[1], nullptr, 10);
  secrets();
  verifying();
  aggregates();
  checking = "the last cases";
  vrf();
  elections();
  std::printf("%lu checks\n", checks_made);
}
