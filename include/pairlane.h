/*
 * pairlane: BLS12-381 signatures, and batch verification that names the bad ones.
 * Generated from the Rust sources of ffi/ by cbindgen; `make headers` writes it anew.
 *
 * Rules that hold for every function:
 *
 *  - Handles. `pl_..._new`, `_generate`, `_standard`, `_derive`, `_from_...` make an object and
 *    write its pointer; the `_free` of its type frees it, once. NULL may be freed. What a `const`
 *    handle names is not changed, but for counters and caches inside.
 *  - Answers. Functions answer a status: PL_OK (0), or a negative number whose meaning never
 *    changes. On failure nothing is written but the error text (and `needed` of pl_cpu_report).
 *  - Error text. `error`, if not NULL, gets the detail of a failure: UTF-8, NUL
 *    included in `error_capacity`; on success it is not written. A text that is longer, or longer than
 *    PL_ERROR_BYTES as a list of indices can be, is cut after a word and ends with an ellipsis. It is
 *    written last and is memory of its own. There is no thread-local state: the
 *    text comes with the call that failed.
 *  - Pointers. An array is a pointer and a length in bytes (numbers: in elements). A length of 0
 *    allows any pointer, NULL too. No memory but a handle's needs alignment. Inputs must not be
 *    changed during the call. An output that overlaps an input or another output is refused with
 *    PL_OVERLAP, before anything is done.
 *  - Limits. A length over the address space, or a count over PL_COUNT_MAX, is PL_BAD_LENGTH.
 *  - Threads. Each type says what it allows. Any function may be called from any thread.
 *  - Panics. A defect inside the library is caught and answered with PL_PANIC.
 *  - Bytes. Points are encoded as in appendix A of draft-irtf-cfrg-bls-signature (the ZCash form):
 *    compressed or uncompressed on input, compressed on output.
 */

#ifndef PAIRLANE_H
#define PAIRLANE_H

#include <stddef.h>
#include <stdint.h>

/**
 * What the library thinks the fastest, or what the environment variable `PAIRLANE_BACKEND` names.
 */
#define PL_BACKEND_DEFAULT 0

/**
 * blst's scalar arithmetic.
 */
#define PL_BACKEND_BLST 1

/**
 * Four items at a time, with AVX2 and FMA.
 */
#define PL_BACKEND_AVX2 2

/**
 * Eight items at a time, with AVX-512 IFMA.
 */
#define PL_BACKEND_AVX512IFMA 3

/**
 * A scalar model of the last, slow, for tests.
 */
#define PL_BACKEND_PORTABLE 4

/**
 * Bytes of an output of the BLS VRF.
 */
#define PL_BLS_VRF_OUTPUT_BYTES 32

/**
 * Bytes of an exposed share: the index, 2 bytes big-endian, then the secret.
 */
#define PL_KEY_SHARE_BYTES 34

/**
 * Variant: public keys of 48 bytes in G1, signatures of 96 bytes in G2.
 */
#define PL_MIN_PK 1

/**
 * Variant: public keys of 96 bytes in G2, signatures of 48 bytes in G1.
 */
#define PL_MIN_SIG 2

/**
 * Scheme: basic (NUL).
 */
#define PL_BASIC 1

/**
 * Scheme: message augmentation (AUG).
 */
#define PL_AUGMENTED 2

/**
 * Scheme: proof of possession (POP).
 */
#define PL_PROOF_OF_POSSESSION 3

/**
 * Number of the ABI: changes when a program built against an older header could misbehave.
 */
#define PL_ABI_VERSION 1

/**
 * Most items, keys or signatures of a call, and most entries of a cache. Memory for that many is
 * taken before their bytes are read, so a count that is a mistake has to be refused first.
 */
#define PL_COUNT_MAX (1 << 24)

/**
 * Most bytes of an error text, NUL included.
 */
#define PL_ERROR_BYTES 256

/**
 * Phase: dealers promise what they will deal.
 */
#define PL_PHASE_PLEDGE 1

/**
 * Phase: dealings are broadcast, shares are sent.
 */
#define PL_PHASE_DEAL 2

/**
 * Phase: those whose share is missing or wrong broadcast complaints.
 */
#define PL_PHASE_COMPLAIN 3

/**
 * Phase: dealers broadcast the shares that were complained about.
 */
#define PL_PHASE_ANSWER 4

/**
 * Phase: it is over.
 */
#define PL_PHASE_FINISHED 5

/**
 * Fault: none, the dealer qualified.
 */
#define PL_FAULT_NONE 0

/**
 * Fault: the dealer pledged nothing.
 */
#define PL_FAULT_NO_PLEDGE 1

/**
 * Fault: it pledged two different dealings.
 */
#define PL_FAULT_CONFLICTING_PLEDGES 2

/**
 * Fault: it broadcast no dealing.
 */
#define PL_FAULT_NO_DEALING 3

/**
 * Fault: it broadcast two different dealings.
 */
#define PL_FAULT_CONFLICTING_DEALINGS 4

/**
 * Fault: it committed to another number of coefficients than shares are required.
 */
#define PL_FAULT_WRONG_LENGTH 5

/**
 * Fault: its dealing is not the one it pledged.
 */
#define PL_FAULT_BROKEN_PLEDGE 6

/**
 * Fault: its proof of possession is missing, wrong, or where none should be.
 */
#define PL_FAULT_POSSESSION 7

/**
 * Fault: it shares something else than its share of the old key.
 */
#define PL_FAULT_WRONG_CONSTANT 8

/**
 * Fault: as many as are required to sign complained.
 */
#define PL_FAULT_TOO_MANY_COMPLAINTS 9

/**
 * Fault: it did not answer a complaint.
 */
#define PL_FAULT_UNANSWERED 10

/**
 * Fault: it answered a complaint with a wrong share.
 */
#define PL_FAULT_WRONG_ANSWER 11

/**
 * Fault: one that this header has no number for.
 */
#define PL_FAULT_OTHER 255

/**
 * Verdict: the signature is the key's on the message.
 */
#define PL_VALID 0

/**
 * Verdict: key, message and signature are well-formed and do not belong together.
 */
#define PL_INVALID_SIGNATURE 1

/**
 * Verdict: the handle names no registered key.
 */
#define PL_INVALID_UNKNOWN_KEY 2

/**
 * Verdict: the VRF proof is well-formed and is not the key's on this alpha.
 */
#define PL_INVALID_PROOF 3

/**
 * Verdict: the key has neither length of a point.
 */
#define PL_INVALID_KEY_LENGTH 16

/**
 * Verdict: the key's flag bits or a coordinate are out of range.
 */
#define PL_INVALID_KEY_ENCODING 17

/**
 * Verdict: the key is not on the curve.
 */
