// SPDX-License-Identifier: MIT
#ifndef YUGONG_RECLAIM_H
#define YUGONG_RECLAIM_H

#include "registry.h"

namespace yg {

// In registry.cc: take the code's call sites out of the tables, without freeing it. False: it is not registered.
bool unpublish(yg_code *code);
// It is registered.
bool isPublished(yg_code *code);

// In reclaim.cc: it has been retired and not yet released.
bool isRetired(yg_code *code);

}  // namespace yg

#endif
