/*
 * A function of pairlane.h as data: its name, how to call it with an array of values, and what its
 * parameters are. calls.inc, which calls.awk makes of the header, holds one of each.
 */
#ifndef PAIRLANE_TESTS_CALLS_H
#define PAIRLANE_TESTS_CALLS_H

#include "pairlane.h"

enum kind {
  NONE,
  HANDLE,   /* `const pl_suite *`, `pl_batch *` */
  PLACE,    /* `pl_suite **`: where a new handle goes, or several */
  INPUT,    /* `const uint8_t *`, `const uint64_t *`, `const pl_key_share *const *` */
  OUTPUT,   /* `uint8_t *`, `uint64_t *`, `size_t *`, `char *` */
  SIZE,     /* `size_t` */
  CHOICE,   /* `int32_t`: one of a set */
  NUMBER,   /* `uint64_t`, `uint16_t` */
  CODE,     /* a status or a verdict */
  ERROR,    /* `char *error` */
  CAPACITY  /* `size_t error_capacity` */
};

enum answer { STATUS, NOTHING, AMOUNT, TEXT };

union value {
  void *pointer;
  uint64_t number;
};

struct parameter {
  const char *name;
  enum kind kind;
  void (*freeing)(void *handle); /* of HANDLE and PLACE */
};

struct function {
  const char *name;
  enum answer answer;
  uint64_t (*call)(const union value *values);
  const struct parameter *parameters;
  int count;
};

#include "calls.inc"

#define FUNCTIONS (sizeof functions / sizeof functions[0])
#define PARAMETERS_MAX 24

#endif