#define PL_INVALID_KEY_NOT_ON_CURVE 18

/**
 * Verdict: the key is outside the subgroup.
 */
#define PL_INVALID_KEY_NOT_IN_SUBGROUP 19

/**
 * Verdict: the key is the identity.
 */
#define PL_INVALID_KEY_IDENTITY 20

/**
 * Verdict: the VRF key is of small order.
 */
#define PL_INVALID_KEY_SMALL_ORDER 21

/**
 * Verdict: the signature has neither length of a point.
 */
#define PL_INVALID_SIGNATURE_LENGTH 32

/**
 * Verdict: the signature's flag bits or a coordinate are out of range.
 */
#define PL_INVALID_SIGNATURE_ENCODING 33

/**
 * Verdict: the signature is not on the curve.
 */
#define PL_INVALID_SIGNATURE_NOT_ON_CURVE 34

/**
 * Verdict: the signature is outside the subgroup.
 */
#define PL_INVALID_SIGNATURE_NOT_IN_SUBGROUP 35

/**
 * Verdict: the signature is the identity.
 */
#define PL_INVALID_SIGNATURE_IDENTITY 36

/**
 * Verdict: the VRF proof has another length.
 */
#define PL_INVALID_PROOF_LENGTH 48

/**
 * Verdict: a point of the VRF proof is not encoded as it has to be, or is none.
 */
#define PL_INVALID_PROOF_POINT 49

/**
 * Verdict: the scalar of the VRF proof is not below the group order.
 */
#define PL_INVALID_PROOF_SCALAR 50

/**
 * VRF suite: ECVRF-EDWARDS25519-SHA512-TAI, the one to use where alpha is public.
 */
#define PL_VRF_TAI 1

/**
 * VRF suite: ECVRF-EDWARDS25519-SHA512-ELL2, for an alpha that is secret.
 */
#define PL_VRF_ELL2 2

/**
 * VRF suite: ECVRF-P256-SHA256-TAI. Has no announced form and no batches.
 */
#define PL_VRF_P256_TAI 3

/**
 * VRF suite: ECVRF-P256-SHA256-SSWU. Has no announced form and no batches.
 */
#define PL_VRF_P256_SSWU 4

/**
 * Bytes of a VRF public key on edwards25519.
 */
#define PL_VRF_KEY_BYTES 32

/**
 * Bytes of a proof on edwards25519 as RFC 9381 writes it.
 */
#define PL_VRF_PROOF_BYTES 80

/**
 * Bytes of a proof on edwards25519 in the announced form, which batches take.
 */
#define PL_VRF_ANNOUNCED_BYTES 128

/**
 * Bytes of a VRF output on edwards25519.
 */
#define PL_VRF_OUTPUT_BYTES 64

/**
 * Bytes of a VRF public key on P-256.
 */
#define PL_VRF_P256_KEY_BYTES 33

/**
 * Bytes of a proof on P-256.
 */
#define PL_VRF_P256_PROOF_BYTES 81

/**
 * Bytes of a VRF output on P-256.
 */
#define PL_VRF_P256_OUTPUT_BYTES 32

/**
 * A batch being filled. May be used by any number of threads at once; they wait for one another,
 * also while the batch is verified.
 */
typedef struct pl_batch pl_batch;

/**
 * One party's part in a ceremony. May be used by any number of threads at once; they wait for one
 * another.
 *
 * Phases: pledge (key generation only), deal, complain, answer, finished. In each, send what
 * `pl_ceremony_outgoing` writes, give what others sent to `pl_ceremony_receive`, and when all had
 * the time to send, go on with `pl_ceremony_advance`; after the answers, with
 * `pl_ceremony_finish`. Broadcasts go over a channel on which all honest parties see the same;
 * messages to one receiver over private channels; all with authenticated senders.
 */
typedef struct pl_ceremony pl_ceremony;

/**
 * The public side of a threshold group: its key, the key of each holder of a share, and the
 * commitment that both follow from. Immutable: may be used by any number of threads at once.
 */
typedef struct pl_group pl_group;

/**
 * One holder's share of a key. Zeroized when freed. Immutable: may be used by any number of
 * threads at once. Operations on it run in time independent of its value.
 */
typedef struct pl_key_share pl_key_share;

/**
 * A pool of threads for batches. The library has none but those made here. May be used by any
 * number of threads at once.
 */
typedef struct pl_pool pl_pool;

/**
 * Public keys of one variant, decoded and checked once, then used by handle. May be used by any
 * number of threads at once; one that inserts or removes waits for batches that read.
 */
typedef struct pl_registry pl_registry;

/**
 * A secret key. Zeroized when freed. Immutable: may be used by any number of threads at once.
 * Operations on it run in time independent of its value.
 */
typedef struct pl_secret_key pl_secret_key;

/**
 * Validators and their stakes, in the order that everybody agrees on. May be used by any number of
 * threads at once; one that changes it or draws a committee waits for those that read.
 */
typedef struct pl_stakes pl_stakes;

/**
 * A ciphersuite: variant, scheme and domain-separation tag. Immutable: may be used by any number
 * of threads at once.
 */
typedef struct pl_suite pl_suite;

/**
 * Verifies batches: holds the registry, the pool and a cache of hashed messages. Immutable: may be
 * used by any number of threads at once, which then share the pool and the cache.
 */
typedef struct pl_verifier pl_verifier;

/**
 * The secret key of a VRF. Zeroized when freed. Immutable: may be used by any number of threads at
 * once. Proving runs in time independent of its value (with the TAI suites, not of alpha's).
 */
typedef struct pl_vrf_key pl_vrf_key;

/**
 * What a function answers: 0 is success, negative numbers are failures. Numbers are stable and
 * never reused; gaps are reserved.
 */
typedef int32_t pl_status;

/**
 * Success.
 */
#define PL_OK 0

/**
 * A pointer that must not be NULL is.
 */
#define PL_NULL_POINTER -1

/**
 * A length, stride, count or capacity is impossible: over the address space, or not what the
 * function says it needs.
 */
#define PL_BAD_LENGTH -2

/**
 * An output overlaps an input or another output.
 */
#define PL_OVERLAP -3

/**
 * A number that names one of a set names none (variant, scheme, weight bits, backend, VRF suite).
 */
#define PL_BAD_ENUM -4

/**
 * Handles of different variants were given together.
 */
#define PL_VARIANT_MISMATCH -5

/**
 * A text is not UTF-8, or not of the form it must have.
 */
#define PL_BAD_TEXT -6

/**
 * The processor lacks the instructions that are asked for.
 */
#define PL_UNAVAILABLE -7

/**
 * The bytes have neither the compressed nor the uncompressed length of a point.
 */
#define PL_POINT_LENGTH -20

/**
 * Flag bits or a coordinate out of range.
 */
