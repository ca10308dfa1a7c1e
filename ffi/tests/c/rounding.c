/* Batches under every rounding mode of the caller's, with and without flushing of subnormals: right
 * verdicts on every backend that the processor has, and the caller's mode as it was. */
#include <stdio.h>
#include <string.h>
#include <xmmintrin.h>

#include "check.h"
#include "pairlane.h"

enum { COUNT = 24, BAD = 17, KEY = 48, MESSAGE = 8, SIGNATURE = 96 };

static uint8_t keys[COUNT][KEY], messages[COUNT][MESSAGE], signatures[COUNT][SIGNATURE];

static void sign_all(const pl_suite *suite) {
  static const uint8_t path[] = "m/12381/3600/0/0/0";
  for (int i = 0; i < COUNT; i++) {
    uint8_t seed[32];
    pl_secret_key *key = NULL;
    memset(seed, i + 1, sizeof seed);
    messages[i][0] = (uint8_t)i;
    CHECK(pl_secret_key_derive(seed, sizeof seed, path, sizeof path - 1, &key, NULL, 0) == PL_OK);
    CHECK(pl_secret_key_public_key(key, PL_MIN_PK, keys[i], KEY, NULL, 0) == PL_OK);
    CHECK(pl_sign(key, suite, messages[i], MESSAGE, signatures[i], SIGNATURE, NULL, 0) == PL_OK);
    pl_secret_key_free(key);
  }
  memcpy(signatures[BAD], signatures[0], SIGNATURE);
}

static void verify_all(const pl_verifier *verifier, const pl_suite *suite) {
  uint8_t verdicts[COUNT];
  size_t invalid = 0;
  CHECK(pl_verify_batch(verifier, suite, COUNT, NULL, keys[0], KEY, 0, messages[0], NULL, MESSAGE, 0,
                        signatures[0], SIGNATURE, 0, verdicts, &invalid, NULL, 0) == PL_OK);
  CHECK(invalid == 1);
  for (int i = 0; i < COUNT; i++) CHECK((verdicts[i] == PL_VALID) == (i != BAD));
}

/* With an argument, one mode a backend: for emulators. */
int main(int count, char **arguments) {
  const size_t most = count > 1 ? 1 : 4;
  /* Bits of MXCSR: to nearest, downward, upward, toward zero. */
  static const unsigned modes[] = {0, 0x2000, 0x4000, 0x6000};
  static const unsigned flushing[] = {0, 0x8000 /* FTZ */, 0x0040 /* DAZ */, 0x8040};
  static const struct {
    int32_t number;
    const char *name;
  } backends[] = {{PL_BACKEND_DEFAULT, "default"}, {PL_BACKEND_BLST, "blst"},
                  {PL_BACKEND_AVX2, "avx2"},       {PL_BACKEND_AVX512IFMA, "avx512ifma"},
                  {PL_BACKEND_PORTABLE, "portable"}};
  pl_suite *suite = NULL;
  (void)arguments;
  CHECK(pl_suite_standard(PL_MIN_PK, PL_PROOF_OF_POSSESSION, &suite, NULL, 0) == PL_OK);
  sign_all(suite);
  for (size_t b = 0; b < sizeof backends / sizeof *backends; b++) {
    pl_verifier *verifier = NULL;
    const pl_status status = pl_verifier_new(PL_MIN_PK, NULL, NULL, 0, 64, backends[b].number,
                                             &verifier, NULL, 0);
    if (status == PL_UNAVAILABLE) {
      CHECK(verifier == NULL);
      printf("skipped: %s, which this processor lacks\n", backends[b].name);
      continue;
    }
    CHECK(status == PL_OK);
    checking = backends[b].name;
    for (size_t m = 4 - most; m < 4; m++) {
      for (size_t f = 4 - most; f < 4; f++) {
        const unsigned before = _mm_getcsr();
        _mm_setcsr(before | modes[m] | flushing[f]);
        const unsigned own = _mm_getcsr();
        verify_all(verifier, suite);
        /* The flags of exceptions may have been raised by the caller's own arithmetic between. */
        CHECK((_mm_getcsr() & ~0x3fu) == (own & ~0x3fu));
        _mm_setcsr(before);
      }
    }
    pl_verifier_free(verifier);
  }
  pl_suite_free(suite);
  printf("%lu checks\n", checks_made);
  return 0;
}
