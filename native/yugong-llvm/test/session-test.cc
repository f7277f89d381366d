// SPDX-License-Identifier: MIT
//
// Runs what a session made. The tests in test/yugong-llvm look at everything that can be seen without running it.
#include "../src/crash.h"
#include "../src/session.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstring>
#include <stdexcept>
#include <string>
#include <limits>
#include <thread>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#endif

namespace yugong {
namespace {

// While one is there, what LLVM loses is not reported: its frames are left without their destructors when it cannot go on.
#if defined(__SANITIZE_ADDRESS__)
using LossIsExpected = __lsan::ScopedDisabler;
#else
struct LossIsExpected {
  LossIsExpected() {}
};
#endif

constexpr char kMarker[] = "declare void @yg.stackmap(i64, ...)\n";

std::unique_ptr<Session> newSession(SessionOptions options = {}) { return llvm::cantFail(Session::create(options)); }

AddedModule add(Session &session, const std::string &ir, CompileOptions options = {}) {
  auto added = session.add(llvm::MemoryBufferRef(ir, "test"), options);
  if (!added) {
    ADD_FAILURE() << llvm::toString(added.takeError());
    return {};
  }
  return std::move(*added);
}

template <typename Function>
Function *entry(const AddedModule &added, const char *name) {
  for (const LinkedFunction &function : added.linked.functions)
    if (function.name == name) return reinterpret_cast<Function *>(function.code.start);
  ADD_FAILURE() << "no function " << name;
  return nullptr;
}

/// Return addresses by identifier, read from a stackmap of version 3 as far as these tests need it: one function, one record.
uint64_t onlyReturnAddress(const AddedModule &added, uint64_t csid) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(added.linked.stackmap.start);
  uint32_t functions, constants, records, offset;
  uint64_t function, identifier;
  std::memcpy(&functions, bytes + 4, 4);
  std::memcpy(&constants, bytes + 8, 4);
  std::memcpy(&records, bytes + 12, 4);
  EXPECT_EQ(bytes[0], 3);
  EXPECT_EQ(functions, 1u);
  EXPECT_EQ(records, 1u);
  const uint8_t *record = bytes + 16 + 24 + 8 * constants;
  std::memcpy(&function, bytes + 16, 8);
  std::memcpy(&identifier, record, 8);
  std::memcpy(&offset, record + 8, 4);
  EXPECT_EQ(identifier, csid);
  return function + offset;
}

uint64_t seenReturnAddress;

// Out of line and with the address taken, so that the JIT code really calls it.
uint64_t helper(uint64_t x) {
  seenReturnAddress = reinterpret_cast<uint64_t>(__builtin_return_address(0));
  return x * 2;
}

uint64_t counter(uint64_t x) { return x + 1; }

const std::string kCaller = std::string(kMarker) + R"(
declare i64 @helper(i64)
define i64 @f(i64 %x) {
  call void (i64, ...) @yg.stackmap(i64 99, i64 %x)
  %r = call i64 @helper(i64 %x)
  %s = add i64 %r, %x
  ret i64 %s
})";

class SessionAtLevel : public testing::TestWithParam<unsigned> {};

TEST_P(SessionAtLevel, RecordsLieAtReturnAddresses) {
  auto session = newSession();
  session->define("helper", reinterpret_cast<uint64_t>(&helper));
  CompileOptions options;
  options.level = GetParam();
  const AddedModule added = add(*session, kCaller, options);
  EXPECT_EQ(entry<uint64_t(uint64_t)>(added, "f")(14), 42u);
  EXPECT_EQ(seenReturnAddress, onlyReturnAddress(added, 99));
}

INSTANTIATE_TEST_SUITE_P(Levels, SessionAtLevel, testing::Values(0, 1, 2, 3));

