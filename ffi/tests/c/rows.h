/*
 * For each function of pairlane.h a call that succeeds; hostile.c spoils its arguments one by one,
 * and two by two. A function of the header without a row fails the test. To add one: a line in
 * `rows`, in the order of the parameters, less `error` and `error_capacity`.
 */
#ifndef PAIRLANE_TESTS_ROWS_H
#define PAIRLANE_TESTS_ROWS_H

#include <string.h>

#include "calls.h"
#include "check.h"

struct given {
  enum kind kind;
  const void *data;     /* INPUT: its bytes; HANDLE, NUMBER: where the value is */
  size_t length;        /* bytes of INPUT, OUTPUT, PLACE */
  uint64_t number;      /* SIZE, CHOICE, NUMBER, CODE */
  void *(*make)(void);  /* HANDLE that the call changes or frees: one for each call */
  int lenient;          /* NULL, a huge number, or a choice of 0 is no mistake here */
};

#define IN(array) {.kind = INPUT, .data = array, .length = sizeof array}
#define PART(array, bytes) {.kind = INPUT, .data = array, .length = bytes}
#define OPTIONAL_IN(array) {.kind = INPUT, .data = array, .length = sizeof array, .lenient = 1}
#define ABSENT {.kind = INPUT, .lenient = 1}
#define OUT(bytes) {.kind = OUTPUT, .length = bytes}
#define OPTIONAL_OUT(bytes) {.kind = OUTPUT, .length = bytes, .lenient = 1}
#define MADE {.kind = PLACE, .length = sizeof(void *)}
#define MADE_MANY(n) {.kind = PLACE, .length = n * sizeof(void *)}
#define THE(handle) {.kind = HANDLE, .data = &the.handle}
#define OPTIONAL_THE(handle) {.kind = HANDLE, .data = &the.handle, .lenient = 1}
#define FRESH(maker) {.kind = HANDLE, .make = maker}
#define LENGTH(n) {.kind = SIZE, .number = n}
#define LIMIT(n) {.kind = SIZE, .number = n, .lenient = 1}
#define CHOSEN(n) {.kind = CHOICE, .number = n}
#define CHOSEN_OR_NONE(n) {.kind = CHOICE, .number = n, .lenient = 1}
#define NUM(n) {.kind = NUMBER, .number = n}
#define NUM_AT(variable) {.kind = NUMBER, .data = &variable}
#define ANY_CODE {.kind = CODE}

#define MIN_PK CHOSEN(PL_MIN_PK)
#define POP CHOSEN(PL_PROOF_OF_POSSESSION)
#define TAI CHOSEN(PL_VRF_TAI)
#define KEY 48
#define SIGNATURE 96

static struct {
  pl_suite *suite;
  pl_secret_key *key;
  pl_registry *registry;
  pl_pool *pool;
  pl_verifier *verifier;
  pl_vrf_key *vrf_key;
  pl_stakes *stakes;
  pl_group *group;
  pl_key_share *share;
  pl_ceremony *dealing, *disputed;
} the;

static const uint8_t seed[32] = {7}, tag[] = "tag", info[] = "info", path[] = "m/12";
static const uint8_t secrets[2][32] = {{[31] = 1}, {[31] = 2}};
static const uint8_t messages[] = "block 7block 8", id[] = "carol", ids[] = "alicebobby";
static const uint64_t message_ends[2] = {7, 14}, amounts[4] = {0, 5, 0, 7};
static uint8_t public_keys[2 * KEY], signatures[2 * SIGNATURE], proof[SIGNATURE];
static uint8_t aggregate[SIGNATURE], aggregate_of_same[SIGNATURE];
static uint64_t numbers[2];
static uint8_t vrf_keys[2 * PL_VRF_KEY_BYTES], vrf_proof[PL_VRF_PROOF_BYTES];
static uint8_t announced[2 * PL_VRF_ANNOUNCED_BYTES], output[PL_VRF_OUTPUT_BYTES];

