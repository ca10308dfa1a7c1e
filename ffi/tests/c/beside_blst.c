/*
 * A program that holds blst twice: its own, and the one inside libpairlane. Both must be there and
 * answer the same; linked with every object of both archives, so that one symbol shown too many is
 * an error of the linker.
 */
#include <string.h>

#include "check.h"
#include "pairlane.h"

/* Of blst.h: scalars are 32 bytes, points of G1 three field elements of six words. */
extern void blst_keygen(uint8_t secret[32], const uint8_t *seed, size_t seed_length,
                        const uint8_t *info, size_t info_length);
extern void blst_sk_to_pk_in_g1(uint64_t point[18], const uint8_t secret[32]);
extern void blst_p1_compress(uint8_t out[48], const uint64_t point[18]);

int main(void) {
  const uint8_t seed[32] = {1, 2, 3};
  uint8_t secret[32], ours[48], theirs[48];
  uint64_t point[18];
  pl_secret_key *key = NULL;
  blst_keygen(secret, seed, sizeof seed, NULL, 0);
  blst_sk_to_pk_in_g1(point, secret);
  blst_p1_compress(theirs, point);
  CHECK(pl_secret_key_from_seed(seed, sizeof seed, NULL, 0, &key, NULL, 0) == PL_OK);
  CHECK(pl_secret_key_public_key(key, PL_MIN_PK, ours, sizeof ours, NULL, 0) == PL_OK);
  pl_secret_key_free(key);
  CHECK(memcmp(ours, theirs, sizeof ours) == 0);
  return 0;
}
