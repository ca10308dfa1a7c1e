/*
 * Elects a leader by stake: proves the VRF's output for an epoch, verifies it as everybody would,
 * and selects from it.
 *
 *   elect SEED_FILE EPOCH STAKE...
 *
 * SEED_FILE holds 32 bytes or more, of which the first 32 are taken.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairlane.h"

#define VALIDATORS_MAX 1024

static const uint8_t tag[] = "EXAMPLE-LEADER-V1";
static char error[PL_ERROR_BYTES];

/* A memset that the compiler must not leave out, though nobody reads the bytes again. */
static void wipe(void *memory, size_t length) {
  volatile unsigned char *byte = memory;
  while (length-- > 0) *byte++ = 0;
}

/* The announced proof for the epoch, and the public key that it is under. */
static pl_status prove(const char *seed_file, const uint8_t *epoch, size_t length,
                       uint8_t public_key[PL_VRF_KEY_BYTES],
                       uint8_t proof[PL_VRF_ANNOUNCED_BYTES]) {
  uint8_t seed[32];
  pl_vrf_key *key = NULL;
  FILE *file = fopen(seed_file, "rb");
  const int is_read = file != NULL && fread(seed, 1, sizeof seed, file) == sizeof seed;
  if (file != NULL) fclose(file);
  if (!is_read) {
    snprintf(error, sizeof error, "no 32 bytes in %s", seed_file);
    return PL_BAD_SECRET_KEY;
  }
  pl_status status = pl_vrf_key_from_seed(PL_VRF_TAI, seed, sizeof seed, &key, error, sizeof error);
  wipe(seed, sizeof seed);
  if (status == PL_OK) {
    status = pl_vrf_key_public(key, public_key, PL_VRF_KEY_BYTES, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_vrf_prove(key, epoch, length, proof, PL_VRF_ANNOUNCED_BYTES, error, sizeof error);
  }
  pl_vrf_key_free(key);
  return status;
}

/* Validators are known by their position here. */
static pl_status draw(const uint64_t *stakes, size_t count, const uint8_t *output,
                        uint64_t *leader) {
  uint32_t ids[VALIDATORS_MAX];
  pl_stakes *table = NULL;
  for (size_t i = 0; i < count; i++) ids[i] = (uint32_t)i;
  pl_status status = pl_stakes_new(count, (const uint8_t *)ids, sizeof ids[0], stakes, &table, error,
                                   sizeof error);
  if (status == PL_OK) {
    status = pl_stakes_select(table, tag, sizeof tag - 1, output, PL_VRF_OUTPUT_BYTES, leader, error,
                              sizeof error);
  }
  pl_stakes_free(table);
  return status;
}

int main(int count, char **arguments) {
  uint8_t public_key[PL_VRF_KEY_BYTES], proof[PL_VRF_ANNOUNCED_BYTES], output[PL_VRF_OUTPUT_BYTES];
  uint64_t stakes[2 * VALIDATORS_MAX] = {0}; /* high and low halves */
  uint64_t leader = 0;
  if (count < 4 || count - 3 > VALIDATORS_MAX) {
    fprintf(stderr, "usage: elect SEED_FILE EPOCH STAKE..., at most %d stakes\n", VALIDATORS_MAX);
    return 2;
  }
  const size_t validators = (size_t)count - 3;
  const uint8_t *epoch = (const uint8_t *)arguments[2];
  const size_t length = strlen(arguments[2]);
  for (size_t i = 0; i < validators; i++) {
    stakes[2 * i + 1] = strtoull(arguments[3 + i], NULL, 10);
  }
  pl_status status = prove(arguments[1], epoch, length, public_key, proof);
  if (status == PL_OK) {
    status = pl_vrf_verify(PL_VRF_TAI, public_key, sizeof public_key, epoch, length, proof,
                           sizeof proof, output, sizeof output, error, sizeof error);
  }
  if (status == PL_OK) status = draw(stakes, validators, output, &leader);
  if (status != PL_OK) {
    fprintf(stderr, "elect: %s: %s\n", pl_status_text(status), error);
    return 2;
  }
  printf("validator %" PRIu64 " leads\n", leader);
  return 0;
}
