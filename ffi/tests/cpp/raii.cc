// pairlane.hpp: handles move and free themselves, failures are thrown with status and detail, and
// array sizes are checked before C sees them.

#include "pairlane.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pl = pairlane;

static unsigned long checks_made = 0;

#define CHECK(condition)                                                          \
  do {                                                                            \
    checks_made++;                                                                \
    if (!(condition)) {                                                           \
      std::fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      std::exit(1);                                                               \
    }                                                                             \
  } while (0)

template <typename Call>
static void throws(pl_status status, const char* part, Call&& call) {
  try {
    call();
  } catch (const pl::error& error) {
    CHECK(error.status() == status);
    CHECK(!error.status_text().empty());
    CHECK(std::strstr(error.what(), part) != nullptr);
    return;
  }
  CHECK(!"something is thrown");
}

static_assert(!std::is_copy_constructible_v<pl::secret_key>);
static_assert(std::is_nothrow_move_constructible_v<pl::secret_key>);
static_assert(std::is_nothrow_move_assignable_v<pl::suite>);
static_assert(std::is_nothrow_move_constructible_v<pl::batch>);
static_assert(noexcept(pl::check(std::declval<pl::suite&>(), {}, {}, {})));

static void keys(pl::variant of) {
  const pl::suite suite(of, pl::scheme::proof_of_possession);
  pl::secret_key key = pl::secret_key::generate();
  const pl::bytes public_key = key.public_key(of);
  const pl::bytes signature = key.sign(suite, "block 7");
  CHECK(public_key.size() == pl::public_key_length(of));
  pl::verify(suite, public_key, "block 7", signature);
  CHECK(pl::check(suite, public_key, std::string("block 7"), signature) == PL_OK);
  CHECK(pl::check(suite, public_key, "block 8", signature) == PL_WRONG_SIGNATURE);
  throws(PL_WRONG_SIGNATURE, "does not match", [&] { pl::verify(suite, public_key, "", signature); });
  throws(PL_POINT_LENGTH, "3 bytes", [&] { pl::validate_public_key(of, "abc"); });
  throws(PL_POINT_LENGTH, "3 bytes", [&] { pl::validate_signature(of, "abc"); });

  pl::secret_key moved = std::move(key);
  CHECK(moved.sign(suite, "block 7") == signature);
  throws(PL_NULL_POINTER, "key is NULL", [&] { key.sign(suite, "block 7"); });
  key = std::move(moved);
  std::uint8_t secret[32];
  key.expose(secret);
  const auto again = pl::secret_key::from_bytes({secret, sizeof secret});
  CHECK(again.public_key(of) == public_key);
  throws(PL_BAD_SECRET_KEY, "", [] { pl::secret_key::from_bytes(std::array<std::uint8_t, 32>{}); });
  const std::string seed(32, 's');
  CHECK(pl::secret_key::derive(seed, "m/1").public_key(of) !=
        pl::secret_key::derive(seed, "m/2").public_key(of));
  throws(PL_BAD_TEXT, "", [&] { pl::secret_key::derive(seed, "no path"); });
  CHECK(pl::secret_key::from_seed(seed).public_key(of) ==
        pl::secret_key::from_seed(seed, "").public_key(of));

  const pl::bytes proof = key.prove_possession(of, "tag");
  pl::verify_possession(of, public_key, proof, "tag");
  throws(PL_WRONG_POSSESSION, "", [&] { pl::verify_possession(of, public_key, proof); });
  throws(PL_BAD_TAG, "", [&] { pl::suite(of, pl::scheme::basic, ""); });
  throws(PL_BAD_ENUM, "variant", [] { pl::suite(pl::variant{9}, pl::scheme::basic); });
}

