// SPDX-License-Identifier: MIT
#include "run.h"

static void run(int n, char *digest) {
  int p[16], q[16], s[16], sign = 1, most = 0;
  long sum = 0;
  for (int i = 0; i < n; i++) p[i] = q[i] = s[i] = i;
  for (;;) {
    int first = p[0];
    if (first != 0) {
      for (int i = 1; i < n; i++) q[i] = p[i];
      int flips = 1;
      for (;;) {
        const int next = q[first];
        if (next == 0) {
          sum += sign * flips;
          if (flips > most) most = flips;
          break;
        }
        q[first] = first;
        for (int i = 1, j = first - 1; i < j; i++, j--) {
          const int t = q[i];
          q[i] = q[j];
          q[j] = t;
        }
        first = next;
        flips++;
      }
    }
    if (sign == 1) {
      const int t = p[0];
      p[0] = p[1];
      p[1] = t;
      sign = -1;
    } else {
      int t = p[1];
      p[1] = p[2];
      p[2] = t;
      sign = 1;
      for (int i = 2; i < n; i++) {
        if (s[i] != 0) {
          s[i]--;
          break;
        }
        if (i == n - 1) {
          snprintf(digest, DIGEST_BYTES, "%ld %d", sum, most);
          return;
        }
        s[i] = i;
        t = p[0];
        for (int j = 0; j <= i; j++) p[j] = p[j + 1];
        p[i + 1] = t;
      }
    }
  }
}