#define PL_POINT_ENCODING -21

/**
 * The point is not on the curve.
 */
#define PL_POINT_NOT_ON_CURVE -22

/**
 * The point is outside the subgroup of prime order.
 */
#define PL_POINT_NOT_IN_SUBGROUP -23

/**
 * The point is the identity.
 */
#define PL_POINT_IDENTITY -24

/**
 * The point is of small order: outputs under such a VRF key would not depend on a secret.
 */
#define PL_POINT_SMALL_ORDER -25

/**
 * A secret key is zero, not below the group order, or of the wrong length; or a seed is too short.
 */
#define PL_BAD_SECRET_KEY -30

/**
 * The operating system gave no randomness.
 */
#define PL_NO_RANDOMNESS -31

/**
 * The domain-separation tag is empty, or another use of it has taken it.
 */
#define PL_BAD_TAG -32

/**
 * The signature does not match. Answered by verification of one signature or aggregate; a batch
 * answers PL_OK and verdicts.
 */
#define PL_WRONG_SIGNATURE -40

/**
 * The signature is the identity.
 */
#define PL_IDENTITY_SIGNATURE -41

/**
 * The public keys sum to the identity.
 */
#define PL_IDENTITY_AGGREGATE_KEY -42

/**
 * No keys or no signatures were given.
 */
#define PL_EMPTY -43

/**
 * Messages that must differ are equal.
 */
#define PL_REPEATED_MESSAGE -44

/**
 * The suite's scheme does not have this operation.
 */
#define PL_WRONG_SCHEME -45

/**
 * The registry, batch or list is at its limit.
 */
#define PL_FULL -50

/**
 * A handle number names no registered key.
 */
#define PL_UNKNOWN_KEY -51

/**
 * A key has no verified proof of possession.
 */
#define PL_NO_POSSESSION -52

/**
 * A proof of possession does not verify.
 */
#define PL_WRONG_POSSESSION -53

/**
 * The system gave no threads.
 */
#define PL_NO_THREADS -54

/**
 * A VRF proof is well-formed and is not the key's on this alpha.
 */
#define PL_WRONG_PROOF -60

/**
 * The bytes are no VRF proof: their length, a point or a scalar is wrong.
 */
#define PL_BAD_PROOF -61

/**
 * An identifier is given twice.
 */
#define PL_DUPLICATE_ID -70

/**
 * No validator has this identifier.
 */
#define PL_UNKNOWN_ID -71

/**
 * The total of all stakes is not below 2^128.
 */
#define PL_STAKE_OVERFLOW -72

/**
 * No validator has stake, or fewer have than there are seats.
 */
#define PL_NO_STAKE -73

/**
 * An index or a threshold of a group is out of range.
 */
#define PL_BAD_THRESHOLD -80

/**
 * The group has no holder, or the ceremony no dealer, with this index.
 */
#define PL_NOT_OF_GROUP -81

/**
 * A share is not the group's, or a commitment does not fit the threshold.
 */
#define PL_WRONG_SHARE -82

/**
 * Fewer good shares or partial signatures than are required.
 */
#define PL_TOO_FEW_SHARES -83

/**
 * Two shares or partial signatures of one index.
 */
#define PL_DUPLICATE_INDEX -84

/**
 * The bytes are no share, commitment, partial signature or message of a ceremony.
 */
#define PL_BAD_MESSAGE -85

/**
 * The ceremony is not in the phase that this belongs to.
 */
#define PL_WRONG_PHASE -86

/**
 * A message of another ceremony, of one who has no part in it, or for another receiver.
 */
#define PL_NOT_OURS -87

/**
 * Too many dealers were at fault: the ceremony has no result.
 */
#define PL_TOO_FEW_DEALERS -88

/**
 * A qualified dealer's share is missing: this party's own complaint was not broadcast.
 */
#define PL_MISSING_SHARE -89

/**
 * A defect of the library: a panic was caught. The objects of the call may be freed and nothing
 * else; please report it.
 */
#define PL_PANIC -100

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Sums `count` compressed signatures, side by side in one array, into one compressed signature.
 */
pl_status pl_aggregate_signatures(int32_t variant,
                                  size_t count,
                                  const uint8_t *signatures,
                                  size_t signatures_length,
                                  uint8_t *out,
                                  size_t out_length,
                                  char *error,
                                  size_t error_capacity);

/**
 * Sums `count` compressed public keys, side by side in one array, into one compressed key. Means
 * something for keys with verified proofs of possession only.
 */
pl_status pl_aggregate_public_keys(int32_t variant,
                                   size_t count,
                                   const uint8_t *public_keys,
                                   size_t public_keys_length,
                                   uint8_t *out,
                                   size_t out_length,
                                   char *error,
                                   size_t error_capacity);

/**
 * Verifies an aggregate of one signature for each of `count` keys and messages. Keys are
 * compressed, side by side. Message i is the bytes `message_ends[i - 1] .. message_ends[i]` of
 * `messages`, the first starting at 0.
 */
pl_status pl_aggregate_verify(const pl_suite *suite,
                              size_t count,
                              const uint8_t *public_keys,
                              size_t public_keys_length,
                              const uint8_t *messages,
                              size_t messages_length,
                              const uint64_t *message_ends,
                              const uint8_t *signature,
                              size_t signature_length,
                              char *error,
                              size_t error_capacity);

/**
 * Verifies an aggregate of signatures by `count` compressed keys on one message
 * (`FastAggregateVerify`, draft section 3.3.4). The keys' proofs of possession must have been
 * verified: a registry sees to that.
 */
pl_status pl_fast_aggregate_verify(const pl_suite *suite,
                                   size_t count,
                                   const uint8_t *public_keys,
                                   size_t public_keys_length,
                                   const uint8_t *message,
                                   size_t message_length,
                                   const uint8_t *signature,
                                   size_t signature_length,
                                   char *error,
                                   size_t error_capacity);

/**
 * Makes a verifier of a variant. `registry` and `pool` may be NULL: then there are no handles, and
 * batches run on the calling thread. `messages_max` is the size of the cache of hashed messages,
 * at most `PL_COUNT_MAX`, 0 for none. `weight_bits` is 64 or 128. `backend` is
 * `PL_BACKEND_DEFAULT`, or another to force it: then PL_UNAVAILABLE says that the processor cannot
 * run it. Free it with `pl_verifier_free`.
 */
pl_status pl_verifier_new(int32_t variant,
                          const pl_registry *registry,
                          const pl_pool *pool,
                          size_t messages_max,
                          int32_t weight_bits,
                          int32_t backend,
                          pl_verifier **verifier,
                          char *error,
                          size_t error_capacity);

/**
 * Frees a verifier; NULL does nothing.
 */
