// SPDX-License-Identifier: MIT
//
//   @yg.attributes = private constant [..] c"stop: noreturn cold\0Asum: cc=tail param 0:noalias ret:zeroext\0A*: nounwind\0A\00"
//
// gives @stop and @sum these attributes, @sum and the direct calls of it the calling convention, and `nounwind` to every function that
// has a body.
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringSwitch.h>
#include <llvm/IR/Attributes.h>
#include <llvm/IR/Constants.h>

#include "../error.h"
#include "steps.h"

namespace yugong {
namespace {

constexpr llvm::StringLiteral kGlobalPrefix = "yg.attributes";

llvm::Optional<llvm::CallingConv::ID> callingConvention(llvm::StringRef name) {
  return llvm::StringSwitch<llvm::Optional<llvm::CallingConv::ID>>(name)
      .Case("c", llvm::CallingConv::C)
      .Case("fast", llvm::CallingConv::Fast)
      .Case("cold", llvm::CallingConv::Cold)
      .Case("tail", llvm::CallingConv::Tail)
      .Case("ghc", llvm::CallingConv::GHC)
      .Case("preserve_most", llvm::CallingConv::PreserveMost)
      .Case("preserve_all", llvm::CallingConv::PreserveAll)
      .Default(llvm::None);
}

void setCallingConvention(llvm::Function &function, llvm::CallingConv::ID convention) {
  function.setCallingConv(convention);
  for (llvm::User *user : function.users())
    if (auto *call = llvm::dyn_cast<llvm::CallBase>(user))
      if (call->getCalledOperand() == &function) call->setCallingConv(convention);
}

/// `noreturn`, `align=8`, `key=value` or `yg-something`.
llvm::Expected<llvm::Attribute> parseAttribute(llvm::LLVMContext &context, llvm::StringRef word) {
  const auto [key, value] = word.split('=');
  const bool hasValue = key.size() != word.size();
  const llvm::Attribute::AttrKind kind = llvm::Attribute::getAttrKindFromName(key);
  if (kind == llvm::Attribute::None) {
    if (!hasValue && !key.startswith("yg-")) return makeError("unknown attribute '" + word + "'");
    return llvm::Attribute::get(context, key, value);
  }
  if (llvm::Attribute::isTypeAttrKind(kind)) return makeError("attribute '" + key + "' takes a type, which cannot be written here");
  if (llvm::Attribute::isEnumAttrKind(kind)) {
    if (hasValue) return makeError("attribute '" + key + "' takes no value");
    return llvm::Attribute::get(context, kind);
  }
  uint64_t number;
  if (value.getAsInteger(10, number)) return makeError("attribute '" + key + "' needs a number, like '" + key + "=8'");
  return llvm::Attribute::get(context, kind, number);
}

using Position = bool (*)(llvm::Attribute::AttrKind);

llvm::Expected<llvm::Attribute> parseAttributeFor(llvm::LLVMContext &context, llvm::StringRef word, Position allowed,
                                                  llvm::StringRef where) {
  auto attribute = parseAttribute(context, word);
  if (!attribute || attribute->isStringAttribute() || allowed(attribute->getKindAsEnum())) return attribute;
  return makeError("attribute '" + word + "' does not apply to a " + where);
}

/// The whole line's words, so that `param` can be followed by its second half.
class Words {
 public:
  explicit Words(llvm::StringRef text) { llvm::SplitString(text, words_); }
  bool done() const { return next_ == words_.size(); }
  llvm::StringRef take() { return done() ? llvm::StringRef() : words_[next_++]; }