TEST(Crash, IsSurvivedWhereSomebodySaysSo) {
  int reached = 0;
  EXPECT_TRUE(survives([&] { reached++; }));
  EXPECT_FALSE(survives([&] {
    reached++;
    // A crash further in is told further in.
    EXPECT_FALSE(survives([&] { raise(SIGSEGV); }));
    reached++;
    raise(SIGSEGV);
    reached = -1;
  }));
  EXPECT_EQ(reached, 3);
  std::thread([] { EXPECT_FALSE(survives([] { raise(SIGSEGV); })); }).join();
}

// As LLVM's passes do that recurse for each instruction of a chain.
int recursesWithoutEnd(volatile int *depth) {
  volatile char frame[512];
  frame[0] = static_cast<char>(++*depth);
  if (*depth == std::numeric_limits<int>::max()) return 0;
  return recursesWithoutEnd(depth) + frame[0];
}

TEST(Crash, IsSurvivedWhenTheStackIsFull) {
  volatile int depth = 0;
  EXPECT_FALSE(survives([&] { recursesWithoutEnd(&depth); }));
  std::thread([&] { EXPECT_FALSE(survives([&] { recursesWithoutEnd(&depth); })); }).join();
  EXPECT_GT(depth, 1000);
}

TEST(Crash, LetsExceptionsPass) {
  EXPECT_THROW(survives([] { throw std::runtime_error("said so"); }), std::runtime_error);
}

TEST(CrashDeathTest, EndsTheProcessElsewhere) {
  EXPECT_DEATH(
      {
        EXPECT_FALSE(survives([] { raise(SIGSEGV); }));
        raise(SIGSEGV);
      },
      "");
}

TEST(Session, CallsDirectlyWhatIsNear) {
  SessionOptions options;
  options.near = reinterpret_cast<uint64_t>(&helper);
  auto session = newSession(options);
  session->define("helper", options.near);
  const AddedModule added = add(*session, kCaller);
  EXPECT_EQ(entry<uint64_t(uint64_t)>(added, "f")(14), 42u);
  // E8 rel32, the call before the return address, goes to the helper itself and not to a stub.
  const uint64_t after = onlyReturnAddress(added, 99);
  int32_t displacement;
  std::memcpy(&displacement, reinterpret_cast<const void *>(after - 4), 4);
  EXPECT_EQ(*reinterpret_cast<const uint8_t *>(after - 5), 0xE8);
  EXPECT_EQ(after + uint64_t(int64_t(displacement)), options.near);
}

TEST(Session, ReachesWhatIsFar) {
  SessionOptions options;
  options.near = uint64_t(5) << 44;  // nobody else is there, not even AddressSanitizer
  auto session = newSession(options);
  session->define("helper", reinterpret_cast<uint64_t>(&helper));
  const AddedModule added = add(*session, kCaller);
  EXPECT_LT(std::max(added.linked.code.start, options.near) - std::min(added.linked.code.start, options.near), uint64_t(1) << 31);
  EXPECT_EQ(entry<uint64_t(uint64_t)>(added, "f")(14), 42u);
}