void pl_verifier_free(pl_verifier *verifier);

/**
 * Verifies `count` items of one suite and writes a verdict byte (`PL_VALID`, ...) for each to
 * `verdicts`, which has `count` bytes, and the number of invalid ones to `invalid` (may be NULL).
 * PL_OK says that the verdicts were written, not that they are good.
 *
 * Keys: `key_numbers`, `count` handle numbers of the verifier's registry; or, where that is NULL,
 * `keys`, each `key_length` bytes (compressed or not), at distances of `key_stride`.
 * Messages: where `message_ends` is not NULL, message i is the bytes `message_ends[i - 1] ..
 * message_ends[i]` of `messages`; else each has `message_length` bytes at distances of
 * `message_stride`. Signatures: as keys. A stride of 0 stands for the length. So three arrays may
 * be one array of records; an array reaches from its first part to its last, gaps included.
 * `count` is at most `PL_COUNT_MAX`.
 */
pl_status pl_verify_batch(const pl_verifier *verifier,
                          const pl_suite *suite,
                          size_t count,
                          const uint64_t *key_numbers,
                          const uint8_t *keys,
                          size_t key_length,
                          size_t key_stride,
                          const uint8_t *messages,
                          const uint64_t *message_ends,
                          size_t message_length,
                          size_t message_stride,
                          const uint8_t *signatures,
                          size_t signature_length,
                          size_t signature_stride,
                          uint8_t *verdicts,
                          size_t *invalid,
                          char *error,
                          size_t error_capacity);

/**
 * Proves the output for alpha; writes the proof, a compressed signature, 96 or 48 bytes. A
 * `tag_length` of 0 stands for the standard tag; one that begins as those of signatures is
 * refused. Proofs are verified in batches, and made by thresholds, as signatures under a basic
 * suite of that tag.
 */
pl_status pl_bls_vrf_prove(const pl_secret_key *key,
                           int32_t variant,
                           const uint8_t *tag,
                           size_t tag_length,
                           const uint8_t *alpha,
                           size_t alpha_length,
                           uint8_t *out,
                           size_t out_length,
                           char *error,
                           size_t error_capacity);

/**
 * Writes the output, 32 bytes, if the proof is the key's on alpha; PL_WRONG_PROOF, or what is wrong
 * with the bytes, if not.
 */
pl_status pl_bls_vrf_verify(int32_t variant,
                            const uint8_t *tag,
                            size_t tag_length,
                            const uint8_t *key,
                            size_t key_length,
                            const uint8_t *alpha,
                            size_t alpha_length,
                            const uint8_t *proof,
                            size_t proof_length,
                            uint8_t *output,
                            size_t output_length,
                            char *error,
                            size_t error_capacity);

/**
 * Writes the output, 32 bytes, that a proof is for, **if it is valid**: this does not verify it.
 * For proofs that a batch found valid, or that a threshold combined.
 */
pl_status pl_bls_vrf_proof_to_hash(int32_t variant,
                                   const uint8_t *tag,
                                   size_t tag_length,
                                   const uint8_t *proof,
                                   size_t proof_length,
                                   uint8_t *output,
                                   size_t output_length,
                                   char *error,
                                   size_t error_capacity);

/**
 * Makes an empty batch for at most `items_max` items (themselves at most `PL_COUNT_MAX`) and
 * `bytes_max` bytes of keys, messages and signatures; it grows as they come. Free it with
 * `pl_batch_free`.
 */
pl_status pl_batch_new(size_t items_max,
                       size_t bytes_max,
                       pl_batch **batch,
                       char *error,
                       size_t error_capacity);

/**
 * Frees a batch; NULL does nothing.
 */
void pl_batch_free(pl_batch *batch);

/**
 * Copies an item in. PL_FULL if it would take the batch over a limit. Bytes of any length are
 * taken: what is wrong with them, the verdict says.
 */
pl_status pl_batch_push(pl_batch *batch,
                        const pl_suite *suite,
                        const uint8_t *key,
                        size_t key_length,
                        const uint8_t *message,
                        size_t message_length,
                        const uint8_t *signature,
                        size_t signature_length,
                        char *error,
                        size_t error_capacity);

/**
 * As `pl_batch_push`, the key given by its handle number in the verifier's registry.
 */
pl_status pl_batch_push_number(pl_batch *batch,
                               const pl_suite *suite,
                               uint64_t key_number,
                               const uint8_t *message,
                               size_t message_length,
                               const uint8_t *signature,
                               size_t signature_length,
                               char *error,
                               size_t error_capacity);

/**
 * Number of items in the batch; 0 for NULL.
 */
size_t pl_batch_count(const pl_batch *batch);

/**
 * Verifies the items and leaves the batch empty. `count` must be the number of items; `verdicts`
 * gets a byte for each in the order pushed, `invalid` (may be NULL) the number of invalid ones. On
 * failure the batch keeps its items.
 */
pl_status pl_batch_verify(pl_batch *batch,
                          const pl_verifier *verifier,
                          size_t count,
                          uint8_t *verdicts,
                          size_t *invalid,
                          char *error,
                          size_t error_capacity);

/**
 * Starts key generation: `required` of `participants` will hold a key that nobody ever knows.
 * `index` is this party's, or 0 for an observer, who learns the group from the broadcasts alone.
 * `context` names the ceremony: all use the same, and no two ceremonies of theirs do. The first
 * phase is PL_PHASE_PLEDGE. Free it with `pl_ceremony_free`.
 */
pl_status pl_dkg_start(int32_t variant,
                       uint16_t required,
                       uint16_t participants,
                       uint16_t index,
                       const uint8_t *context,
                       size_t context_length,
                       pl_ceremony **ceremony,
                       char *error,
                       size_t error_capacity);

/**
 * Starts resharing: the holders of `group`'s key hand it on to `required` of `participants` new
 * holders. `share` is this party's share of the old group, or NULL if it has none; `receiver` its
 * index in the new group, or 0. The first phase is PL_PHASE_DEAL. Free it with
 * `pl_ceremony_free`.
 */
pl_status pl_reshare_start(const pl_group *group,
                           uint16_t required,
                           uint16_t participants,
                           const pl_key_share *share,
                           uint16_t receiver,
                           const uint8_t *context,
                           size_t context_length,
                           pl_ceremony **ceremony,
                           char *error,
                           size_t error_capacity);

/**
 * Wipes and frees a ceremony; NULL does nothing.
 */
void pl_ceremony_free(pl_ceremony *ceremony);

/**
 * The phase: PL_PHASE_PLEDGE to PL_PHASE_FINISHED; 0 for NULL.
 */
int32_t pl_ceremony_phase(const pl_ceremony *ceremony);

/**
 * How many messages this phase started with for others; 0 for NULL.
 */