 private:
  llvm::SmallVector<llvm::StringRef, 8> words_;
  size_t next_ = 0;
};

llvm::Error applyParameterWord(llvm::Function &function, llvm::StringRef word) {
  const auto [number, name] = word.split(':');
  unsigned index;
  if (number.getAsInteger(10, index)) return makeError("'param' must be followed by 'N:attribute', not by '" + word + "'");
  if (index >= function.arg_size()) return makeError("there is no parameter " + llvm::Twine(index));
  auto attribute = parseAttributeFor(function.getContext(), name, llvm::Attribute::canUseAsParamAttr, "parameter");
  if (!attribute) return attribute.takeError();
  function.addParamAttr(index, *attribute);
  return llvm::Error::success();
}

llvm::Error applyWord(llvm::Function &function, llvm::StringRef word, Words &rest) {
  if (word == "param") return applyParameterWord(function, rest.take());
  if (word == "internal") {
    if (function.isDeclaration()) return makeError("a function without a body cannot be internal");
    function.setLinkage(llvm::GlobalValue::InternalLinkage);
    return llvm::Error::success();
  }
  if (word == "hidden") {
    // An internal function is invisible already, and LLVM does not allow both.
    if (!function.hasLocalLinkage()) function.setVisibility(llvm::GlobalValue::HiddenVisibility);
    return llvm::Error::success();
  }
  if (word.consume_front("cc=")) {
    const auto convention = callingConvention(word);
    if (!convention) return makeError("unknown calling convention '" + word + "'");
    setCallingConvention(function, *convention);
    return llvm::Error::success();
  }
  const bool onResult = word.consume_front("ret:");
  const Position allowed = onResult ? llvm::Attribute::canUseAsRetAttr : llvm::Attribute::canUseAsFnAttr;
  auto attribute = parseAttributeFor(function.getContext(), word, allowed, onResult ? "result" : "function");
  if (!attribute) return attribute.takeError();
  if (onResult)
    function.addRetAttr(*attribute);
  else
    function.addFnAttr(*attribute);
  return llvm::Error::success();
}

llvm::Error applyWords(llvm::Function &function, llvm::StringRef text) {
  for (Words words(text); !words.done();)
    if (llvm::Error error = applyWord(function, words.take(), words)) return inContext("@" + function.getName(), std::move(error));
  return llvm::Error::success();
}

llvm::Error applyLine(llvm::Module &module, llvm::StringRef line) {
  const auto [rawName, words] = line.split(':');
  const llvm::StringRef name = rawName.trim();
  if (name.size() == line.size()) return makeError("line '" + line + "' is not of the form 'function: attribute…'");
  if (name == "*") {
    for (llvm::Function &function : module)
      if (!function.isDeclaration())
        if (llvm::Error error = applyWords(function, words)) return error;
    return llvm::Error::success();
  }
  llvm::Function *function = module.getFunction(name);
  if (!function) return makeError("there is no function @" + name);
  return applyWords(*function, words);
}

llvm::Error applyText(llvm::Module &module, const llvm::GlobalVariable &global) {
  if (!global.use_empty()) return makeError("@" + global.getName() + " is used, and would be erased");
  // LLVM keeps a string without a character but its terminator as zeros of no particular kind.
  if (global.hasInitializer() && global.getInitializer()->isNullValue()) return llvm::Error::success();
  auto *data = global.hasInitializer() ? llvm::dyn_cast<llvm::ConstantDataArray>(global.getInitializer()) : nullptr;
  if (!data || !data->isString()) return makeError("@" + global.getName() + " is not a constant string");
  llvm::SmallVector<llvm::StringRef, 16> lines;
  data->getAsString().rtrim('\0').split(lines, '\n', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef line : lines)
    if (!line.trim().empty())
      if (llvm::Error error = applyLine(module, line.trim())) return inContext("attributes", std::move(error));
  return llvm::Error::success();
}

}  // namespace

llvm::Error foldAttributes(llvm::Module &module) {
  llvm::SmallVector<llvm::GlobalVariable *, 2> texts;
  for (llvm::GlobalVariable &global : module.globals())
    if (global.getName().startswith(kGlobalPrefix)) texts.push_back(&global);
  for (llvm::GlobalVariable *text : texts) {
    if (llvm::Error error = applyText(module, *text)) return error;
    text->eraseFromParent();
  }
  return llvm::Error::success();
}

}  // namespace yugong
