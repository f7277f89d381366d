// SPDX-License-Identifier: MIT
#include "divide.h"

#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/ValueHandle.h>

#include <cmath>

#include "error.h"

namespace yugong {
namespace {

constexpr llvm::StringLiteral kName = "yg.fdiv";

bool hasRightType(const llvm::Function &function) {
  llvm::Type *real = llvm::Type::getDoubleTy(function.getContext());
  return function.isDeclaration() && function.getFunctionType() == llvm::FunctionType::get(real, {real, real}, false);
}

bool isInfinity(const llvm::Value *value) {
  auto *constant = llvm::dyn_cast<llvm::ConstantFP>(value);
  return constant && constant->getType()->isDoubleTy() && constant->isInfinity();
}

llvm::Optional<double> asDouble(const llvm::Value *value) {
  auto *constant = llvm::dyn_cast<llvm::ConstantFP>(value);
  if (!constant || !constant->getType()->isDoubleTy()) return llvm::None;
  return constant->getValueAPF().convertToDouble();
}

/// By the machine: the compiler must not know the operands.
llvm::Optional<double> compute(unsigned opcode, double x, double y) {
  volatile double a = x, b = y;
  switch (opcode) {
    case llvm::Instruction::FAdd: return a + b;
    case llvm::Instruction::FSub: return a - b;
    case llvm::Instruction::FMul: return a * b;
    case llvm::Instruction::FDiv: return a / b;
    default: return llvm::None;
  }
}

llvm::Optional<double> compute(llvm::Intrinsic::ID intrinsic, double x) {
  volatile double a = x;
  switch (intrinsic) {
    case llvm::Intrinsic::floor: return std::floor(a);
    case llvm::Intrinsic::fabs: return std::fabs(a);
    case llvm::Intrinsic::sqrt: return std::sqrt(a);
    default: return llvm::None;
  }
}

/// What an instruction computes of constants.
llvm::Optional<double> resultOf(const llvm::Instruction &instruction, const llvm::Function *division) {
  if (instruction.getNumOperands() == 0) return llvm::None;
  const llvm::Optional<double> x = asDouble(instruction.getOperand(0));
  if (!x) return llvm::None;
  if (instruction.getOpcode() == llvm::Instruction::FNeg) return -*x;
  if (auto *intrinsic = llvm::dyn_cast<llvm::IntrinsicInst>(&instruction)) return compute(intrinsic->getIntrinsicID(), *x);
  auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction);
  const bool divides = call && call->getCalledFunction() == division;
  if (!divides && !instruction.isBinaryOp()) return llvm::None;
  const llvm::Optional<double> y = asDouble(instruction.getOperand(1));
  if (!y) return llvm::None;
  return compute(divides ? static_cast<unsigned>(llvm::Instruction::FDiv) : instruction.getOpcode(), *x, *y);
}

void replace(llvm::Instruction &instruction, llvm::Value *by) {
  instruction.replaceAllUsesWith(by);
  instruction.eraseFromParent();
}

/// Computes the divisions of constants, and what follows from them.
void computeConstants(const llvm::Function &division) {
  std::vector<llvm::WeakTrackingVH> work;
  for (const llvm::User *user : division.users()) work.emplace_back(const_cast<llvm::User *>(user));
  while (!work.empty()) {
    const llvm::WeakTrackingVH handle = work.back();
    work.pop_back();
    // One that has been computed has become the constant.
    auto *instruction = llvm::dyn_cast_or_null<llvm::Instruction>(static_cast<llvm::Value *>(handle));
    if (!instruction) continue;
    const llvm::Optional<double> result = resultOf(*instruction, &division);
    if (!result) continue;
    for (llvm::User *user : instruction->users()) work.emplace_back(user);
    replace(*instruction, llvm::ConstantFP::get(instruction->getType(), llvm::APFloat(*result)));
  }
}

/// In each function, one hidden value for each of the two.
void hideIn(llvm::Function &function, llvm::Function *division) {
  llvm::Value *hidden[2] = {};
  auto hide = [&](bool negative) {
    if (!hidden[negative]) {
      llvm::IRBuilder<> builder(&*function.getEntryBlock().getFirstInsertionPt());
      llvm::Type *real = builder.getDoubleTy();
      llvm::Value *operands[] = {llvm::ConstantFP::get(real, negative ? -1 : 1), llvm::ConstantFP::get(real, 0)};
      hidden[negative] = builder.CreateCall(division, operands, "infinity");
    }
    return hidden[negative];
  };
  for (llvm::BasicBlock &block : function)
    for (llvm::Instruction &instruction : block)
      for (llvm::Use &operand : instruction.operands())
        if (isInfinity(operand)) operand.set(hide(llvm::cast<llvm::ConstantFP>(operand)->isNegative()));
}

}  // namespace

void hideInfinities(llvm::Module &module) {
  llvm::Function *division = module.getFunction(kName);
  if (!division || !hasRightType(*division)) return;
  for (llvm::Function &function : module)
    if (!function.isDeclaration()) hideIn(function, division);
}

llvm::Error lowerDivisions(llvm::Module &module) {
  llvm::Function *function = module.getFunction(kName);
  if (!function) return llvm::Error::success();
  if (!hasRightType(*function)) return makeError("@" + kName + " has to be declared as double (double, double)");
  for (llvm::User *user : function->users()) {
    auto *call = llvm::dyn_cast<llvm::CallInst>(user);
    if (!call || call->getCalledFunction() != function) return makeError("@" + kName + " can only be called");
  }
  computeConstants(*function);
  for (llvm::User *user : llvm::make_early_inc_range(function->users())) {
    auto *call = llvm::cast<llvm::CallInst>(user);
    llvm::Value *quotient = llvm::BinaryOperator::CreateFDiv(call->getArgOperand(0), call->getArgOperand(1), "", call);
    quotient->takeName(call);
    replace(*call, quotient);
  }
  function->eraseFromParent();
  return llvm::Error::success();
}

}  // namespace yugong
