// SPDX-License-Identifier: MIT
//
// In a function with the attribute `yg-threaded-dispatch`,
//
//   dispatch:
//     %opcode = load i8, i8* %pc
//     switch i8 %opcode, label %invalid [ i8 0, label %add  i8 1, label %move … ]     ; %invalid is only `unreachable`
//
// becomes
//
//   @run.dispatch = private unnamed_addr constant [n x i8*] [i8* blockaddress(@run, %add), i8* blockaddress(@run, %move), …]
//
//   dispatch:
//     %opcode = load i8, i8* %pc
//     %dispatch.index = zext i8 %opcode to i64
//     %dispatch.slot = getelementptr [n x i8*], [n x i8*]* @run.dispatch, i64 0, i64 %dispatch.index
//     %dispatch.target = load i8*, i8** %dispatch.slot, !invariant.load
//     indirectbr i8* %dispatch.target, [label %add, label %move, …]
//
// There is still one dispatch block, which keeps the control flow graph linear in the number of handlers while LLVM's passes look at it.
// The code generator's early tail duplication then gives every predecessor that ends in a plain jump its own copy, so that the
// processor predicts each handler's successor by itself (at -O2 and up; blocks of up to 20 machine instructions).
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>

#include "../error.h"
#include "steps.h"

namespace yugong {
namespace {

constexpr llvm::StringLiteral kAttribute = "yg-threaded-dispatch";
constexpr llvm::StringLiteral kBlock = "dispatch";

llvm::BasicBlock *findDispatch(llvm::Function &function) {
  for (llvm::BasicBlock &block : function)
    if (block.getName() == kBlock) return &block;
  return nullptr;
}

/// The handlers by opcode; an error unless they are exactly 0 to n-1.
llvm::Expected<llvm::SmallVector<llvm::BasicBlock *, 0>> handlersOf(llvm::SwitchInst &dispatch) {
  if (!llvm::isa<llvm::UnreachableInst>(dispatch.getDefaultDest()->getFirstNonPHIOrDbg()))
    return makeError("the switch's default block is not just 'unreachable'");
  llvm::SmallVector<llvm::BasicBlock *, 0> handlers(dispatch.getNumCases());
  if (handlers.empty()) return makeError("the switch has no cases");
  for (const auto &handler : dispatch.cases()) {
    const llvm::APInt &opcode = handler.getCaseValue()->getValue();
    if (opcode.uge(handlers.size()))
      return makeError("the switch's cases are not dense: " + llvm::Twine(handlers.size()) + " cases, but one for " +
                       llvm::Twine(opcode.getLimitedValue()));
    handlers[opcode.getZExtValue()] = handler.getCaseSuccessor();
  }
  return handlers;
}

llvm::GlobalVariable *createTable(llvm::Function &function, llvm::ArrayRef<llvm::BasicBlock *> handlers) {
  llvm::Type *pointer = llvm::Type::getInt8PtrTy(function.getContext());
  llvm::SmallVector<llvm::Constant *, 0> addresses;
  for (llvm::BasicBlock *handler : handlers) addresses.push_back(llvm::BlockAddress::get(&function, handler));
  auto *type = llvm::ArrayType::get(pointer, addresses.size());
  auto *table = new llvm::GlobalVariable(*function.getParent(), type, /*isConstant=*/true, llvm::GlobalValue::PrivateLinkage,
                                         llvm::ConstantArray::get(type, addresses), function.getName() + ".dispatch");
  table->setUnnamedAddr(llvm::GlobalValue::UnnamedAddr::Global);
  return table;
}

llvm::Error threadDispatch(llvm::Function &function) {
  llvm::BasicBlock *block = findDispatch(function);
  if (!block) return makeError("there is no block named 'dispatch'");
  auto *dispatch = llvm::dyn_cast<llvm::SwitchInst>(block->getTerminator());
  if (!dispatch) return makeError("block 'dispatch' does not end in a switch");
  auto handlers = handlersOf(*dispatch);
  if (!handlers) return handlers.takeError();

  llvm::GlobalVariable *table = createTable(function, *handlers);
  llvm::IRBuilder<> builder(dispatch);
  llvm::Value *index = builder.CreateZExtOrTrunc(dispatch->getCondition(), builder.getInt64Ty(), "dispatch.index");
  llvm::Value *slot = builder.CreateInBoundsGEP(table->getValueType(), table, {builder.getInt64(0), index}, "dispatch.slot");
  llvm::LoadInst *target = builder.CreateLoad(builder.getInt8PtrTy(), slot, "dispatch.target");
  target->setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(function.getContext(), {}));
  // One edge per case, as before, so that the handlers' PHIs stay right; only the default edge goes.
  llvm::IndirectBrInst *jump = builder.CreateIndirectBr(target, handlers->size());
  for (llvm::BasicBlock *handler : *handlers) jump->addDestination(handler);
  dispatch->getDefaultDest()->removePredecessor(block);
  dispatch->eraseFromParent();
  return llvm::Error::success();
}

}  // namespace

llvm::Error foldThreadedDispatch(llvm::Module &module) {
  for (llvm::Function &function : module)
    if (!function.isDeclaration() && function.hasFnAttribute(kAttribute))
      if (llvm::Error error = threadDispatch(function)) return inContext("threaded dispatch in @" + function.getName(), std::move(error));
  return llvm::Error::success();
}

}  // namespace yugong
