/*
 * The vectors that Rust, C, C++ and Go read: types of the tables in vectors.inc, which
 * pairlane-cross (tests/cross) writes from the files under tests/vectors. C99 and C++17.
 *
 * Where a field says what has to come out, empty bytes stand for a refusal.
 */
#ifndef PAIRLANE_TESTS_VECTORS_H
#define PAIRLANE_TESTS_VECTORS_H

#include "pairlane.h"

struct bytes {
  const uint8_t *data;
  size_t length;
};

/* EIP-2333: the key at a path. */
struct derivation {
  struct bytes seed, path, secret_key;
};

/* KeyGen. */
struct seeding {
  struct bytes seed, info, secret_key;
};

/* What a secret key signs; public key and signature are empty where it is none. */
struct signing {
  const char *name;
  int32_t variant, scheme;
  struct bytes secret_key, public_key, message, signature;
};

/* A proof of possession; an empty tag stands for the draft's. */
struct possession {
  int32_t variant;
  struct bytes secret_key, public_key, tag, proof;
};

/* One signature and the verdict on it; an empty tag stands for the draft's. */
struct verification {
  const char *name;
  int32_t variant, scheme;
  struct bytes tag, public_key, message, signature;
  uint8_t verdict;
};

/* Bytes that are a public key (a signature where `is_key` is 0) of the variant, or are not. */
struct decoding {
  const char *name;
  int32_t variant;
  int is_key;
  struct bytes point;
  int valid;
};

/* Signatures and their sum. */
struct aggregation {
  const char *name;
  size_t count;
  struct bytes signatures, aggregate;
};

/* Keys and messages with one signature on all, or one for each. */
struct together {
  const char *name;
  size_t count;
  struct bytes public_keys, messages;
  const uint64_t *message_ends;
  struct bytes signatures;
  int valid;
};

/* RFC 9381: a proof in both forms and its output. */
struct vrf_example {
  int32_t suite;
  struct bytes secret_key, public_key, alpha, proof, announced, output;
};

/* The public key that `pl_vrf_key_from_seed` makes. */
struct vrf_seeding {
  int32_t suite;
  struct bytes seed, public_key;
};

/* A proof that is refused, with which status. */
struct vrf_refusal {
  int32_t suite;
  struct bytes public_key, alpha, proof;
  pl_status status;
};

/* An item of a batch, in the announced form; the output is zeros where it is not valid. */
struct vrf_item {
  int32_t suite;
  struct bytes public_key, alpha, proof, output;
  uint8_t verdict;
};

/* Who is drawn; stakes are pairs of halves, identifiers positions of 8 big-endian bytes. */
struct draw {
  size_t count;
  const uint64_t *stakes;
  struct bytes tag, output;
  uint64_t leader;
  size_t seats;
  const uint64_t *members;
};

#include "vectors.inc"

/* Of the two long tables, look at every so-manieth row only: for valgrind, which takes 50 times as
 * long. */
static size_t every = 1;

#define ROWS_OF(table) (sizeof(table) / sizeof((table)[0]))

#endif
