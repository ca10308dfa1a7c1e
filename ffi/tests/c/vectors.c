/*
 * The vectors give in C the same bytes and verdicts as in Rust.
 *
 *   vectors [EVERY]
 */
#include <string.h>

#include "check.h"
#include "vectors.h"

#define OK(call) CHECK((call) == PL_OK)
#define EACH(type, table) \
  for (const struct type *it = table; it < table + ROWS_OF(table); it++)
#define EVERY(type, table) \
  for (size_t row = 0; row < ROWS_OF(table); row += every) \
    for (const struct type *it = &table[row]; it != NULL; it = NULL)

static int is(struct bytes expected, const void *got, size_t length) {
  return expected.length == length && (length == 0 || memcmp(expected.data, got, length) == 0);
}

static pl_suite *suite_of(int32_t variant, int32_t scheme, struct bytes tag) {
  pl_suite *suite = NULL;
  if (tag.length == 0) OK(pl_suite_standard(variant, scheme, &suite, NULL, 0));
  else OK(pl_suite_new(variant, scheme, tag.data, tag.length, &suite, NULL, 0));
  return suite;
}

static void check_secret(pl_secret_key *key, struct bytes expected) {
  uint8_t secret[32];
  OK(pl_secret_key_expose(key, secret, sizeof secret, NULL, 0));
  CHECK(is(expected, secret, sizeof secret));
  pl_secret_key_free(key);
}

static void derive(void) {
  pl_secret_key *key = NULL;
  EACH(derivation, derivations) {
    OK(pl_secret_key_derive(it->seed.data, it->seed.length, it->path.data, it->path.length, &key,
                            NULL, 0));
    check_secret(key, it->secret_key);
  }
  EACH(seeding, seedings) {
    OK(pl_secret_key_from_seed(it->seed.data, it->seed.length, it->info.data, it->info.length, &key,
                               NULL, 0));
    check_secret(key, it->secret_key);
  }
}

static void sign(void) {
  EVERY(signing, signings) {
    uint8_t public_key[96], signature[96];
    const size_t key_length = pl_public_key_length(it->variant);
    const size_t length = pl_signature_length(it->variant);
    pl_secret_key *key = NULL;
    checking = it->name;
    const pl_status status = pl_secret_key_from_bytes(it->secret_key.data, it->secret_key.length,
                                                      &key, NULL, 0);
    CHECK(status == (it->signature.length > 0 ? PL_OK : PL_BAD_SECRET_KEY));
    if (status != PL_OK) continue;
    pl_suite *suite = suite_of(it->variant, it->scheme, (struct bytes){NULL, 0});
    OK(pl_secret_key_public_key(key, it->variant, public_key, key_length, NULL, 0));
    OK(pl_sign(key, suite, it->message.data, it->message.length, signature, length, NULL, 0));
    CHECK(is(it->public_key, public_key, key_length));
    CHECK(is(it->signature, signature, length));
    pl_suite_free(suite);
    pl_secret_key_free(key);
  }
}

static void possess(void) {
  EACH(possession, possessions) {
    uint8_t proof[96];
    const size_t length = pl_signature_length(it->variant);
    const struct bytes key = it->public_key, tag = it->tag;
    pl_secret_key *secret = NULL;
    pl_registry *registry = NULL;
    uint64_t number = 0;
    OK(pl_secret_key_from_bytes(it->secret_key.data, 32, &secret, NULL, 0));
    OK(pl_possession_prove(secret, it->variant, tag.data, tag.length, proof, length, NULL, 0));
    CHECK(is(it->proof, proof, length));
    OK(pl_possession_verify(it->variant, tag.data, tag.length, key.data, key.length, proof, length,
                            NULL, 0));
    OK(pl_registry_new(it->variant, 1, &registry, NULL, 0));
    OK(pl_registry_insert_with_possession(registry, key.data, key.length, proof, length, tag.data,
                                          tag.length, &number, NULL, 0));
    CHECK(pl_possession_verify(it->variant, (const uint8_t *)"other", 5, key.data, key.length, proof,
                               length, NULL, 0) == PL_WRONG_POSSESSION);
    pl_registry_free(registry);
    pl_secret_key_free(secret);
  }
}

