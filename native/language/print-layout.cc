// SPDX-License-Identifier: MIT
// yugong-print-layout: what generated code has to know, on standard output. Can be built and run before there is any generated code.
#include <cstdio>

#include "layout-json.h"

int main() { fputs(yl::layout_json().c_str(), stdout); }
