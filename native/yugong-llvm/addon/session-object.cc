// SPDX-License-Identifier: MIT
#include "session-object.h"

#include "convert.h"

namespace {

Napi::BigInt address(Napi::Env env, uint64_t value) { return Napi::BigInt::New(env, value); }
Napi::Number number(Napi::Env env, uint64_t value) { return Napi::Number::New(env, double(value)); }

Napi::Array functionList(Napi::Env env, const std::vector<yugong::LinkedFunction> &functions) {
  Napi::Array list = Napi::Array::New(env, functions.size());
  for (uint32_t i = 0; i < functions.size(); ++i) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", functions[i].name);
    entry.Set("address", address(env, functions[i].code.start));
    entry.Set("size", number(env, functions[i].code.size));
    list.Set(i, entry);
  }
  return list;
}

Napi::Array listing(Napi::Env env, const std::vector<yugong::ListedInstruction> &instructions) {
  Napi::Array list = Napi::Array::New(env, instructions.size());
  for (uint32_t i = 0; i < instructions.size(); ++i) {
    const yugong::ListedInstruction &instruction = instructions[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("address", address(env, instruction.address));
    entry.Set("size", number(env, instruction.size));
    entry.Set("text", instruction.text);
    if (instruction.target) entry.Set("target", address(env, instruction.target));
    if (instruction.line) {
      entry.Set("file", instruction.file);
      entry.Set("line", number(env, instruction.line));
      entry.Set("column", number(env, instruction.column));
    }
    list.Set(i, entry);
  }
  return list;
}

Napi::Object timingsObject(Napi::Env env, const yugong::Timings &timings) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("parse", number(env, timings.parse));
  object.Set("fold", number(env, timings.fold));
  object.Set("passes", number(env, timings.passes));
  object.Set("codegen", number(env, timings.codeGen));
  object.Set("link", number(env, timings.link));
  return object;
}

Napi::Object addedObject(Napi::Env env, const yugong::AddedModule &added, const yugong::CompileOptions &options) {
  const yugong::LinkedCode &linked = added.linked;
  const yugong::CompiledObject &compiled = added.compiled;
  Napi::Object object = Napi::Object::New(env);
  object.Set("resourceKey", number(env, added.key));
  object.Set("functions", functionList(env, linked.functions));
  object.Set("codeStart", address(env, linked.code.start));
  object.Set("codeSize", number(env, linked.code.size));
  object.Set("stackmapAddress", address(env, linked.stackmap.start));
  object.Set("stackmapSize", number(env, linked.stackmap.size));
  object.Set("ehFrameAddress", address(env, linked.ehFrame.start));
  object.Set("ehFrameSize", number(env, linked.ehFrame.size));
  object.Set("irInstructionsBefore", number(env, compiled.irInstructionsBefore));
  object.Set("irInstructionsAfter", number(env, compiled.irInstructionsAfter));
  object.Set("timings", timingsObject(env, compiled.timings));
  if (options.wantIrBefore) object.Set("irBefore", compiled.irBefore);
  if (options.wantIrAfter) object.Set("irAfter", compiled.irAfter);
  if (options.wantAssembly) object.Set("asm", compiled.assembly);
  if (options.wantListing) object.Set("listing", listing(env, added.listing));
  return object;
}

}  // namespace

void SessionObject::registerIn(Napi::Env env, Napi::Object exports) {
  exports.Set("Session", DefineClass(env, "Session",
                                     {InstanceMethod("define", &SessionObject::define), InstanceMethod("add", &SessionObject::add),
                                      InstanceMethod("remove", &SessionObject::remove),
                                      InstanceMethod("usedBytes", &SessionObject::usedBytes),
                                      InstanceMethod("start", &SessionObject::start),
                                      InstanceMethod("finished", &SessionObject::finished),
                                      InstanceMethod("wait", &SessionObject::wait),
                                      InstanceMethod("noticeWord", &SessionObject::noticeWord)}));
}

SessionObject::SessionObject(const Napi::CallbackInfo &info) : Napi::ObjectWrap<SessionObject>(info) {
  const Napi::Object given = optionsArgument(info, 0);
  yugong::SessionOptions options;
  options.cpu = stringOption(given, "cpu").value_or(options.cpu);
  options.features = stringOption(given, "features").value_or("");
  options.near = addressOption(given, "near").value_or(0);
  session_ = valueOrThrow(info.Env(), yugong::Session::create(options));
}

yugong::BackgroundCompiler &SessionObject::background() {
  if (!background_) background_ = std::make_unique<yugong::BackgroundCompiler>(session_);
  return *background_;
}

Napi::Value SessionObject::define(const Napi::CallbackInfo &info) {
  if (!info[0].IsObject()) throw Napi::TypeError::New(info.Env(), "the symbols must be an object of addresses");
  const auto symbols = info[0].As<Napi::Object>();
  const Napi::Array names = symbols.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).ToString();
    session_->define(name, toAddress(symbols.Get(name), "the address of '" + name + "'"));
  }
  return info.Env().Undefined();
}

Napi::Value SessionObject::add(const Napi::CallbackInfo &info) {
  const ModuleInput input(info[0]);
  const yugong::CompileOptions options = compileOptions(optionsArgument(info, 1));
  return addedObject(info.Env(), valueOrThrow(info.Env(), session_->add(input.buffer(), options)), options);
}

Napi::Value SessionObject::remove(const Napi::CallbackInfo &info) {
  if (!info[0].IsNumber()) throw Napi::TypeError::New(info.Env(), "the key must be a number");
  if (llvm::Error error = session_->remove(uint64_t(info[0].As<Napi::Number>().Int64Value()))) throwError(info.Env(), std::move(error));
  return info.Env().Undefined();
}

Napi::Value SessionObject::usedBytes(const Napi::CallbackInfo &info) { return number(info.Env(), session_->usedBytes()); }

Napi::Value SessionObject::start(const Napi::CallbackInfo &info) {
  ModuleInput input(info[0]);
  const yugong::CompileOptions options = compileOptions(optionsArgument(info, 1));
  const uint64_t job = background().start(input.take(), options);
  started_[job] = options;
  return number(info.Env(), job);
}

Napi::Value SessionObject::finished(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const auto all = background_ ? background_->takeFinished() : std::vector<yugong::BackgroundCompiler::Finished>();
  Napi::Array list = Napi::Array::New(env, all.size());
  for (uint32_t i = 0; i < all.size(); ++i) {
    const auto &[job, added, error, began, ended] = all[i];
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("job", number(env, job));
    entry.Set("began", Napi::BigInt::New(env, began));
    entry.Set("ended", Napi::BigInt::New(env, ended));
    if (added)
      entry.Set("added", addedObject(env, *added, started_[job]));
    else
      entry.Set("error", Napi::Error::New(env, error).Value());
    started_.erase(job);
    list.Set(i, entry);
  }
  return list;
}

Napi::Value SessionObject::wait(const Napi::CallbackInfo &info) {
  if (background_) background_->waitForAll();
  return info.Env().Undefined();
}

Napi::Value SessionObject::noticeWord(const Napi::CallbackInfo &info) {
  return address(info.Env(), reinterpret_cast<uint64_t>(background().notice()));
}