size_t pl_ceremony_outgoing_count(const pl_ceremony *ceremony);

/**
 * Bytes of such a message; 0 where there is none.
 */
size_t pl_ceremony_outgoing_length(const pl_ceremony *ceremony, size_t place);

/**
 * Writes the message at a place below `pl_ceremony_outgoing_count`, and to `receiver` the index of
 * whom it is for, 0 for a broadcast. One for a single receiver is **secret**: encrypt it to the
 * receiver, and wipe it.
 */
pl_status pl_ceremony_outgoing(const pl_ceremony *ceremony,
                               size_t place,
                               uint16_t *receiver,
                               uint8_t *out,
                               size_t out_length,
                               char *error,
                               size_t error_capacity);

/**
 * Takes in a message that another party sent in this phase. Where this fails, nothing has changed,
 * and the message counts as not sent: PL_BAD_MESSAGE for bytes that are none, PL_WRONG_PHASE for
 * one of another phase, PL_NOT_OURS for one of another ceremony, sender or receiver.
 */
pl_status pl_ceremony_receive(pl_ceremony *ceremony,
                              const uint8_t *message,
                              size_t message_length,
                              char *error,
                              size_t error_capacity);

/**
 * Closes the phase and starts the next one, whose messages are then outgoing. `pool`, which may be
 * NULL, has the threads for the checking of dealings.
 */
pl_status pl_ceremony_advance(pl_ceremony *ceremony,
                              const pl_pool *pool,
                              char *error,
                              size_t error_capacity);

/**
 * Closes the last phase: writes the group, and this party's share in it, NULL for one that gets
 * none. Free them. All honest parties get the same group, or the same failure:
 * PL_TOO_FEW_DEALERS. Either way `pl_ceremony_fault` says who was at fault.
 */
pl_status pl_ceremony_finish(pl_ceremony *ceremony,
                             pl_group **group,
                             pl_key_share **share,
                             char *error,
                             size_t error_capacity);

/**
 * What the dealer with this index did, known once the ceremony is finished: PL_FAULT_NONE, or what
 * put it out, the same for all honest parties.
 */
pl_status pl_ceremony_fault(const pl_ceremony *ceremony,
                            uint16_t dealer,
                            int32_t *fault,
                            char *error,
                            size_t error_capacity);

/**
 * How many complaints were answered with the right share, known once the ceremony is finished: the
 * complainer lied, or the private channel failed. 0 for NULL.
 */
size_t pl_ceremony_dispute_count(const pl_ceremony *ceremony);

/**
 * Writes who dealt and who complained in the dispute at a place below
 * `pl_ceremony_dispute_count`.
 */
pl_status pl_ceremony_dispute(const pl_ceremony *ceremony,
                              size_t place,
                              uint16_t *dealer,
                              uint16_t *complainer,
                              char *error,
                              size_t error_capacity);

/**
 * Writes what the processor offers and which arithmetic runs, as lines `model: ...`,
 * `features: ...`, `backend: ...`, `reason: ...` ended by NUL, and to `needed` (may be NULL) the
 * bytes of the whole text, NUL included. PL_BAD_LENGTH if `capacity` is less; `needed` is written
 * then too, so that a first call may ask with a capacity of 0.
 */
pl_status pl_cpu_report(char *out,
                        size_t capacity,
                        size_t *needed,
                        char *error,
                        size_t error_capacity);

/**
 * Makes the list of `count` validators. Their identifiers have `id_length` bytes each, side by
 * side in `ids`, and no two are equal. `stakes` has two numbers for each validator, the high and
 * the low 64 bits of its stake; the total is below 2^128. Free it with `pl_stakes_free`.
 */
pl_status pl_stakes_new(size_t count,
                        const uint8_t *ids,
                        size_t id_length,
                        const uint64_t *stakes,
                        pl_stakes **table,
                        char *error,
                        size_t error_capacity);

/**
 * Frees a list of stakes; NULL does nothing.
 */
void pl_stakes_free(pl_stakes *table);

/**
 * Number of validators, those without stake included; 0 for NULL.
 */
size_t pl_stakes_count(const pl_stakes *table);

/**
 * Adds a validator at the end and writes its position.
 */
pl_status pl_stakes_add(pl_stakes *table,
                        const uint8_t *id,
                        size_t id_length,
                        uint64_t stake_high,
                        uint64_t stake_low,
                        uint64_t *position,
                        char *error,
                        size_t error_capacity);

/**
 * Changes the stake of the validator with this identifier; zero is allowed, and keeps its place.
 */
pl_status pl_stakes_update(pl_stakes *table,
                           const uint8_t *id,
                           size_t id_length,
                           uint64_t stake_high,
                           uint64_t stake_low,
                           char *error,
                           size_t error_capacity);

/**
 * Writes the total of all stakes: its high and its low 64 bits.
 */
pl_status pl_stakes_total(const pl_stakes *table,
                          uint64_t *total_high,
                          uint64_t *total_low,
                          char *error,
                          size_t error_capacity);

/**
 * Selects one validator by stake from a random output under a tag of its own, and writes its
 * position. Public and variable-time.
 */
pl_status pl_stakes_select(const pl_stakes *table,
                           const uint8_t *tag,
                           size_t tag_length,
                           const uint8_t *output,
                           size_t output_length,
                           uint64_t *position,
                           char *error,
                           size_t error_capacity);

/**
 * Selects `seats` different validators, each by stake among those not drawn yet, and writes their
 * positions in the order drawn to `positions`, `seats` numbers.
 */
pl_status pl_stakes_committee(const pl_stakes *table,
                              const uint8_t *tag,
                              size_t tag_length,
                              const uint8_t *output,
                              size_t output_length,
                              size_t seats,
                              uint64_t *positions,
                              char *error,
                              size_t error_capacity);

/**
 * Starts a pool of 1 to 1024 threads. Free it with `pl_pool_free`.
 */
pl_status pl_pool_new(size_t threads, pl_pool **pool, char *error, size_t error_capacity);

/**
 * Frees a pool; NULL does nothing. Its threads end when the last verifier made with it is freed.
 */
void pl_pool_free(pl_pool *pool);

/**
 * Bytes of a partial signature of a variant (98 or 50): the holder's index, 2 bytes big-endian,
 * then the compressed signature. 0 for an unknown variant.
 */
size_t pl_partial_signature_length(int32_t variant);

/**
 * Shares a key out: `required` of `participants` holders, 1 <= required <= participants <= 1024,
 * will be able to sign as the key does. Writes the group, and the share of holder i to
 * `shares[i - 1]`; `share_count` is `participants`. Free it with `pl_group_free`, and each share
 * with `pl_key_share_free`. Whoever calls this knows the whole key: see `pl_dkg_start` for one that
 * nobody knows.
 */
