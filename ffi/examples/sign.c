/*
 * Signs a message and writes the record public key | signature | message to standard output.
 *
 *   sign KEY_FILE MESSAGE >> records
 *
 * KEY_FILE holds the secret key in hex, as `pairlane keygen` writes it.
 */
#include <stdio.h>
#include <string.h>

#include "pairlane.h"

static char error[PL_ERROR_BYTES];

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A memset that the compiler must not leave out, though nobody reads the bytes again. */
static void wipe(void *memory, size_t length) {
  volatile unsigned char *byte = memory;
  while (length-- > 0) *byte++ = 0;
}

/* Reads 32 bytes of hex, `0x` in front or not. */
static int read_key(const char *path, uint8_t key[32]) {
  char line[80] = {0};
  FILE *file = fopen(path, "r");
  const int is_read = file != NULL && fgets(line, sizeof line, file) != NULL;
  const char *hex = strncmp(line, "0x", 2) == 0 ? line + 2 : line;
  int good = is_read && strcspn(hex, "\r\n") == 64;
  for (int i = 0; good && i < 32; i++) {
    const int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
    good = high >= 0 && low >= 0;
    key[i] = (uint8_t)((high * 16 + low) & 0xFF);
  }
  if (file != NULL) fclose(file);
  wipe(line, sizeof line);
  return good;
}

int main(int count, char **arguments) {
  uint8_t secret[32], record[48 + 96];
  pl_secret_key *key = NULL;
  pl_suite *suite = NULL;
  if (count != 3 || !read_key(arguments[1], secret)) {
    fprintf(stderr, "usage: sign KEY_FILE MESSAGE; the file holds 64 digits of hex\n");
    return 2;
  }
  const uint8_t *message = (const uint8_t *)arguments[2];
  const size_t length = strlen(arguments[2]);
  pl_status status = pl_secret_key_from_bytes(secret, sizeof secret, &key, error, sizeof error);
  wipe(secret, sizeof secret);
  if (status == PL_OK) {
    status = pl_suite_standard(PL_MIN_PK, PL_PROOF_OF_POSSESSION, &suite, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_secret_key_public_key(key, PL_MIN_PK, record, 48, error, sizeof error);
  }
  if (status == PL_OK) {
    status = pl_sign(key, suite, message, length, record + 48, 96, error, sizeof error);
  }
  pl_suite_free(suite);
  pl_secret_key_free(key);
  if (status != PL_OK) {
    fprintf(stderr, "sign: %s: %s\n", pl_status_text(status), error);
    return 2;
  }
  return fwrite(record, 1, sizeof record, stdout) == sizeof record &&
                 fwrite(message, 1, length, stdout) == length && fflush(stdout) == 0
             ? 0
             : 2;
}
