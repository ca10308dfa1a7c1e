/* What every C and C++ test here says when something is not as it has to be. */
#ifndef PAIRLANE_TESTS_CHECK_H
#define PAIRLANE_TESTS_CHECK_H

#include <stdio.h>
#include <stdlib.h>

static unsigned long checks_made = 0;
static const char *checking = "setup"; /* which case, for who reads a failure */

#define CHECK(condition)                                                          \
  do {                                                                            \
    checks_made++;                                                                \
    if (!(condition)) {                                                           \
      fprintf(stderr, "%s:%d: %s: failed: %s\n", __FILE__, __LINE__, checking,    \
              #condition);                                                        \
      exit(1);                                                                    \
    }                                                                             \
  } while (0)

#endif