pl_status pl_group_deal(const pl_secret_key *key,
                        int32_t variant,
                        uint16_t required,
                        uint16_t participants,
                        pl_group **group,
                        pl_key_share **shares,
                        size_t share_count,
                        char *error,
                        size_t error_capacity);

/**
 * Makes a group from its threshold and the commitment that `pl_group_commitment` writes; computes
 * the keys of all holders. Free it with `pl_group_free`.
 */
pl_status pl_group_new(int32_t variant,
                       uint16_t required,
                       uint16_t participants,
                       const uint8_t *commitment,
                       size_t commitment_length,
                       pl_group **group,
                       char *error,
                       size_t error_capacity);

/**
 * Frees a group; NULL does nothing.
 */
void pl_group_free(pl_group *group);

/**
 * Writes how many holders are needed, and how many there are.
 */
pl_status pl_group_threshold(const pl_group *group,
                             uint16_t *required,
                             uint16_t *participants,
                             char *error,
                             size_t error_capacity);

/**
 * Bytes of the group's commitment: 2 and a compressed public key for each holder required. 0 for
 * NULL.
 */
size_t pl_group_commitment_length(const pl_group *group);

/**
 * Writes the commitment, `pl_group_commitment_length` bytes: with the threshold, all that anybody
 * needs to make this group.
 */
pl_status pl_group_commitment(const pl_group *group,
                              uint8_t *out,
                              size_t out_length,
                              char *error,
                              size_t error_capacity);

/**
 * Writes the compressed public key of the group, which recovered signatures verify under.
 */
pl_status pl_group_public_key(const pl_group *group,
                              uint8_t *out,
                              size_t out_length,
                              char *error,
                              size_t error_capacity);

/**
 * Writes the compressed public key of the holder with this index, which its partial signatures
 * verify under.
 */
pl_status pl_group_holder_key(const pl_group *group,
                              uint16_t index,
                              uint8_t *out,
                              size_t out_length,
                              char *error,
                              size_t error_capacity);

/**
 * Verifies one partial signature. PL_OK if it is valid; PL_WRONG_SIGNATURE, or what is wrong with
 * its bytes, if not.
 */
pl_status pl_group_verify_partial(const pl_group *group,
                                  const pl_suite *suite,
                                  const uint8_t *message,
                                  size_t message_length,
                                  const uint8_t *partial,
                                  size_t partial_length,
                                  char *error,
                                  size_t error_capacity);

/**
 * Verifies `count` partial signatures on one message, side by side in one array, in one batch:
 * writes a verdict byte for each to `verdicts`, which has `count` bytes, and the number of invalid
 * ones to `invalid` (may be NULL). A holder that the group does not have is
 * PL_INVALID_UNKNOWN_KEY. Bytes that are no partial signature fail the call, which names them.
 * `verifier` may be NULL: then weights have 64 bits and the calling thread does it all.
 */
pl_status pl_group_verify_partials(const pl_group *group,
                                   const pl_suite *suite,
                                   const pl_verifier *verifier,
                                   const uint8_t *message,
                                   size_t message_length,
                                   size_t count,
                                   const uint8_t *partials,
                                   size_t partials_length,
                                   uint8_t *verdicts,
                                   size_t *invalid,
                                   char *error,
                                   size_t error_capacity);

/**
 * Makes the group's signature on a message from `count` partial signatures, side by side in one
 * array, of which some may be wrong; writes it compressed to `out`, verified under the group's key.
 * `wrong`, `count` bytes (may be NULL), gets a 1 for each that was found wrong, 0 for the others;
 * they are looked at only when the first that are required do not do. With too few good ones the
 * error text names the wrong ones' indices, as many as it holds: `pl_group_verify_partials` tells all.
 * `verifier` may be NULL, as above.
 */
pl_status pl_group_combine(const pl_group *group,
                           const pl_suite *suite,
                           const pl_verifier *verifier,
                           const uint8_t *message,
                           size_t message_length,
                           size_t count,
                           const uint8_t *partials,
                           size_t partials_length,
                           uint8_t *out,
                           size_t out_length,
                           uint8_t *wrong,
                           char *error,
                           size_t error_capacity);

/**
 * Interpolates a signature from `count` partial signatures, side by side in one array, of which
 * the first `required` are used. **They are not verified**: one wrong among them gives a wrong
 * signature. `pl_group_combine` sees to that.
 */
pl_status pl_recover_signature(int32_t variant,
                               uint16_t required,
                               size_t count,
                               const uint8_t *partials,
                               size_t partials_length,
                               uint8_t *out,
                               size_t out_length,
                               char *error,
                               size_t error_capacity);

/**
 * Takes a share from the 34 bytes of `pl_key_share_expose`. Free it with `pl_key_share_free`.
 */
pl_status pl_key_share_from_bytes(const uint8_t *encoded,
                                  size_t encoded_length,
                                  pl_key_share **share,
                                  char *error,
                                  size_t error_capacity);

/**
 * Writes the share, PL_KEY_SHARE_BYTES, to `out`. Whoever calls this holds the share, and has to
 * wipe it.
 */
pl_status pl_key_share_expose(const pl_key_share *share,
                              uint8_t *out,
                              size_t out_length,
                              char *error,
                              size_t error_capacity);

/**
 * Wipes and frees a share; NULL does nothing.
 */
void pl_key_share_free(pl_key_share *share);

/**
 * The index of the share's holder, 1 to 1024; 0 for NULL.
 */
uint16_t pl_key_share_index(const pl_key_share *share);

/**
 * Answers PL_OK if this is the group's share at its index.
 */
pl_status pl_key_share_check(const pl_key_share *share,
                             const pl_group *group,
                             char *error,
                             size_t error_capacity);

/**
 * Signs a message as one holder of the group; writes the partial signature,
 * `pl_partial_signature_length` bytes, exactly `out_length`. The message may be empty.
 */
pl_status pl_key_share_sign(const pl_key_share *share,
                            const pl_group *group,
                            const pl_suite *suite,
                            const uint8_t *message,
                            size_t message_length,
                            uint8_t *out,
                            size_t out_length,
                            char *error,
                            size_t error_capacity);

/**
 * Interpolates the key itself from `count` shares, of which the first `required` are used. It ends
 * the threshold: use it to restore a backup, not to sign. Shares are not checked against a group;
 * `pl_key_share_check` does that. Free the key with `pl_secret_key_free`.
 */
pl_status pl_recover_secret_key(uint16_t required,
                                size_t count,
                                const pl_key_share *const *shares,
                                pl_secret_key **key,
                                char *error,
                                size_t error_capacity);

/**
 * Proves possession of a key (`PopProve`, draft section 3.3.2) under a tag; a tag of no bytes
 * stands for the draft's `BLS_POP_..._POP_`. Writes the compressed proof, 96 or 48 bytes.
 */
