// SPDX-License-Identifier: MIT
//
// Both halves of the installed library from one program: call sites are made in IR, some by the helper and some by a marker that the fold
// pass finds; the code is compiled and runs on a stack; a cursor finds the sites; what they mean is looked up and dumped. It prints:
//
//   1: in inner, call of yg_stack_swap, keeps i64 x, double half
//   3: in outer, call of inner, keeps i64 tripled
//   paused with 6
//   1: in inner, call of yg_stack_swap, keeps i64 x, double half
//     x = 6, half = 3
//   3: in outer, call of inner, keeps i64 tripled
//     tripled = 6
//   40: folded from a marker
//     2
//   resumed with 10: 1016
#include <yugong-llvm.h>

#include <llvm/IR/IRBuilder.h>

#include <cinttypes>
#include <cstdio>
#include <cstring>

namespace {

yg_stack host, stack;

llvm::Function *makeFunction(llvm::Module &module, const char *name, llvm::IRBuilder<> &b) {
  llvm::Type *i64 = b.getInt64Ty();
  auto *function = llvm::Function::Create(llvm::FunctionType::get(i64, {i64}, false), llvm::Function::ExternalLinkage, name, module);
  function->addFnAttr(llvm::Attribute::NoInline);
  b.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "entry", function));
  function->getArg(0)->setName("x");
  return function;
}

// i64 inner(i64 x) { double half = x * 0.5; return yg_stack_swap(&stack, &host, x); }
llvm::Function *makeInner(llvm::Module &module, yugong::Stackmaps &stackmaps) {
  llvm::IRBuilder<> b(module.getContext());
  llvm::Function *inner = makeFunction(module, "inner", b);
  llvm::Type *i64 = b.getInt64Ty();
  llvm::Value *x = inner->getArg(0);
  llvm::Value *half = b.CreateFMul(b.CreateSIToFP(x, b.getDoubleTy()), llvm::ConstantFP::get(b.getDoubleTy(), 0.5), "half");
  llvm::FunctionCallee swap = module.getOrInsertFunction("yg_stack_swap", llvm::FunctionType::get(i64, {i64, i64, i64}, false));
  auto addressOf = [&](yg_stack &object) { return b.getInt64(reinterpret_cast<uint64_t>(&object)); };
  llvm::CallInst *call = b.CreateCall(swap, {addressOf(stack), addressOf(host), x});
  b.CreateRet(call);
  llvm::cantFail(stackmaps.attach(call, {x, half}));
  return inner;
}

// i64 outer(i64 x) { i64 tripled = x * 3; return inner(tripled) + tripled; }
llvm::Function *makeOuter(llvm::Module &module, yugong::Stackmaps &stackmaps, llvm::Function *inner) {
  llvm::IRBuilder<> b(module.getContext());
  llvm::Function *outer = makeFunction(module, "outer", b);
  llvm::Value *tripled = b.CreateMul(outer->getArg(0), b.getInt64(3), "tripled");
  llvm::CallInst *call = b.CreateCall(inner, {tripled});
  b.CreateRet(b.CreateAdd(call, tripled));
  llvm::cantFail(stackmaps.attach(call, {tripled}, 3));
  return outer;
}

// void run(i64 x) { yg.stackmap(40, x); i64 r = outer(x); yg_stack_swap(&stack, &host, r + 1000); }
void makeRun(llvm::Module &module, llvm::Function *outer) {
  llvm::IRBuilder<> b(module.getContext());
  llvm::Function *run = makeFunction(module, "run", b);
  llvm::Type *i64 = b.getInt64Ty();
  llvm::Value *x = run->getArg(0);
  auto *marker = llvm::FunctionType::get(b.getVoidTy(), {i64}, true);
  b.CreateCall(module.getOrInsertFunction("yg.stackmap", marker), {b.getInt64(40), x});
  llvm::Value *result = b.CreateAdd(b.CreateCall(outer, {x}), b.getInt64(1000));
  llvm::Value *objects[] = {b.getInt64(reinterpret_cast<uint64_t>(&stack)), b.getInt64(reinterpret_cast<uint64_t>(&host))};
  b.CreateCall(module.getFunction("yg_stack_swap"), {objects[0], objects[1], result});
  b.CreateRet(b.getInt64(0));
}

void printFrames(const yugong::Stackmaps &stackmaps) {
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &stack) != YG_OK) std::abort();
  do {
    yg_csid csid = yg_get_csid(&cursor);
    if (csid == 0) continue;
    uint64_t words[2] = {};
    if (yg_keepalive_words(&cursor, words, yg_keepalive_count(&cursor)) != YG_OK) std::abort();
    if (const yugong::CallSiteInfo *site = stackmaps.lookup(csid)) {
      stackmaps.dump(csid, llvm::outs());
      llvm::outs() << " ";
      for (size_t i = 0; i < site->keepAlives.size(); i++) {
        double number;
        std::memcpy(&number, &words[i], sizeof number);
        llvm::outs() << (i == 0 ? " " : ", ") << site->keepAlives[i].name << " = ";
        if (site->keepAlives[i].type == "double") llvm::outs() << static_cast<int64_t>(number);
        else llvm::outs() << words[i];
      }
    } else {
      llvm::outs() << csid << ": folded from a marker\n  " << words[0];
    }
    llvm::outs() << '\n';
  } while (yg_cursor_step(&cursor) == YG_OK);
}

}  // namespace

int main() {
  yugong::Stackmaps stackmaps;
  auto context = std::make_unique<llvm::LLVMContext>();
  auto module = std::make_unique<llvm::Module>("consumer", *context);
  makeRun(*module, makeOuter(*module, stackmaps, makeInner(*module, stackmaps)));
  stackmaps.dump(llvm::outs());

  auto jit = llvm::cantFail(yugong::Jit::create());
  llvm::cantFail(jit->add(std::move(module), std::move(context)));
  yg_cursor cursor;
  if (yg_stack_new(&stack, 65536) != YG_OK || yg_cursor_new(&cursor, &stack) != YG_OK) return 1;
  if (yg_push_frame(&cursor, llvm::cantFail(jit->lookup("run"))) != YG_OK) return 1;
  llvm::outs() << "paused with " << yg_stack_swap(&host, &stack, 2) << '\n';
  printFrames(stackmaps);
  llvm::outs() << "resumed with 10: " << yg_stack_swap(&host, &stack, 10) << '\n';
  llvm::outs().flush();
  return yg_stack_free(&stack) == YG_OK ? 0 : 1;
}