static pl::bytes joined(const std::vector<pl::bytes>& parts) {
  pl::bytes all;
  for (const pl::bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

static void many(pl::variant of) {
  const std::size_t count = 4;
  const pl::suite suite(of, pl::scheme::proof_of_possession);
  const std::string messages = "one two threefour";  // 4 bytes, 4, 5, 4
  const std::vector<pl::bytes_view> views = {
      std::string_view(messages).substr(0, 4), std::string_view(messages).substr(4, 4),
      std::string_view(messages).substr(8, 5), std::string_view(messages).substr(13)};
  pl::registry registry(of, 16);
  std::vector<pl::bytes> keys, signatures, same;
  std::vector<std::uint64_t> numbers;
  for (std::size_t i = 0; i < count; i++) {
    const pl::secret_key key = pl::secret_key::generate();
    keys.push_back(key.public_key(of));
    signatures.push_back(key.sign(suite, views[i]));
    same.push_back(key.sign(suite, "same"));
    numbers.push_back(registry.insert_with_possession(keys[i], key.prove_possession(of)));
    CHECK(registry.key(numbers[i]) == keys[i]);
  }
  CHECK(registry.used().entries == count);
  CHECK(registry.insert(keys[0]) == numbers[0]);
  const pl::bytes all_keys = joined(keys), all_same = joined(same);
  const pl::bytes sum = pl::aggregate_signatures(of, count, all_same);
  pl::fast_aggregate_verify(suite, count, all_keys, "same", sum);
  pl::verify(suite, pl::aggregate_public_keys(of, count, all_keys), "same", sum);
  pl::aggregate_verify(suite, all_keys, views, pl::aggregate_signatures(of, count, joined(signatures)));
  throws(PL_EMPTY, "no keys", [&] { pl::aggregate_verify(suite, "", {}, sum); });

  const pl::pool pool(2);
  pl::verifier::options options;
  options.keys = &registry;
  options.threads = &pool;
  const pl::verifier verifier(of, options);
  const std::size_t key = pl::public_key_length(of), signature = pl::signature_length(of);
  const pl::parts one_message{std::string_view("same"), 4, 0};
  throws(PL_BAD_LENGTH, "messages: the array",
         [&] { verifier.verify(suite, numbers, one_message, {all_same, signature}); });
  throws(PL_BAD_LENGTH, "keys: the array", [&] {
    verifier.verify(suite, count + 1, {all_keys, key}, {"", 0}, {all_same, signature});
  });
  throws(PL_BAD_LENGTH, "signatures: the array", [&] {
    verifier.verify(suite, count, {all_keys, key}, {"", 0}, {all_same, signature, SIZE_MAX / 2});
  });
  const std::string repeated = "samesamesamEsame";
  const pl::verdicts flat = verifier.verify(suite, numbers, {repeated, 4}, {all_same, signature});
  CHECK(flat.invalid == 1 && !pl::is_valid(flat.of_items[2]) && pl::is_valid(flat.of_items[3]));
  CHECK(pl::text(flat.of_items[2]).find("wrong signature") == 0);
  const pl::verdicts by_key =
      verifier.verify(suite, count, {all_keys, key}, {repeated, 4}, {all_same, signature});
  CHECK(by_key.of_items == flat.of_items);
  CHECK(pl::verifier(of).verify(suite, 0, {{}, key}, {{}, 4}, {{}, signature}).of_items.empty());

  pl::batch batch(8, 4096);
  for (std::size_t i = 0; i < count; i++) {
    batch.push(suite, keys[i], views[i], signatures[i]);
    batch.push(suite, numbers[i], views[i], i == 1 ? same[i] : signatures[i]);
  }
  CHECK(batch.size() == 2 * count);
  throws(PL_FULL, "full", [&] { batch.push(suite, keys[0], "", ""); });
  const pl::verdicts pushed = batch.verify(verifier);
  CHECK(pushed.invalid == 1 && !pl::is_valid(pushed.of_items[3]) && batch.size() == 0);
  registry.remove(numbers[0]);
  throws(PL_UNKNOWN_KEY, "names no registered key", [&] { registry.remove(numbers[0]); });
}

static void vrf(pl::vrf_suite with) {
  const std::string seed(32, 's');
  const pl::vrf_key key = pl::vrf_key::from_seed(with, seed);
  const pl::bytes public_key = key.public_key(), proof = key.prove("epoch 7");
  const pl::bytes output = pl::vrf_verify(with, public_key, "epoch 7", proof);
  CHECK(output.size() == PL_VRF_OUTPUT_BYTES);
  CHECK(output == pl::vrf_verify(with, public_key, "epoch 7", key.prove_announced("epoch 7")));
  CHECK(pl::vrf_key::generate(with).public_key() != public_key);
  throws(PL_WRONG_PROOF, "does not match", [&] { pl::vrf_verify(with, public_key, "", proof); });
  throws(PL_BAD_PROOF, "", [&] { pl::vrf_verify(with, public_key, "", "short"); });

  pl::stakes stakes({5, 0, 7, 11});
  const std::vector<std::uint64_t> members = stakes.committee("tag", output, 3);
  CHECK(members.size() == 3 && members[0] == stakes.select("tag", output));
  for (const std::uint64_t member : members) CHECK(member != 1);
  throws(PL_NO_STAKE, "4 seats", [&] { stakes.committee("tag", output, 4); });
  for (const std::uint64_t position : {0u, 2u, 3u}) stakes.update(position, 0);
  stakes.update(1, 1);
  CHECK(stakes.select("tag", output) == 1);
  throws(PL_UNKNOWN_ID, "", [&] { stakes.update(4, 1); });
}

static void vrf_p256(pl::vrf_suite with) {
  const pl::vrf_key key = pl::vrf_key::from_seed(with, std::string(32, 's'));
  const pl::bytes proof = key.prove("epoch 7");
  CHECK(key.public_key().size() == PL_VRF_P256_KEY_BYTES && proof.size() == PL_VRF_P256_PROOF_BYTES);
  CHECK(pl::vrf_verify(with, key.public_key(), "epoch 7", proof).size() == PL_VRF_P256_OUTPUT_BYTES);
  throws(PL_WRONG_PROOF, "", [&] { pl::vrf_verify(with, key.public_key(), "", proof); });
  throws(PL_BAD_LENGTH, "no announced", [&] { key.prove_announced("epoch 7"); });
}

static pl::bytes side_by_side(const std::vector<pl::bytes>& parts) {
  pl::bytes all;
  for (const pl::bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

/* Carries what each says to the others. */
static void deliver(std::vector<pl::ceremony>& parties) {
  for (std::size_t from = 0; from < parties.size(); from++) {
    for (const pl::ceremony::message& message : parties[from].outgoing()) {
      for (std::size_t to = 0; to < parties.size(); to++) {
        const bool is_for_it = message.receiver == 0 || message.receiver == to + 1;
        if (to != from && is_for_it) parties[to].receive(message.content);
      }
    }
  }
}

static void thresholds(pl::variant of) {
  const pl::suite suite(of, pl::scheme::proof_of_possession);
  const pl::secret_key key = pl::secret_key::generate();
  auto [group, shares] = pl::group::deal(key, of, 2, 3);
  CHECK(group.public_key() == key.public_key(of) && shares.size() == 3);
  CHECK(group.required() == 2 && group.participants() == 3 && shares[2].index() == 3);
  CHECK(pl::group(of, 2, 3, group.commitment()).holder_key(3) == group.holder_key(3));
  throws(PL_WRONG_SHARE, "", [&] { pl::group(of, 3, 3, group.commitment()); });
  throws(PL_NOT_OF_GROUP, "index 4", [&] { group.holder_key(4); });
  throws(PL_BAD_THRESHOLD, "4 of 3", [&] { pl::group::deal(key, of, 4, 3); });

  const std::string message = "block 7";
  std::vector<pl::bytes> partials;
  for (const pl::key_share& share : shares) {
    share.check(group);
    partials.push_back(share.sign(group, suite, message));
    group.verify_partial(suite, message, partials.back());
  }
  const pl::bytes whole = key.sign(suite, message);
  CHECK(pl::recover_signature(of, 2, 3, side_by_side(partials)) == whole);
  partials[1] = shares[1].sign(group, suite, "block 8");
  throws(PL_WRONG_SIGNATURE, "", [&] { group.verify_partial(suite, message, partials[1]); });
  const pl::bytes some_wrong = side_by_side(partials);
  CHECK(group.combine(suite, message, 3, some_wrong) == whole);
  const pl::verifier by(of);
  CHECK(group.combine(suite, message, 3, some_wrong, &by) == whole);
  const pl::verdicts judged = group.verify_partials(suite, message, 3, some_wrong, &by);
  CHECK(judged.invalid == 1 && !pl::is_valid(judged.of_items[1]));
  throws(PL_TOO_FEW_SHARES, "1 good shares given, 2 required; wrong: 2", [&] {
    group.combine(suite, message, 2, side_by_side({partials[0], partials[1]}));
  });
  throws(PL_DUPLICATE_INDEX, "", [&] {
    group.combine(suite, message, 2, side_by_side({partials[0], partials[0]}));
  });
  std::uint8_t secret[PL_KEY_SHARE_BYTES];
  shares[0].expose(secret);
  CHECK(pl::key_share::from_bytes(pl::bytes(secret, secret + sizeof secret)).index() == 1);
  CHECK(pl::key_share::recover(2, shares).public_key(of) == group.public_key());
  throws(PL_TOO_FEW_SHARES, "", [&] { pl::key_share::recover(4, shares); });

  std::vector<pl::ceremony> parties;
  for (std::uint16_t index = 1; index <= 3; index++) {
    parties.push_back(pl::ceremony::generate(of, 2, 3, index, "test"));
  }
  throws(PL_WRONG_PHASE, "", [&] { parties[0].finish(); });
  CHECK(parties[0].phase() == PL_PHASE_PLEDGE);
  for (int phase = 0; phase < 3; phase++) {
    deliver(parties);
    for (pl::ceremony& party : parties) party.advance();
  }
  pl::ceremony::result first = parties[0].finish();
  pl::ceremony::result second = parties[1].finish();
  CHECK(first.made.public_key() == second.made.public_key());
  CHECK(parties[0].fault(2) == PL_FAULT_NONE && parties[0].disputes().empty());
  first.share->check(second.made);

  std::vector<pl::ceremony> handing;
  handing.push_back(pl::ceremony::reshare(first.made, 1, 2, first.share.get(), 1, "hand on"));
  handing.push_back(pl::ceremony::reshare(first.made, 1, 2, second.share.get(), 2, "hand on"));
  for (int phase = 0; phase < 2; phase++) {
    deliver(handing);
    for (pl::ceremony& party : handing) party.advance();
  }
  pl::ceremony::result handed = handing[1].finish();
  CHECK(handed.made.public_key() == first.made.public_key() && handed.share->index() == 2);
  CHECK(handing[1].fault(3) == PL_FAULT_NO_DEALING);

  const pl::bytes proof = pl::bls_vrf_prove(key, of, "epoch 7");
  const pl::bytes output = pl::bls_vrf_verify(of, key.public_key(of), "epoch 7", proof);
  CHECK(output.size() == PL_BLS_VRF_OUTPUT_BYTES);
  CHECK(output == pl::bls_vrf_proof_to_hash(of, proof));
  CHECK(output != pl::bls_vrf_proof_to_hash(of, proof, "another tag"));
  throws(PL_WRONG_PROOF, "", [&] {
    pl::bls_vrf_verify(of, key.public_key(of), "epoch 8", proof);
  });
}

int main() {
  vrf(pl::vrf_suite::tai);
  vrf(pl::vrf_suite::ell2);
  vrf_p256(pl::vrf_suite::p256_tai);
  vrf_p256(pl::vrf_suite::p256_sswu);
  for (const pl::variant of : {pl::variant::min_pk, pl::variant::min_sig}) {
    keys(of);
    many(of);
    thresholds(of);
  }
  CHECK(pl::cpu_report().find("backend: ") != std::string::npos);
  CHECK(!pl::version().empty());
  std::printf("passed: 2 variants through every class, %lu checks\n", checks_made);
}