static pl_key_share *shares[2];
static uint8_t commitment[2 + 2 * KEY], share_bytes[PL_KEY_SHARE_BYTES];
static uint8_t partials[2 * (2 + SIGNATURE)], pledge[67], bls_vrf_proof[SIGNATURE];

static void *new_suite(void) {
  pl_suite *made = NULL;
  CHECK(pl_suite_standard(PL_MIN_PK, PL_PROOF_OF_POSSESSION, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_secret_key(void) {
  pl_secret_key *made = NULL;
  CHECK(pl_secret_key_from_bytes(secrets[0], 32, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_registry(void) {
  pl_registry *made = NULL;
  uint64_t number = 0;
  CHECK(pl_registry_new(PL_MIN_PK, 4, &made, NULL, 0) == PL_OK);
  CHECK(pl_registry_insert(made, public_keys, KEY, &number, NULL, 0) == PL_OK);
  return made;
}

static void *new_registry_of_min_sig(void) {
  pl_registry *made = NULL;
  CHECK(pl_registry_new(PL_MIN_SIG, 4, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_pool(void) {
  pl_pool *made = NULL;
  CHECK(pl_pool_new(1, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_verifier(void) {
  pl_verifier *made = NULL;
  CHECK(pl_verifier_new(PL_MIN_PK, NULL, NULL, 4, 128, PL_BACKEND_DEFAULT, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_vrf_key(void) {
  pl_vrf_key *made = NULL;
  CHECK(pl_vrf_key_from_seed(PL_VRF_TAI, seed, sizeof seed, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_stakes(void) {
  pl_stakes *made = NULL;
  CHECK(pl_stakes_new(2, ids, 5, amounts, &made, NULL, 0) == PL_OK);
  return made;
}

/* Two items, one of them by number. */
static void *new_batch(void) {
  pl_batch *made = NULL;
  CHECK(pl_batch_new(4, 4096, &made, NULL, 0) == PL_OK);
  CHECK(pl_batch_push(made, the.suite, public_keys, KEY, messages, 7, signatures, SIGNATURE, NULL,
                      0) == PL_OK);
  CHECK(pl_batch_push_number(made, the.suite, numbers[1], messages + 7, 7, signatures + SIGNATURE,
                             SIGNATURE, NULL, 0) == PL_OK);
  return made;
}

static void *new_group(void) {
  pl_group *made = NULL;
  CHECK(pl_group_new(PL_MIN_PK, 2, 2, commitment, sizeof commitment, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_share(void) {
  pl_key_share *made = NULL;
  CHECK(pl_key_share_from_bytes(share_bytes, sizeof share_bytes, &made, NULL, 0) == PL_OK);
  return made;
}

static pl_ceremony *party(uint16_t required, uint16_t participants, uint16_t index) {
  pl_ceremony *made = NULL;
  CHECK(pl_dkg_start(PL_MIN_PK, required, participants, index, tag, 3, &made, NULL, 0) == PL_OK);
  return made;
}

static void *new_ceremony(void) { return party(2, 2, 1); }

/* A ceremony of one, who has nothing to wait for: ready to finish. */
static void *new_last_phase(void) {
  pl_ceremony *made = party(1, 1, 1);
  for (int phase = 0; phase < 3; phase++) CHECK(pl_ceremony_advance(made, NULL, NULL, 0) == PL_OK);
  return made;
}

/* Carries one message; those before it get lost. */
static void carry(const pl_ceremony *from, size_t place, pl_ceremony *to) {
  uint8_t message[512];
  uint16_t receiver = 0;
  const size_t length = pl_ceremony_outgoing_length(from, place);
  CHECK(length > 0 && length <= sizeof message);
  CHECK(pl_ceremony_outgoing(from, place, &receiver, message, length, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_receive(to, message, length, NULL, 0) == PL_OK);
}

/* A finished ceremony in which the second party's share to the first was lost, complained about and
 * then shown. */
static void *new_disputed(void) {
  pl_ceremony *first = party(2, 2, 1), *second = party(2, 2, 2);
  pl_group *group = NULL;
  pl_key_share *share = NULL;
  carry(first, 0, second);
  carry(second, 0, first);
  CHECK(pl_ceremony_advance(first, NULL, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_advance(second, NULL, NULL, 0) == PL_OK);
  carry(first, 0, second);
  carry(first, 1, second);
  carry(second, 0, first);
  CHECK(pl_ceremony_advance(first, NULL, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_advance(second, NULL, NULL, 0) == PL_OK);
  carry(first, 0, second);
  CHECK(pl_ceremony_advance(first, NULL, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_advance(second, NULL, NULL, 0) == PL_OK);
  carry(second, 0, first);
  CHECK(pl_ceremony_finish(first, &group, &share, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_dispute_count(first) == 1);
  pl_group_free(group);
  pl_key_share_free(share);
  pl_ceremony_free(second);
  return first;
}

static void set_up_threshold(void) {
  pl_ceremony *second = party(2, 2, 2);
  uint16_t receiver = 0;
  CHECK(pl_group_deal(the.key, PL_MIN_PK, 2, 2, &the.group, shares, 2, NULL, 0) == PL_OK);
  the.share = shares[0];
  CHECK(pl_group_commitment(the.group, commitment, sizeof commitment, NULL, 0) == PL_OK);
  CHECK(pl_key_share_expose(the.share, share_bytes, sizeof share_bytes, NULL, 0) == PL_OK);
  for (int i = 0; i < 2; i++)
    CHECK(pl_key_share_sign(shares[i], the.group, the.suite, messages, 7,
                            partials + i * (2 + SIGNATURE), 2 + SIGNATURE, NULL, 0) == PL_OK);
  CHECK(pl_ceremony_outgoing(second, 0, &receiver, pledge, sizeof pledge, NULL, 0) == PL_OK);
  pl_ceremony_free(second);
  the.dealing = new_ceremony();
  CHECK(pl_ceremony_advance(the.dealing, NULL, NULL, 0) == PL_OK);
  the.disputed = new_disputed();
  CHECK(pl_bls_vrf_prove(the.key, PL_MIN_PK, tag, 3, messages, 7, bls_vrf_proof,
                         sizeof bls_vrf_proof, NULL, 0) == PL_OK);
}

static void set_up(void) {
  uint8_t of_same[2 * SIGNATURE];
  the.suite = new_suite();
  the.key = new_secret_key();
  CHECK(pl_registry_new(PL_MIN_PK, 4, &the.registry, NULL, 0) == PL_OK);
  for (int i = 0; i < 2; i++) {
    pl_secret_key *key = NULL;
    uint8_t *public_key = public_keys + i * KEY;
    CHECK(pl_secret_key_from_bytes(secrets[i], 32, &key, NULL, 0) == PL_OK);
    CHECK(pl_secret_key_public_key(key, PL_MIN_PK, public_key, KEY, NULL, 0) == PL_OK);
    CHECK(pl_sign(key, the.suite, messages + 7 * i, 7, signatures + i * SIGNATURE, SIGNATURE, NULL,
                  0) == PL_OK);
    CHECK(pl_sign(key, the.suite, messages, 7, of_same + i * SIGNATURE, SIGNATURE, NULL, 0) ==
          PL_OK);
    CHECK(pl_registry_insert(the.registry, public_key, KEY, &numbers[i], NULL, 0) == PL_OK);
    pl_secret_key_free(key);
  }
  CHECK(pl_possession_prove(the.key, PL_MIN_PK, tag, 3, proof, sizeof proof, NULL, 0) == PL_OK);
  CHECK(pl_aggregate_signatures(PL_MIN_PK, 2, signatures, sizeof signatures, aggregate, SIGNATURE,
                                NULL, 0) == PL_OK);
  CHECK(pl_aggregate_signatures(PL_MIN_PK, 2, of_same, sizeof of_same, aggregate_of_same, SIGNATURE,
                                NULL, 0) == PL_OK);
  the.pool = new_pool();
  CHECK(pl_verifier_new(PL_MIN_PK, the.registry, the.pool, 4, 64, PL_BACKEND_DEFAULT, &the.verifier,
                        NULL, 0) == PL_OK);
  the.vrf_key = new_vrf_key();
  CHECK(pl_vrf_prove(the.vrf_key, messages, 7, vrf_proof, sizeof vrf_proof, NULL, 0) == PL_OK);
  CHECK(pl_vrf_proof_to_hash(PL_VRF_TAI, vrf_proof, sizeof vrf_proof, output, sizeof output, NULL,
                             0) == PL_OK);
  for (int i = 0; i < 2; i++) {
    CHECK(pl_vrf_key_public(the.vrf_key, vrf_keys + i * PL_VRF_KEY_BYTES, PL_VRF_KEY_BYTES, NULL,
                            0) == PL_OK);
    CHECK(pl_vrf_prove(the.vrf_key, messages + 7 * i, 7, announced + i * PL_VRF_ANNOUNCED_BYTES,
                       PL_VRF_ANNOUNCED_BYTES, NULL, 0) == PL_OK);
  }
  the.stakes = new_stakes();
  set_up_threshold();
}

static void tear_down(void) {
  pl_ceremony_free(the.disputed);
  pl_ceremony_free(the.dealing);
  for (int i = 0; i < 2; i++) pl_key_share_free(shares[i]);
  pl_group_free(the.group);
  pl_stakes_free(the.stakes);
  pl_vrf_key_free(the.vrf_key);
  pl_verifier_free(the.verifier);
  pl_pool_free(the.pool);
  pl_registry_free(the.registry);
  pl_secret_key_free(the.key);
  pl_suite_free(the.suite);
}

struct row {
  const char *function;
  struct given given[PARAMETERS_MAX];
};

/* A public key and a message of the first signer, and the lengths that go with them. */
#define THE_KEY PART(public_keys, KEY), LENGTH(KEY)
#define BOTH_KEYS LENGTH(2), IN(public_keys), LENGTH(2 * KEY)
#define THE_MESSAGE PART(messages, 7), LENGTH(7)
#define THE_SIGNATURE PART(signatures, SIGNATURE), LENGTH(SIGNATURE)
#define THE_TAG PART(tag, 3), LENGTH(3)
#define THE_SEED IN(seed), LENGTH(32)
#define INTO(bytes) OUT(bytes), LENGTH(bytes)

static const struct row rows[] = {
  {"pl_aggregate_signatures", {MIN_PK, LENGTH(2), IN(signatures), LENGTH(2 * SIGNATURE),
                               INTO(SIGNATURE)}},
  {"pl_aggregate_public_keys", {MIN_PK, BOTH_KEYS, INTO(KEY)}},
  {"pl_aggregate_verify", {THE(suite), BOTH_KEYS, PART(messages, 14), LENGTH(14), IN(message_ends),
                           IN(aggregate), LENGTH(SIGNATURE)}},
  {"pl_fast_aggregate_verify", {THE(suite), BOTH_KEYS, THE_MESSAGE, IN(aggregate_of_same),
                                LENGTH(SIGNATURE)}},
  {"pl_verifier_new", {MIN_PK, OPTIONAL_THE(registry), OPTIONAL_THE(pool), LENGTH(4), CHOSEN(64),
                       CHOSEN_OR_NONE(PL_BACKEND_BLST), MADE}},
  {"pl_verifier_free", {FRESH(new_verifier)}},
  /* Arrays of one length with strides, then numbers and ends. */
  {"pl_verify_batch", {THE(verifier), THE(suite), LENGTH(2), ABSENT, IN(public_keys), LENGTH(KEY),
                       LENGTH(KEY), PART(messages, 14), ABSENT, LENGTH(7), LENGTH(7),
                       IN(signatures), LENGTH(SIGNATURE), LENGTH(SIGNATURE), OUT(2), OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_verify_batch", {THE(verifier), THE(suite), LENGTH(2), OPTIONAL_IN(numbers), ABSENT, LIMIT(0),
                       LIMIT(0), PART(messages, 14), OPTIONAL_IN(message_ends), LIMIT(0), LIMIT(0),
                       IN(signatures), LENGTH(SIGNATURE), LENGTH(0), OUT(2),
                       OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_batch_new", {LENGTH(4), LIMIT(4096), MADE}},
  {"pl_batch_free", {FRESH(new_batch)}},
  {"pl_batch_push", {FRESH(new_batch), THE(suite), THE_KEY, THE_MESSAGE, THE_SIGNATURE}},
  {"pl_batch_push_number", {FRESH(new_batch), THE(suite), NUM_AT(numbers[0]), THE_MESSAGE,
                            THE_SIGNATURE}},
  {"pl_batch_count", {FRESH(new_batch)}},
  {"pl_batch_verify", {FRESH(new_batch), THE(verifier), LENGTH(2), OUT(2),
                       OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_cpu_report", {INTO(4096), OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_stakes_new", {LENGTH(2), PART(ids, 10), LENGTH(5), IN(amounts), MADE}},
  {"pl_stakes_free", {FRESH(new_stakes)}},
  {"pl_stakes_count", {THE(stakes)}},
  {"pl_stakes_add", {FRESH(new_stakes), PART(id, 5), LENGTH(5), NUM(0), NUM(1), OUT(8)}},
  {"pl_stakes_update", {FRESH(new_stakes), PART(ids, 5), LENGTH(5), NUM(0), NUM(1)}},
  {"pl_stakes_total", {THE(stakes), OUT(8), OUT(8)}},
  {"pl_stakes_select", {THE(stakes), THE_TAG, IN(output), LENGTH(64), OUT(8)}},
  {"pl_stakes_committee", {THE(stakes), THE_TAG, IN(output), LENGTH(64), LENGTH(2), OUT(16)}},
  {"pl_pool_new", {LENGTH(1), MADE}},
  {"pl_pool_free", {FRESH(new_pool)}},
  {"pl_possession_prove", {THE(key), MIN_PK, THE_TAG, INTO(SIGNATURE)}},
  {"pl_possession_verify", {MIN_PK, THE_TAG, THE_KEY, IN(proof), LENGTH(SIGNATURE)}},
  {"pl_registry_new", {MIN_PK, LIMIT(4), MADE}},
  {"pl_registry_free", {FRESH(new_registry)}},
  {"pl_registry_insert", {FRESH(new_registry), THE_KEY, OUT(8)}},
  {"pl_registry_insert_with_possession", {FRESH(new_registry), THE_KEY, IN(proof),
                                          LENGTH(SIGNATURE), THE_TAG, OUT(8)}},
  {"pl_registry_remove", {FRESH(new_registry), NUM_AT(numbers[0])}},
  {"pl_registry_keep_lines", {FRESH(new_registry_of_min_sig), LIMIT(4)}},
  {"pl_registry_key", {THE(registry), NUM_AT(numbers[0]), INTO(KEY)}},
  {"pl_registry_usage", {FRESH(new_registry), OPTIONAL_OUT(8), OPTIONAL_OUT(8), OPTIONAL_OUT(8),
                         OPTIONAL_OUT(8)}},
  {"pl_secret_key_generate", {MADE}},
  {"pl_secret_key_from_seed", {THE_SEED, PART(info, 4), LENGTH(4), MADE}},
  {"pl_secret_key_derive", {THE_SEED, PART(path, 4), LENGTH(4), MADE}},
  {"pl_secret_key_from_bytes", {PART(secrets[0], 32), LENGTH(32), MADE}},
  {"pl_secret_key_expose", {THE(key), INTO(32)}},
  {"pl_secret_key_free", {FRESH(new_secret_key)}},
  {"pl_secret_key_public_key", {THE(key), MIN_PK, INTO(KEY)}},
  {"pl_sign", {THE(key), THE(suite), THE_MESSAGE, INTO(SIGNATURE)}},
  {"pl_public_key_validate", {MIN_PK, THE_KEY}},
  {"pl_signature_validate", {MIN_PK, THE_SIGNATURE}},
  {"pl_verify", {THE(suite), THE_KEY, THE_MESSAGE, THE_SIGNATURE}},
  {"pl_suite_standard", {MIN_PK, POP, MADE}},
  {"pl_suite_new", {MIN_PK, POP, THE_TAG, MADE}},
  {"pl_suite_free", {FRESH(new_suite)}},
  {"pl_public_key_length", {MIN_PK}},
  {"pl_signature_length", {MIN_PK}},
  {"pl_abi_version", {{.kind = NONE}}},
  {"pl_version", {{.kind = NONE}}},
  {"pl_status_text", {ANY_CODE}},
  {"pl_verdict_text", {ANY_CODE}},
  {"pl_vrf_key_generate", {TAI, MADE}},
  {"pl_vrf_key_from_seed", {TAI, THE_SEED, MADE}},
  {"pl_vrf_key_from_rfc9381", {TAI, THE_SEED, MADE}},
  {"pl_vrf_key_free", {FRESH(new_vrf_key)}},
  {"pl_vrf_key_public", {THE(vrf_key), INTO(PL_VRF_KEY_BYTES)}},
  {"pl_vrf_prove", {THE(vrf_key), THE_MESSAGE, INTO(PL_VRF_PROOF_BYTES)}},
  {"pl_vrf_prove", {THE(vrf_key), THE_MESSAGE, INTO(PL_VRF_ANNOUNCED_BYTES)}},
  {"pl_vrf_verify", {TAI, PART(vrf_keys, PL_VRF_KEY_BYTES), LENGTH(PL_VRF_KEY_BYTES), THE_MESSAGE,
                     IN(vrf_proof), LENGTH(PL_VRF_PROOF_BYTES), INTO(PL_VRF_OUTPUT_BYTES)}},
  {"pl_vrf_proof_to_hash", {TAI, IN(vrf_proof), LENGTH(PL_VRF_PROOF_BYTES),
                            INTO(PL_VRF_OUTPUT_BYTES)}},
  {"pl_vrf_verify_batch", {TAI, OPTIONAL_THE(pool), LENGTH(2), IN(vrf_keys), PART(messages, 14),
                           IN(message_ends), IN(announced), OUT(2),
                           OPTIONAL_OUT(2 * PL_VRF_OUTPUT_BYTES), OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_vrf_key_length", {TAI}},
  {"pl_vrf_proof_length", {TAI}},
  {"pl_vrf_output_length", {TAI}},
  {"pl_vrf_key_generate", {CHOSEN(PL_VRF_P256_SSWU), MADE}},
  {"pl_bls_vrf_prove", {THE(key), MIN_PK, THE_TAG, THE_MESSAGE, INTO(SIGNATURE)}},
  {"pl_bls_vrf_verify", {MIN_PK, THE_TAG, THE_KEY, THE_MESSAGE, IN(bls_vrf_proof),
                         LENGTH(SIGNATURE), INTO(PL_BLS_VRF_OUTPUT_BYTES)}},
  {"pl_bls_vrf_proof_to_hash", {MIN_PK, THE_TAG, IN(bls_vrf_proof), LENGTH(SIGNATURE),
                                INTO(PL_BLS_VRF_OUTPUT_BYTES)}},
  {"pl_partial_signature_length", {MIN_PK}},
  {"pl_group_deal", {THE(key), MIN_PK, NUM(2), NUM(3), MADE, MADE_MANY(3), LENGTH(3)}},
  {"pl_group_new", {MIN_PK, NUM(2), NUM(2), IN(commitment), LENGTH(2 + 2 * KEY), MADE}},
  {"pl_group_free", {FRESH(new_group)}},
  {"pl_group_threshold", {THE(group), OUT(2), OUT(2)}},
  {"pl_group_commitment_length", {THE(group)}},
  {"pl_group_commitment", {THE(group), INTO(2 + 2 * KEY)}},
  {"pl_group_public_key", {THE(group), INTO(KEY)}},
  {"pl_group_holder_key", {THE(group), NUM(1), INTO(KEY)}},
  {"pl_group_verify_partial", {THE(group), THE(suite), THE_MESSAGE, PART(partials, 2 + SIGNATURE),
                               LENGTH(2 + SIGNATURE)}},
  {"pl_group_verify_partials", {THE(group), THE(suite), OPTIONAL_THE(verifier), THE_MESSAGE,
                                LENGTH(2), IN(partials), LENGTH(2 * (2 + SIGNATURE)), OUT(2),
                                OPTIONAL_OUT(sizeof(size_t))}},
  {"pl_group_combine", {THE(group), THE(suite), OPTIONAL_THE(verifier), THE_MESSAGE, LENGTH(2),
                        IN(partials), LENGTH(2 * (2 + SIGNATURE)), INTO(SIGNATURE),
                        OPTIONAL_OUT(2)}},
  {"pl_recover_signature", {MIN_PK, NUM(2), LENGTH(2), IN(partials), LENGTH(2 * (2 + SIGNATURE)),
                            INTO(SIGNATURE)}},
  {"pl_key_share_from_bytes", {IN(share_bytes), LENGTH(PL_KEY_SHARE_BYTES), MADE}},
  {"pl_key_share_expose", {THE(share), INTO(PL_KEY_SHARE_BYTES)}},
  {"pl_key_share_free", {FRESH(new_share)}},
  {"pl_key_share_index", {THE(share)}},
  {"pl_key_share_check", {THE(share), THE(group)}},
  {"pl_key_share_sign", {THE(share), THE(group), THE(suite), THE_MESSAGE, INTO(2 + SIGNATURE)}},
  {"pl_recover_secret_key", {NUM(2), LENGTH(2), IN(shares), MADE}},
  {"pl_dkg_start", {MIN_PK, NUM(2), NUM(3), NUM(1), THE_TAG, MADE}},
  {"pl_reshare_start", {THE(group), NUM(1), NUM(2), OPTIONAL_THE(share), NUM(1), THE_TAG, MADE}},
  {"pl_ceremony_free", {FRESH(new_ceremony)}},
  {"pl_ceremony_phase", {THE(dealing)}},
  {"pl_ceremony_outgoing_count", {THE(dealing)}},
  {"pl_ceremony_outgoing_length", {THE(dealing), LENGTH(1)}},
  {"pl_ceremony_outgoing", {THE(dealing), LENGTH(1), OUT(2), INTO(69)}},
  {"pl_ceremony_receive", {FRESH(new_ceremony), IN(pledge), LENGTH(67)}},
  {"pl_ceremony_advance", {FRESH(new_ceremony), OPTIONAL_THE(pool)}},
  {"pl_ceremony_finish", {FRESH(new_last_phase), MADE, MADE}},
  {"pl_ceremony_fault", {THE(disputed), NUM(2), OUT(4)}},
  {"pl_ceremony_dispute_count", {THE(disputed)}},
  {"pl_ceremony_dispute", {THE(disputed), LENGTH(0), OUT(2), OUT(2)}},
};

#define ROWS (sizeof rows / sizeof rows[0])

#endif