TEST(Session, LinksFunctionsConstantsTablesAndDataOfOneModule) {
  auto session = newSession();
  uint64_t shared = 1000;
  session->define("shared", reinterpret_cast<uint64_t>(&shared));
  const AddedModule added = add(*session, R"(
@shared = external global i64
@own = global i64 5
@zero = internal global [100 x i64] zeroinitializer
@table = internal constant [2 x double] [double 0.5, double 1.5]
define internal i64 @pick(i64 %k) noinline cold {
  switch i64 %k, label %other [ i64 0, label %a  i64 1, label %b  i64 2, label %c  i64 3, label %d ]
a:
  ret i64 10
b:
  %v = load i64, i64* @shared
  ret i64 %v
c:
  %w = load i64, i64* @own
  %x = add i64 %w, 1
  store i64 %x, i64* @own
  ret i64 %w
d:
  %p = getelementptr [100 x i64], [100 x i64]* @zero, i64 0, i64 99
  %z = load volatile i64, i64* %p
  ret i64 %z
other:
  %q = getelementptr [2 x double], [2 x double]* @table, i64 0, i64 1
  %y = load volatile double, double* %q
  %i = fptoui double %y to i64
  ret i64 %i
}
define i64 @f(i64 %k) {
  %r = call i64 @pick(i64 %k)
  ret i64 %r
})");
  auto *f = entry<uint64_t(uint64_t)>(added, "f");
  EXPECT_EQ(f(0), 10u);
  EXPECT_EQ(f(1), 1000u);
  EXPECT_EQ(f(2), 5u);
  EXPECT_EQ(f(2), 6u);
  EXPECT_EQ(f(3), 0u);
  EXPECT_EQ(f(4), 1u);
  for (const LinkedFunction &function : added.linked.functions) {
    EXPECT_GE(function.code.start, added.linked.code.start);
    EXPECT_LE(function.code.start + function.code.size, added.linked.code.start + added.linked.code.size);
  }
}

TEST(Session, RunsThreadedDispatch) {
  auto session = newSession();
  const AddedModule added = add(*session, R"(
@yg.attributes = private constant [26 x i8] c"run: yg-threaded-dispatch\0A"
define i64 @run(i8* %code) {
entry:
  br label %dispatch
dispatch:
  %pc = phi i8* [ %code, %entry ], [ %next, %add ], [ %next, %double ]
  %a = phi i64 [ 1, %entry ], [ %a1, %add ], [ %a2, %double ]
  %opcode = load i8, i8* %pc
  %next = getelementptr i8, i8* %pc, i64 1
  switch i8 %opcode, label %invalid [ i8 0, label %return  i8 1, label %add  i8 2, label %double ]
invalid:
  unreachable
return:
  ret i64 %a
add:
  %a1 = add i64 %a, 1
  br label %dispatch
double:
  %a2 = mul i64 %a, 2
  br label %dispatch
})");
  const uint8_t code[] = {2, 2, 1, 2, 1, 0};
  EXPECT_EQ(entry<uint64_t(const uint8_t *)>(added, "run")(code), 11u);
}

TEST(Session, KeepsRunningWhileOthersComeAndGo) {
  auto session = newSession();
  session->define("helper", reinterpret_cast<uint64_t>(&counter));
  const AddedModule kept = add(*session, kCaller);
  auto *f = entry<uint64_t(uint64_t)>(kept, "f");
  CompileOptions quick;
  quick.level = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<AddedModule> modules;
    for (int i = 0; i < 10; ++i) modules.push_back(add(*session, kCaller, quick));
    for (const AddedModule &module : modules) EXPECT_EQ(entry<uint64_t(uint64_t)>(module, "f")(3), 7u);
    for (const AddedModule &module : modules) EXPECT_FALSE(bool(session->remove(module.key)));
    EXPECT_EQ(f(20), 41u);
  }
}

// Code generation passes are kept from module to module, and must not remember the last one.
TEST(Session, MakesTheSameObjectEveryTime) {
  const std::string other = std::string(kMarker) + R"(
declare i64 @helper(i64)
@table = internal constant [4 x i64] [i64 1, i64 2, i64 3, i64 4]
define i64 @f(i64 %k, double %d) nounwind {
  %registers = alloca i64, i64 %k
  %p = getelementptr [4 x i64], [4 x i64]* @table, i64 0, i64 %k
  %v = load i64, i64* %p
  store i64 %v, i64* %registers
  call void (i64, ...) @yg.stackmap(i64 1, i64* %registers, double %d, i64 1311768467463790320)
  %r = call i64 @helper(i64 %v)
  ret i64 %r
})";
  for (unsigned level = 0; level <= 3; ++level) {
    CompileOptions options;
    options.level = level;
    auto session = newSession();
    session->define("helper", reinterpret_cast<uint64_t>(&helper));
    const auto fresh = [&](const std::string &ir) {
      auto once = newSession();
      once->define("helper", reinterpret_cast<uint64_t>(&helper));
      return add(*once, ir, options).compiled.object;
    };
    for (int i = 0; i < 5; ++i) {
      EXPECT_EQ(add(*session, kCaller, options).compiled.object, fresh(kCaller));
      EXPECT_EQ(add(*session, other, options).compiled.object, fresh(other));
    }
  }
}