/* Every verification of a variant as one batch, its keys by number where `by_number` says so. */
static void verify_as_batch(int32_t variant, int by_number) {
  static uint8_t verdicts[ROWS_OF(verifications)];
  pl_registry *registry = NULL;
  pl_pool *pool = NULL;
  pl_verifier *verifier = NULL;
  pl_batch *batch = NULL;
  size_t count = 0, invalid = 0, expected = 0;
  OK(pl_registry_new(variant, ROWS_OF(verifications), &registry, NULL, 0));
  if (variant == PL_MIN_SIG) OK(pl_registry_keep_lines(registry, ROWS_OF(verifications), NULL, 0));
  OK(pl_pool_new(2, &pool, NULL, 0));
  OK(pl_verifier_new(variant, registry, pool, 16, 128, PL_BACKEND_DEFAULT, &verifier, NULL, 0));
  OK(pl_batch_new(ROWS_OF(verifications), 1 << 20, &batch, NULL, 0));
  EVERY(verification, verifications) {
    const struct bytes key = it->public_key;
    uint64_t number = 0;
    if (it->variant != variant) continue;
    checking = it->name;
    pl_suite *suite = suite_of(variant, it->scheme, it->tag);
    const int is_key = pl_registry_insert(registry, key.data, key.length, &number, NULL, 0) == PL_OK;
    CHECK(is_key == (it->verdict < PL_INVALID_KEY_LENGTH || it->verdict > PL_INVALID_KEY_IDENTITY));
    if (by_number && is_key) {
      OK(pl_batch_push_number(batch, suite, number, it->message.data, it->message.length,
                              it->signature.data, it->signature.length, NULL, 0));
    } else {
      OK(pl_batch_push(batch, suite, key.data, key.length, it->message.data, it->message.length,
                       it->signature.data, it->signature.length, NULL, 0));
    }
    expected += it->verdict != PL_VALID;
    count++;
    pl_suite_free(suite);
  }
  CHECK(pl_batch_count(batch) == count);
  OK(pl_batch_verify(batch, verifier, count, verdicts, &invalid, NULL, 0));
  CHECK(invalid == expected);
  count = 0;
  EVERY(verification, verifications) {
    if (it->variant != variant) continue;
    checking = it->name;
    CHECK(verdicts[count++] == it->verdict);
  }
  pl_batch_free(batch);
  pl_verifier_free(verifier);
  pl_pool_free(pool);
  pl_registry_free(registry);
}

static void verify(void) {
  EVERY(verification, verifications) {
    checking = it->name;
    pl_suite *suite = suite_of(it->variant, it->scheme, it->tag);
    const pl_status status =
        pl_verify(suite, it->public_key.data, it->public_key.length, it->message.data,
                  it->message.length, it->signature.data, it->signature.length, NULL, 0);
    CHECK((status == PL_OK) == (it->verdict == PL_VALID));
    pl_suite_free(suite);
  }
  for (int by_number = 0; by_number < 2; by_number++) {
    verify_as_batch(PL_MIN_PK, by_number);
    verify_as_batch(PL_MIN_SIG, by_number);
  }
}

static void decode(void) {
  EACH(decoding, decodings) {
    checking = it->name;
    const pl_status status =
        it->is_key
            ? pl_public_key_validate(it->variant, it->point.data, it->point.length, NULL, 0)
            : pl_signature_validate(it->variant, it->point.data, it->point.length, NULL, 0);
    CHECK((status == PL_OK) == it->valid);
  }
}

static void aggregate(void) {
  pl_suite *suite = suite_of(PL_MIN_PK, PL_PROOF_OF_POSSESSION, (struct bytes){NULL, 0});
  EACH(aggregation, aggregations) {
    uint8_t sum[96];
    checking = it->name;
    const pl_status status = pl_aggregate_signatures(
        PL_MIN_PK, it->count, it->signatures.data, it->signatures.length, sum, sizeof sum, NULL, 0);
    CHECK(status == PL_OK ? is(it->aggregate, sum, sizeof sum)
                          : status == PL_EMPTY && it->aggregate.length == 0);
  }
  EACH(together, aggregate_verifications) {
    checking = it->name;
    const pl_status status = pl_aggregate_verify(
        suite, it->count, it->public_keys.data, it->public_keys.length, it->messages.data,
        it->messages.length, it->message_ends, it->signatures.data, it->signatures.length, NULL, 0);
    CHECK((status == PL_OK) == it->valid);
  }
  EACH(together, fast_aggregate_verifications) {
    checking = it->name;
    const pl_status status = pl_fast_aggregate_verify(
        suite, it->count, it->public_keys.data, it->public_keys.length, it->messages.data,
        it->messages.length, it->signatures.data, it->signatures.length, NULL, 0);
    CHECK((status == PL_OK) == it->valid);
  }
  pl_suite_free(suite);
}

static void verify_flat(void) {
  pl_suite *suite = suite_of(PL_MIN_PK, PL_PROOF_OF_POSSESSION, (struct bytes){NULL, 0});
  pl_verifier *verifier = NULL;
  OK(pl_verifier_new(PL_MIN_PK, NULL, NULL, 0, 64, PL_BACKEND_DEFAULT, &verifier, NULL, 0));
  EACH(together, batches) {
    uint8_t verdicts[16];
    size_t invalid = 0;
    checking = it->name;
    CHECK(it->count <= sizeof verdicts && it->signatures.length == 96 * it->count);
    OK(pl_verify_batch(verifier, suite, it->count, NULL, it->public_keys.data, 48, 0,
                       it->messages.data, it->message_ends, 0, 0, it->signatures.data, 96, 0,
                       verdicts, &invalid, NULL, 0));
    CHECK((invalid == 0) == it->valid);
  }
  pl_verifier_free(verifier);
  pl_suite_free(suite);
}

