/* What every C and C++ test here says when something is not as it has to be. */
#ifndef PAIRLANE_TESTS_CHECK_H
#define PAIRLANE_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>

static unsigned long checks_made = 0;

#define CHECK(condition)                                                          \
  do {                                                                            \
    checks_made++;                                                                \
    if (!(condition)) {                                                           \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);     \
      exit(1);                                                                    \
    }                                                                             \
  } while (0)

#endif
