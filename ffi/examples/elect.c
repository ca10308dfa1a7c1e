/*
 * Elects the leader of a round: proves this round's random output with a VRF key, verifies the proof
 * as everybody else will, and selects a validator by stake.
 *
 *   elect SEED_FILE STAKES_FILE ROUND
 *
 * SEED_FILE holds 32 bytes in hex. STAKES_FILE has one `name stake` a line, in the order that
 * everybody agrees on. Prints the public key, the proof and the leader.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pairlane.h"

#define NAME_BYTES 32
#define VALIDATORS_MAX 4096

static char error[PL_ERROR_BYTES];
static uint8_t names[VALIDATORS_MAX][NAME_BYTES];
static uint64_t stakes[VALIDATORS_MAX][2]; /* high and low 64 bits */

static int fail(const char *what, const char *why) {
  fprintf(stderr, "elect: %s: %s\n", what, why);
  return 2;
}

/* A memset that the compiler must not leave out, though nobody reads the bytes again. */
static void wipe(void *memory, size_t length) {
  volatile unsigned char *byte = memory;
  while (length-- > 0) *byte++ = 0;
}

static void print_hex(const char *label, const uint8_t *bytes, size_t length) {
  printf("%-8s", label);
  for (size_t i = 0; i < length; i++) printf("%02x", bytes[i]);
  printf("\n");
}

static int read_seed(const char *path, uint8_t seed[32]) {
  FILE *file = fopen(path, "r");
  int good = file != NULL;
  for (int i = 0; good && i < 32; i++) {
    unsigned byte = 0;
    good = fscanf(file, "%2x", &byte) == 1;
    seed[i] = (uint8_t)byte;
  }
  if (file != NULL) fclose(file);
  return good;
}

/* The number of validators, or 0 with the number of a line that is not `name stake`. */
static size_t read_stakes(const char *path, size_t *bad_line) {
  char line[128], name[NAME_BYTES];
  size_t count = 0;
  FILE *file = fopen(path, "r");
  *bad_line = 0;
  while (file != NULL && *bad_line == 0 && fgets(line, sizeof line, file) != NULL) {
    uint64_t stake = 0;
    int end = 0;
    const int read = sscanf(line, "%31s %" SCNu64 " %n", name, &stake, &end);
    if (read != 2 || line[end] != '\0' || strchr(line, '-') != NULL || count == VALIDATORS_MAX) {
      *bad_line = count + 1;
    } else {
      memcpy(names[count], name, strlen(name));
      stakes[count++][1] = stake;
    }
  }
  if (file != NULL) fclose(file);
  return *bad_line == 0 ? count : 0;
}

int main(int count, char **arguments) {
  static const char tag[] = "EXAMPLE-LEADER-V1";
  uint8_t seed[32], public_key[PL_VRF_KEY_BYTES], proof[PL_VRF_PROOF_BYTES];
  uint8_t output[PL_VRF_OUTPUT_BYTES];
  uint64_t leader = 0;
  size_t bad_line = 0;
  pl_vrf_key *key = NULL;
  pl_stakes *table = NULL;
  if (count != 4) return fail("usage", "elect SEED_FILE STAKES_FILE ROUND");
  if (!read_seed(arguments[1], seed)) return fail(arguments[1], "not 32 bytes of hex");
  const size_t validators = read_stakes(arguments[2], &bad_line);
  if (validators == 0) {
    char where[64];
    snprintf(where, sizeof where, "line %zu is not `name stake`", bad_line);
    return fail(arguments[2], bad_line > 0 ? where : "no stakes");
  }
  const uint8_t *round = (const uint8_t *)arguments[3];
  const size_t length = strlen(arguments[3]);

  pl_status status = pl_vrf_key_from_seed(PL_VRF_TAI, seed, sizeof seed, &key, error, sizeof error);
  wipe(seed, sizeof seed);
  if (status == PL_OK) {
    status = pl_vrf_key_public(key, public_key, sizeof public_key, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_vrf_prove(key, round, length, proof, sizeof proof, error, sizeof error);
  }
  if (status == PL_OK) { /* What all the others do. */
    status = pl_vrf_verify(PL_VRF_TAI, public_key, sizeof public_key, round, length, proof,
                           sizeof proof, output, sizeof output, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_stakes_new(validators, names[0], NAME_BYTES, stakes[0], &table, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_stakes_select(table, (const uint8_t *)tag, strlen(tag), output, sizeof output,
                              &leader, error, sizeof error);
  }
  pl_stakes_free(table);
  pl_vrf_key_free(key);
  if (status != PL_OK) return fail(pl_status_text(status), error);
  print_hex("key", public_key, sizeof public_key);
  print_hex("proof", proof, sizeof proof);
  printf("leader  %s\n", (const char *)names[leader]);
  return fflush(stdout) == 0 ? 0 : 2;
}