pl_status pl_possession_prove(const pl_secret_key *key,
                              int32_t variant,
                              const uint8_t *tag,
                              size_t tag_length,
                              uint8_t *out,
                              size_t out_length,
                              char *error,
                              size_t error_capacity);

/**
 * Verifies a proof of possession for a public key under a tag, as `pl_possession_prove` takes it.
 */
pl_status pl_possession_verify(int32_t variant,
                               const uint8_t *tag,
                               size_t tag_length,
                               const uint8_t *key,
                               size_t key_length,
                               const uint8_t *proof,
                               size_t proof_length,
                               char *error,
                               size_t error_capacity);

/**
 * Makes an empty registry for at most `keys_max` keys of a variant; it grows as keys come. Free it
 * with `pl_registry_free`.
 */
pl_status pl_registry_new(int32_t variant,
                          size_t keys_max,
                          pl_registry **registry,
                          char *error,
                          size_t error_capacity);

/**
 * Frees a registry; NULL does nothing. A verifier made with it keeps what it needs.
 */
void pl_registry_free(pl_registry *registry);

/**
 * Registers a key, compressed or not, and writes its handle number. A key that is there already
 * keeps its number. The number of a removed key names none, short of 2^31 more removals.
 */
pl_status pl_registry_insert(pl_registry *registry,
                             const uint8_t *key,
                             size_t key_length,
                             uint64_t *number,
                             char *error,
                             size_t error_capacity);

/**
 * Registers a key whose proof of possession holds under a tag, as `pl_possession_verify` takes it,
 * so that the key may stand in aggregates; writes its handle number.
 */
pl_status pl_registry_insert_with_possession(pl_registry *registry,
                                             const uint8_t *key,
                                             size_t key_length,
                                             const uint8_t *proof,
                                             size_t proof_length,
                                             const uint8_t *tag,
                                             size_t tag_length,
                                             uint64_t *number,
                                             char *error,
                                             size_t error_capacity);

/**
 * Removes a key. PL_UNKNOWN_KEY if the number names none.
 */
pl_status pl_registry_remove(pl_registry *registry,
                             uint64_t number,
                             char *error,
                             size_t error_capacity);

/**
 * Keeps the lines that pairings take through a key, for at most `keys_max` keys of a PL_MIN_SIG
 * registry, 17 KiB each: batches on vector lanes that name such keys by number then verify faster. They
 * are traced in the first batch that can use them; `pl_registry_usage` counts their memory. Lines kept
 * before are dropped, so 0 gives the memory back. PL_VARIANT_MISMATCH for PL_MIN_PK.
 */
pl_status pl_registry_keep_lines(pl_registry *registry,
                                 size_t keys_max,
                                 char *error,
                                 size_t error_capacity);

/**
 * Writes the compressed key of a handle number to `out`: 48 or 96 bytes.
 */
pl_status pl_registry_key(const pl_registry *registry,
                          uint64_t number,
                          uint8_t *out,
                          size_t out_length,
                          char *error,
                          size_t error_capacity);

/**
 * Writes what the registry holds and how it has been used; any pointer may be NULL.
 * `memory_bytes` is an estimate.
 */
pl_status pl_registry_usage(const pl_registry *registry,
                            uint64_t *entries,
                            uint64_t *hits,
                            uint64_t *misses,
                            uint64_t *memory_bytes,
                            char *error,
                            size_t error_capacity);

/**
 * Makes a key from the operating system's randomness. Free it with `pl_secret_key_free`.
 */
pl_status pl_secret_key_generate(pl_secret_key **key, char *error, size_t error_capacity);

/**
 * Makes a key from at least 32 bytes of seed and optional info: KeyGen of the draft, section 2.3.
 * Free it with `pl_secret_key_free`.
 */
pl_status pl_secret_key_from_seed(const uint8_t *seed,
                                  size_t seed_length,
                                  const uint8_t *info,
                                  size_t info_length,
                                  pl_secret_key **key,
                                  char *error,
                                  size_t error_capacity);

/**
 * Derives the key at an EIP-2334 path such as "m/12381/3600/0/0/0", `path_length` bytes of text
 * that need no NUL, from at least 32 bytes of seed (EIP-2333). Free it with `pl_secret_key_free`.
 */
pl_status pl_secret_key_derive(const uint8_t *seed,
                               size_t seed_length,
                               const uint8_t *path,
                               size_t path_length,
                               pl_secret_key **key,
                               char *error,
                               size_t error_capacity);

/**
 * Takes a key from its 32 big-endian bytes. Free it with `pl_secret_key_free`.
 */
pl_status pl_secret_key_from_bytes(const uint8_t *encoded,
                                   size_t encoded_length,
                                   pl_secret_key **key,
                                   char *error,
                                   size_t error_capacity);

/**
 * Writes the key's 32 big-endian bytes to `out`. Whoever calls this holds the secret, and has to
 * wipe it.
 */
pl_status pl_secret_key_expose(const pl_secret_key *key,
                               uint8_t *out,
                               size_t out_length,
                               char *error,
                               size_t error_capacity);

/**
 * Wipes and frees a key; NULL does nothing.
 */
void pl_secret_key_free(pl_secret_key *key);

/**
 * Writes the compressed public key of a variant: 48 or 96 bytes, exactly `out_length`.
 */
pl_status pl_secret_key_public_key(const pl_secret_key *key,
                                   int32_t variant,
                                   uint8_t *out,
                                   size_t out_length,
                                   char *error,
                                   size_t error_capacity);

/**
 * Signs a message under a suite; writes the compressed signature, 96 or 48 bytes, exactly
 * `out_length`. The message may be empty.
 */
pl_status pl_sign(const pl_secret_key *key,
                  const pl_suite *suite,
                  const uint8_t *message,
                  size_t message_length,
                  uint8_t *out,
                  size_t out_length,
                  char *error,
                  size_t error_capacity);

/**
 * Answers PL_OK if the bytes, compressed or not, are a valid public key of the variant: on the
 * curve, in the subgroup, not the identity.
 */
pl_status pl_public_key_validate(int32_t variant,
                                 const uint8_t *key,
                                 size_t key_length,
                                 char *error,
                                 size_t error_capacity);

/**
 * Answers PL_OK if the bytes, compressed or not, are a signature of the variant: on the curve and
 * in the subgroup. The identity is one, though it verifies under no key.
 */
pl_status pl_signature_validate(int32_t variant,
                                const uint8_t *signature,
                                size_t signature_length,
                                char *error,
                                size_t error_capacity);

/**
 * Verifies one signature by one key on one message. PL_OK if it is valid; PL_WRONG_SIGNATURE, or
 * what is wrong with the key or the signature, if not.
 */
