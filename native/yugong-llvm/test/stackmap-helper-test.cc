// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>

#include "yugong-llvm.h"

namespace {

using llvm::cantFail;

// i64 ask(i64 x) { double half = x * 0.5; return yg_stack_swap(current, host, x) + x; } with csid 7, keeping x and half.
struct Ask {
  std::unique_ptr<llvm::LLVMContext> context = std::make_unique<llvm::LLVMContext>();
  std::unique_ptr<llvm::Module> module = std::make_unique<llvm::Module>("ask", *context);
  llvm::CallInst *call = nullptr;

  Ask(yugong::Stackmaps &stackmaps, yg_stack *current, yg_stack *host, uint64_t csid = 7) {
    llvm::IRBuilder<> b(*context);
    llvm::Type *i64 = b.getInt64Ty();
    auto *function = llvm::Function::Create(llvm::FunctionType::get(i64, {i64}, false), llvm::Function::ExternalLinkage, "ask", *module);
    llvm::FunctionCallee swap = module->getOrInsertFunction("yg_stack_swap", llvm::FunctionType::get(i64, {i64, i64, i64}, false));
    b.SetInsertPoint(llvm::BasicBlock::Create(*context, "entry", function));
    llvm::Value *x = function->getArg(0);
    x->setName("x");
    llvm::Value *half = b.CreateFMul(b.CreateSIToFP(x, b.getDoubleTy()), llvm::ConstantFP::get(b.getDoubleTy(), 0.5), "half");
    call = b.CreateCall(swap, {b.getInt64(reinterpret_cast<uint64_t>(current)), b.getInt64(reinterpret_cast<uint64_t>(host)), x});
    b.CreateRet(b.CreateAdd(call, x));
    call = cantFail(stackmaps.attach(call, {x, half}, csid));
  }
};

class Levels : public testing::TestWithParam<unsigned> {};
INSTANTIATE_TEST_SUITE_P(StackmapHelper, Levels, testing::Values(0u, 1u, 2u, 3u));

TEST_P(Levels, CodeIsRegisteredAndItsKeepAlivesAreRead) {
  yg_stack host{}, stack;
  ASSERT_EQ(yg_stack_new(&stack, 65536), YG_OK);
  stack.host = &host;
  yugong::Stackmaps stackmaps;
  Ask ask(stackmaps, &stack, &host);
  auto jit = cantFail(yugong::Jit::create(GetParam()));
  cantFail(jit->add(std::move(ask.module), std::move(ask.context)));

  yg_cursor cursor;
  ASSERT_EQ(yg_cursor_new(&cursor, &stack), YG_OK);
  ASSERT_EQ(yg_push_frame(&cursor, cantFail(jit->lookup("ask"))), YG_OK);
  EXPECT_EQ(yg_stack_swap(&host, &stack, 21), 21u);

  ASSERT_EQ(yg_cursor_new(&cursor, &stack), YG_OK);
  EXPECT_EQ(yg_get_csid(&cursor), 7u);
  const yugong::CallSiteInfo *site = stackmaps.lookup(yg_get_csid(&cursor));
  ASSERT_NE(site, nullptr);
  EXPECT_EQ(site->function, "ask");
  EXPECT_EQ(site->keepAlives.at(1).name, "half");
  uint64_t words[2];
  ASSERT_EQ(yg_keepalive_words(&cursor, words, 2), YG_OK);
  double half;
  std::memcpy(&half, &words[1], sizeof half);
  EXPECT_EQ(words[0], 21u);
  EXPECT_EQ(half, 10.5);

  ASSERT_EQ(yg_cursor_step(&cursor), YG_OK);
  ASSERT_EQ(yg_pop_frames_to(&cursor), YG_OK);
  EXPECT_EQ(yg_stack_free(&stack), YG_OK);
}

TEST_P(Levels, TheFoldPassRunsFirst) {
  llvm::LLVMContext context;
  llvm::Module module("markers", context);
  llvm::IRBuilder<> b(context);
  llvm::Type *i64 = b.getInt64Ty();
  auto *type = llvm::FunctionType::get(i64, {i64}, false);
  auto *function = llvm::Function::Create(type, llvm::Function::ExternalLinkage, "f", module);
  b.SetInsertPoint(llvm::BasicBlock::Create(context, "entry", function));
  b.CreateCall(module.getOrInsertFunction("yg.stackmap", llvm::FunctionType::get(b.getVoidTy(), {i64}, true)), {b.getInt64(5), function->getArg(0)});
  b.CreateRet(b.CreateCall(module.getOrInsertFunction("g", type), {function->getArg(0)}));

  llvm::PassBuilder builder;
  yugong::addFoldPass(builder);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  const llvm::OptimizationLevel levels[] = {llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1, llvm::OptimizationLevel::O2,
                                            llvm::OptimizationLevel::O3};
  const llvm::OptimizationLevel level = levels[GetParam()];
  auto passes = GetParam() == 0 ? builder.buildO0DefaultPipeline(level) : builder.buildPerModuleDefaultPipeline(level);
  passes.run(module, modules);

  EXPECT_EQ(module.getFunction("yg.stackmap"), nullptr);
  auto *call = llvm::cast<llvm::CallInst>(module.getFunction("g")->user_back());
  EXPECT_EQ(yugong::Stackmaps::csidOf(*call), 5u);
  EXPECT_TRUE(call->getOperandBundle("deopt").hasValue());
  EXPECT_FALSE(llvm::verifyModule(module, &llvm::errs()));
}

TEST(StackmapHelper, KnowsThePassByName) {
  llvm::PassBuilder builder;
  yugong::addFoldPass(builder);
  llvm::ModulePassManager passes;
  EXPECT_FALSE(bool(builder.parsePassPipeline(passes, "yugong-fold")));
  EXPECT_EQ(passes.isEmpty(), false);
}

TEST(StackmapHelper, DumpsWhatItKnows) {
  yugong::Stackmaps stackmaps;
  yg_stack host{}, stack{};
  Ask one(stackmaps, &stack, &host), two(stackmaps, &stack, &host, 0);
  EXPECT_EQ(yugong::Stackmaps::csidOf(*two.call), 1u);
  std::string text;
  llvm::raw_string_ostream out(text);
  stackmaps.dump(out);
  stackmaps.dump(99, out);
  EXPECT_EQ(out.str(),
            "1: in ask, call of yg_stack_swap, keeps i64 x, double half\n"
            "7: in ask, call of yg_stack_swap, keeps i64 x, double half\n"
            "99: not a call site\n");
}

TEST(StackmapHelper, RefusesWhatCannotBeDescribed) {
  yugong::Stackmaps stackmaps;
  yg_stack host{}, stack{};
  Ask ask(stackmaps, &stack, &host);
  auto again = stackmaps.attach(ask.call, {}, 7);
  EXPECT_EQ(llvm::toString(again.takeError()), "call-site id 7 has been given to another call");
  auto twice = stackmaps.attach(ask.call, {}, 8);
  EXPECT_EQ(llvm::toString(twice.takeError()), "the call that follows has a stackmap already");
  EXPECT_EQ(stackmaps.lookup(8), nullptr);
}

TEST(StackmapHelper, RemovingCodeUnregistersIt) {
  yg_stack host{}, stack;
  ASSERT_EQ(yg_stack_new(&stack, 65536), YG_OK);
  yugong::Stackmaps stackmaps;
  auto jit = cantFail(yugong::Jit::create());
  uintptr_t pc;
  yg_cursor cursor;
  {
    Ask ask(stackmaps, &stack, &host);
    cantFail(jit->add(std::move(ask.module), std::move(ask.context)));
    ASSERT_EQ(yg_cursor_new(&cursor, &stack), YG_OK);
    ASSERT_EQ(yg_push_frame(&cursor, cantFail(jit->lookup("ask"))), YG_OK);
    yg_stack_swap(&host, &stack, 1);
    ASSERT_EQ(yg_cursor_new(&cursor, &stack), YG_OK);
    pc = yg_cursor_pc(&cursor);
    EXPECT_EQ(yg_csid_at(pc, nullptr), 7u);
    ASSERT_EQ(yg_cursor_step(&cursor), YG_OK);
    ASSERT_EQ(yg_pop_frames_to(&cursor), YG_OK);
  }
  cantFail(jit->lljit().getMainJITDylib().clear());
  EXPECT_EQ(yg_csid_at(pc, nullptr), 0u);
  EXPECT_EQ(yg_stack_free(&stack), YG_OK);
}

}  // namespace
