// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_TEST_PROCEDURES_H
#define YUGONG_DYNAMIC_TEST_PROCEDURES_H

#include "assembler.h"

// The hand-assembled procedures, loaded but not registered. Each takes an argument: 0 takes the other way where there are two.
class Procedures {
 public:
  Procedures();
  // The same, each one registered.
  void enterAll();

  CodeArea area;
  std::vector<std::unique_ptr<Loaded>> all;

 private:
  Loaded &load(Procedure procedure);
};

extern "C" void dyn_test_callee(void);

#endif