pl_status pl_verify(const pl_suite *suite,
                    const uint8_t *key,
                    size_t key_length,
                    const uint8_t *message,
                    size_t message_length,
                    const uint8_t *signature,
                    size_t signature_length,
                    char *error,
                    size_t error_capacity);

/**
 * Makes the suite of draft-irtf-cfrg-bls-signature for a variant and scheme, such as
 * `BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_` for `PL_MIN_PK` and `PL_PROOF_OF_POSSESSION`,
 * which is Ethereum's. Free it with `pl_suite_free`.
 */
pl_status pl_suite_standard(int32_t variant,
                            int32_t scheme_number,
                            pl_suite **suite,
                            char *error,
                            size_t error_capacity);

/**
 * Makes a suite under a tag of your own; a tag of over 255 bytes is hashed as RFC 9380 section
 * 5.3.3 says. Free it with `pl_suite_free`.
 */
pl_status pl_suite_new(int32_t variant,
                       int32_t scheme_number,
                       const uint8_t *tag,
                       size_t tag_length,
                       pl_suite **suite,
                       char *error,
                       size_t error_capacity);

/**
 * Frees a suite; NULL does nothing. What was made with it lives on.
 */
void pl_suite_free(pl_suite *suite);

/**
 * Bytes of a compressed public key of a variant (48 or 96), or 0 for an unknown variant. An
 * uncompressed one has twice as many.
 */
size_t pl_public_key_length(int32_t variant);

/**
 * Bytes of a compressed signature of a variant (96 or 48), or 0 for an unknown variant. An
 * uncompressed one has twice as many.
 */
size_t pl_signature_length(int32_t variant);

/**
 * The ABI number of the library that is running; compare it with `PL_ABI_VERSION` of the header.
 */
uint32_t pl_abi_version(void);

/**
 * The version of the library, such as "0.1.0".
 */
const char *pl_version(void);

/**
 * The text of a status code, in English; an unknown code has a text too.
 */
const char *pl_status_text(pl_status status);

/**
 * The text of a verdict byte, in English; an unknown byte has a text too.
 */
const char *pl_verdict_text(uint8_t verdict);

/**
 * Bytes of a public key of a VRF suite, or 0 for an unknown suite.
 */
size_t pl_vrf_key_length(int32_t vrf_suite);

/**
 * Bytes of a proof of a VRF suite as RFC 9381 writes it, or 0 for an unknown suite.
 */
size_t pl_vrf_proof_length(int32_t vrf_suite);

/**
 * Bytes of an output of a VRF suite, or 0 for an unknown suite.
 */
size_t pl_vrf_output_length(int32_t vrf_suite);

/**
 * Makes a VRF key from the operating system's randomness. Free it with `pl_vrf_key_free`.
 */
pl_status pl_vrf_key_generate(int32_t vrf_suite,
                              pl_vrf_key **key,
                              char *error,
                              size_t error_capacity);

/**
 * Derives a VRF key from a seed of 32 bytes, which may be that of a signing key too: it is hashed
 * with the suite's name first. Free it with `pl_vrf_key_free`.
 */
pl_status pl_vrf_key_from_seed(int32_t vrf_suite,
                               const uint8_t *seed,
                               size_t seed_length,
                               pl_vrf_key **key,
                               char *error,
                               size_t error_capacity);

/**
 * Takes a VRF key whose `SK` in RFC 9381 is exactly these 32 bytes. They must not be the seed of an
 * Ed25519 key that signs. Free it with `pl_vrf_key_free`.
 */
pl_status pl_vrf_key_from_rfc9381(int32_t vrf_suite,
                                  const uint8_t *seed,
                                  size_t seed_length,
                                  pl_vrf_key **key,
                                  char *error,
                                  size_t error_capacity);

/**
 * Wipes and frees a VRF key; NULL does nothing.
 */
void pl_vrf_key_free(pl_vrf_key *key);

/**
 * Writes the public key, `pl_vrf_key_length` bytes.
 */
pl_status pl_vrf_key_public(const pl_vrf_key *key,
                            uint8_t *out,
                            size_t out_length,
                            char *error,
                            size_t error_capacity);

/**
 * Proves the output for alpha. Writes RFC 9381's proof where `out_length` is
 * `pl_vrf_proof_length`, on edwards25519 the announced form where it is PL_VRF_ANNOUNCED_BYTES.
 */
pl_status pl_vrf_prove(const pl_vrf_key *key,
                       const uint8_t *alpha,
                       size_t alpha_length,
                       uint8_t *out,
                       size_t out_length,
                       char *error,
                       size_t error_capacity);

/**
 * Verifies a proof, on edwards25519 of either form, for a public key and alpha, and writes the
 * output, `pl_vrf_output_length` bytes. PL_WRONG_PROOF, or what is wrong with the key or the proof, if not valid.
 */
pl_status pl_vrf_verify(int32_t vrf_suite,
                        const uint8_t *key,
                        size_t key_length,
                        const uint8_t *alpha,
                        size_t alpha_length,
                        const uint8_t *proof,
                        size_t proof_length,
                        uint8_t *out,
                        size_t out_length,
                        char *error,
                        size_t error_capacity);

/**
 * Writes the output, `pl_vrf_output_length` bytes, that a proof of RFC 9381's form claims. It means
 * something only once the proof has been verified.
 */
pl_status pl_vrf_proof_to_hash(int32_t vrf_suite,
                               const uint8_t *proof,
                               size_t proof_length,
                               uint8_t *out,
                               size_t out_length,
                               char *error,
                               size_t error_capacity);

/**
 * Verifies `count` proofs of the announced form and writes a verdict byte for each to `verdicts`
 * (`count` bytes), the output of each to `outputs` (`count` times PL_VRF_OUTPUT_BYTES; zeros where
 * the verdict is not PL_VALID; may be NULL) and the number of invalid ones to `invalid` (may be
 * NULL). PL_OK says that the verdicts were written, not that they are good.
 *
 * `keys` and `proofs` lie side by side, PL_VRF_KEY_BYTES and PL_VRF_ANNOUNCED_BYTES each. Alpha i
 * is the bytes `alpha_ends[i - 1] .. alpha_ends[i]` of `alphas`, the first starting at 0. With
 * `pool` NULL the calling thread does it all.
 */
pl_status pl_vrf_verify_batch(int32_t vrf_suite,
                              const pl_pool *pool,
                              size_t count,
                              const uint8_t *keys,
                              const uint8_t *alphas,
                              const uint64_t *alpha_ends,
                              const uint8_t *proofs,
                              uint8_t *verdicts,
                              uint8_t *outputs,
                              size_t *invalid,
                              char *error,
                              size_t error_capacity);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* PAIRLANE_H */
