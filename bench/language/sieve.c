// SPDX-License-Identifier: MIT
#include "run.h"

static void run(int n, char *digest) {
  char *prime = malloc((size_t)n + 1);
  memset(prime, 1, (size_t)n + 1);
  int count = 0, last = 0;
  for (int i = 2; i <= n; i++) {
    if (!prime[i]) continue;
    count++;
    last = i;
    for (long multiple = (long)i * i; multiple <= n; multiple += i) prime[multiple] = 0;
  }
  free(prime);
  snprintf(digest, DIGEST_BYTES, "%d %d", count, last);
}
