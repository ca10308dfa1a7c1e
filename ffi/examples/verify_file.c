/*
 * Verifies a file of binary records, public key (48 bytes) | signature (96) | message, as
 * `pairlane verify --format binary` reads them, and names the bad ones. Memory stays flat.
 *
 *   verify_file FILE MESSAGE_LENGTH
 *
 * Exit status: 0 all valid, 1 some are not, 2 the file could not be verified.
 */
#include <stdio.h>
#include <stdlib.h>

#include "pairlane.h"

#define KEY 48
#define SIGNATURE 96
#define RECORDS_A_BATCH 1024
#define MESSAGE_LENGTH_MAX 65536

static char error[PL_ERROR_BYTES];

static int failed(pl_status status) {
  fprintf(stderr, "verify_file: %s: %s\n", pl_status_text(status), error);
  return 2;
}

/* Verifies records as they lie in the file: three arrays with the stride of a record. */
static pl_status verify(const pl_verifier *verifier, const pl_suite *suite, const uint8_t *records,
                        size_t count, size_t message_length, uint8_t *verdicts) {
  const size_t stride = KEY + SIGNATURE + message_length;
  return pl_verify_batch(verifier, suite, count, NULL, records, KEY, stride,
                         records + KEY + SIGNATURE, NULL, message_length, stride, records + KEY,
                         SIGNATURE, stride, verdicts, NULL, error, sizeof error);
}

static int verify_all(FILE *file, const pl_verifier *verifier, const pl_suite *suite,
                      size_t message_length) {
  const size_t stride = KEY + SIGNATURE + message_length;
  uint8_t *records = malloc(RECORDS_A_BATCH * stride);
  uint8_t verdicts[RECORDS_A_BATCH];
  unsigned long number = 0, bad = 0;
  size_t length;
  if (records == NULL) return 2;
  while ((length = fread(records, 1, RECORDS_A_BATCH * stride, file)) > 0) {
    const size_t count = length / stride;
    const pl_status status = verify(verifier, suite, records, count, message_length, verdicts);
    if (status != PL_OK || length % stride != 0) {
      free(records);
      if (status != PL_OK) return failed(status);
      fprintf(stderr, "verify_file: the last record is cut short\n");
      return 2;
    }
    for (size_t i = 0; i < count; i++) {
      number++;
      if (verdicts[i] == PL_VALID) continue;
      bad++;
      printf("record %lu: %s\n", number, pl_verdict_text(verdicts[i]));
    }
  }
  free(records);
  printf("%lu records, %lu invalid\n", number, bad);
  return ferror(file) ? 2 : bad > 0;
}

int main(int count, char **arguments) {
  char *end = NULL;
  const unsigned long message_length = count == 3 ? strtoul(arguments[2], &end, 10) : 0;
  FILE *file = count == 3 ? fopen(arguments[1], "rb") : NULL;
  pl_suite *suite = NULL;
  pl_verifier *verifier = NULL;
  if (file == NULL || *end != 0 || message_length > MESSAGE_LENGTH_MAX) {
    fprintf(stderr, "usage: verify_file FILE MESSAGE_LENGTH\n");
    return 2;
  }
  pl_status status = pl_suite_standard(PL_MIN_PK, PL_PROOF_OF_POSSESSION, &suite, error,
                                       sizeof error);
  if (status == PL_OK) {
    status = pl_verifier_new(PL_MIN_PK, NULL, NULL, 0, 64, PL_BACKEND_DEFAULT, &verifier, error,
                             sizeof error);
  }
  const int result =
      status == PL_OK ? verify_all(file, verifier, suite, message_length) : failed(status);
  pl_verifier_free(verifier);
  pl_suite_free(suite);
  fclose(file);
  return result;
}