// LLVM's option for it is one of the whole process: sessions that want the one and the other must not see each other.
TEST(Session, KeepsDeoptValuesWhereTheOptionsSay) {
  const std::string calls = std::string(kMarker) + R"(
declare i64 @helper(i64)
define i64 @f(i64 %x, double %d) nounwind {
  call void (i64, ...) @yg.stackmap(i64 1, i64 %x, double %d)
  %a = call i64 @helper(i64 %x)
  call void (i64, ...) @yg.stackmap(i64 2, i64 %x, i64 %a)
  %b = call i64 @helper(i64 %a)
  %sum = add i64 %x, %b
  ret i64 %sum
})";
  const auto assembly = [&](DeoptValues values) {
    CompileOptions options;
    options.deoptValues = values;
    options.wantAssembly = true;
    auto session = newSession();
    session->define("helper", reinterpret_cast<uint64_t>(&helper));
    return add(*session, calls, options).compiled.assembly;
  };
  const std::string onStack = assembly(DeoptValues::OnStack), anywhere = assembly(DeoptValues::Anywhere);
  EXPECT_NE(onStack, anywhere);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&, values = i % 2 ? DeoptValues::Anywhere : DeoptValues::OnStack] {
      for (int round = 0; round < 10; ++round) EXPECT_EQ(assembly(values), values == DeoptValues::Anywhere ? anywhere : onStack);
    });
  for (std::thread &thread : threads) thread.join();

  CompileOptions refused;
  refused.level = 0;
  refused.deoptValues = DeoptValues::Anywhere;
  auto failed = newSession()->add(llvm::MemoryBufferRef(calls, "test"), refused);
  ASSERT_FALSE(bool(failed));
  EXPECT_EQ(llvm::toString(failed.takeError()), "code generation level 0 cannot keep values in registers");
}

TEST(Session, GoesOnAfterAFatalError) {
  auto session = newSession();
  session->define("helper", reinterpret_cast<uint64_t>(&counter));
  const std::string fatal = R"(
declare i64 @llvm.read_register.i64(metadata)
define i64 @f() {
  %r = call i64 @llvm.read_register.i64(metadata !0)
  ret i64 %r
}
!0 = !{!"no-such-register"})";
  const auto addFatal = [&] {
    LossIsExpected loss;
    return session->add(llvm::MemoryBufferRef(fatal, "test"), {});
  };
  for (int i = 0; i < 5; ++i) {
    auto failed = addFatal();
    ASSERT_FALSE(bool(failed));
    EXPECT_NE(llvm::toString(failed.takeError()).find("LLVM cannot go on"), std::string::npos);
    EXPECT_EQ(entry<uint64_t(uint64_t)>(add(*session, kCaller), "f")(3), 7u);
  }
}

TEST(Session, NamesUnresolvedSymbolsAndGoesOn) {
  auto session = newSession();
  auto failed = session->add(llvm::MemoryBufferRef(kCaller, "test"), {});
  ASSERT_FALSE(bool(failed));
  EXPECT_EQ(llvm::toString(failed.takeError()), "link: undefined symbols: helper");
  EXPECT_EQ(session->usedBytes(), 0u);
  session->define("helper", reinterpret_cast<uint64_t>(&counter));
  EXPECT_EQ(entry<uint64_t(uint64_t)>(add(*session, kCaller), "f")(3), 7u);
}

}  // namespace
}  // namespace yugong