static void prove(void) {
  uint8_t proof[PL_VRF_ANNOUNCED_BYTES], output[PL_VRF_OUTPUT_BYTES], key[PL_VRF_KEY_BYTES];
  pl_vrf_key *secret = NULL;
  EACH(vrf_example, vrf_examples) {
    const struct bytes proofs[2] = {it->proof, it->announced};
    const struct bytes alpha = it->alpha;
    OK(pl_vrf_key_from_rfc9381(it->suite, it->secret_key.data, 32, &secret, NULL, 0));
    OK(pl_vrf_key_public(secret, key, sizeof key, NULL, 0));
    CHECK(is(it->public_key, key, sizeof key));
    for (int form = 0; form < 2; form++) {
      const size_t length = proofs[form].length;
      OK(pl_vrf_prove(secret, alpha.data, alpha.length, proof, length, NULL, 0));
      CHECK(is(proofs[form], proof, length));
      OK(pl_vrf_verify(it->suite, key, sizeof key, alpha.data, alpha.length, proof, length, output,
                       sizeof output, NULL, 0));
      CHECK(is(it->output, output, sizeof output));
    }
    OK(pl_vrf_proof_to_hash(it->suite, it->proof.data, it->proof.length, output, sizeof output, NULL,
                            0));
    CHECK(is(it->output, output, sizeof output));
    pl_vrf_key_free(secret);
  }
  EACH(vrf_seeding, vrf_seedings) {
    OK(pl_vrf_key_from_seed(it->suite, it->seed.data, it->seed.length, &secret, NULL, 0));
    OK(pl_vrf_key_public(secret, key, sizeof key, NULL, 0));
    CHECK(is(it->public_key, key, sizeof key));
    pl_vrf_key_free(secret);
  }
  EACH(vrf_refusal, vrf_refusals) {
    CHECK(pl_vrf_verify(it->suite, it->public_key.data, it->public_key.length, it->alpha.data,
                        it->alpha.length, it->proof.data, it->proof.length, output, sizeof output,
                        NULL, 0) == it->status);
  }
}

/* Every item of a suite in one batch. */
static void verify_proofs(int32_t suite) {
  static uint8_t keys[ROWS_OF(vrf_items)][PL_VRF_KEY_BYTES], alphas[4096];
  static uint8_t proofs[ROWS_OF(vrf_items)][PL_VRF_ANNOUNCED_BYTES], verdicts[ROWS_OF(vrf_items)];
  static uint8_t outputs[ROWS_OF(vrf_items)][PL_VRF_OUTPUT_BYTES];
  uint64_t ends[ROWS_OF(vrf_items)], end = 0;
  size_t count = 0, invalid = 0;
  EACH(vrf_item, vrf_items) {
    if (it->suite != suite) continue;
    memcpy(keys[count], it->public_key.data, PL_VRF_KEY_BYTES);
    memcpy(proofs[count], it->proof.data, PL_VRF_ANNOUNCED_BYTES);
    if (it->alpha.length > 0) memcpy(alphas + end, it->alpha.data, it->alpha.length);
    ends[count++] = end += it->alpha.length;
  }
  OK(pl_vrf_verify_batch(suite, NULL, count, keys[0], alphas, ends, proofs[0], verdicts, outputs[0],
                         &invalid, NULL, 0));
  CHECK(invalid > 0 && invalid < count);
  count = 0;
  EACH(vrf_item, vrf_items) {
    if (it->suite != suite) continue;
    CHECK(verdicts[count] == it->verdict);
    CHECK(is(it->output, outputs[count], PL_VRF_OUTPUT_BYTES));
    count++;
  }
}

static void elect(void) {
  EACH(draw, draws) {
    uint8_t ids[8][8] = {{0}};
    uint64_t leader = 0, members[8];
    pl_stakes *stakes = NULL;
    CHECK(it->count <= 8 && it->seats <= 8);
    for (size_t i = 0; i < it->count; i++) ids[i][7] = (uint8_t)i;
    OK(pl_stakes_new(it->count, ids[0], 8, it->stakes, &stakes, NULL, 0));
    OK(pl_stakes_select(stakes, it->tag.data, it->tag.length, it->output.data, it->output.length,
                        &leader, NULL, 0));
    OK(pl_stakes_committee(stakes, it->tag.data, it->tag.length, it->output.data,
                           it->output.length, it->seats, members, NULL, 0));
    CHECK(leader == it->leader);
    CHECK(memcmp(members, it->members, it->seats * sizeof members[0]) == 0);
    pl_stakes_free(stakes);
  }
}

int main(int count, char **arguments) {
  if (count > 1) every = strtoul(arguments[1], NULL, 10);
  static void (*const parts[])(void) = {derive, sign, possess, verify, decode, aggregate,
                                        verify_flat, prove, elect};
  for (size_t i = 0; i < ROWS_OF(parts); i++) {
    checking = "the cases before";
    parts[i]();
  }
  verify_proofs(PL_VRF_TAI);
  verify_proofs(PL_VRF_ELL2);
  printf("%lu checks\n", checks_made);
  return 0;
}
