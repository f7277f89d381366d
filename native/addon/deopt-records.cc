// SPDX-License-Identifier: MIT
#include "deopt-records.h"

#include <algorithm>

#include "convert.h"

namespace {

Napi::BigUint64Array word_array(Napi::Env env, const std::vector<uint64_t> &words) {
  auto out = Napi::BigUint64Array::New(env, words.size());
  std::copy(words.begin(), words.end(), out.Data());
  return out;
}

template <class Element, class Convert> Napi::Array array_of(Napi::Env env, const std::vector<Element> &elements, Convert &&convert) {
  auto out = Napi::Array::New(env, elements.size());
  for (uint32_t at = 0; at < elements.size(); at++) out[at] = convert(elements[at]);
  return out;
}

Napi::Object frame_object(Napi::Env env, const yl::RecordedFrame &frame) {
  static const char *const kinds[] = {"optimized", "interpreter", "pushed-interpreter", "other"};
  auto out = Napi::Object::New(env);
  out["kind"] = kinds[static_cast<uint32_t>(frame.kind)];
  out["slot"] = convert::big(env, frame.slot);
  out["resumesAt"] = convert::big(env, frame.pc);
  out["csid"] = static_cast<double>(frame.csid);
  out["name"] = frame.name;
  out["protoId"] = frame.proto_id;
  out["pc"] = frame.bytecode_pc;
  out["data"] = convert::big(env, frame.data);
  return out;
}

Napi::Object stack_object(Napi::Env env, const yl::RecordedStack &stack) {
  auto out = Napi::Object::New(env);
  out["sp"] = convert::big(env, stack.sp);
  out["frames"] = array_of(env, stack.frames, [&](const yl::RecordedFrame &frame) { return frame_object(env, frame); });
  out["words"] = word_array(env, stack.words);
  return out;
}

Napi::Object value_object(Napi::Env env, const yl::RecordedValue &value) {
  auto out = Napi::Object::New(env);
  out["register"] = value.register_number;
  out["word"] = convert::big(env, value.word);
  out["text"] = Napi::Buffer<char>::Copy(env, value.text.data(), value.text.size());
  return out;
}

} // namespace

Napi::Object deopt_record(Napi::Env env, const yl::RecordedDeopt &deopt) {
  auto out = Napi::Object::New(env);
  out["csid"] = static_cast<double>(deopt.csid);
  out["kind"] = static_cast<uint32_t>(deopt.kind);
  out["coroutine"] = deopt.coroutine_id;
  out["before"] = stack_object(env, deopt.before);
  out["keepAlives"] = word_array(env, deopt.keepalives);
  out["after"] = array_of(env, deopt.after, [&](const yl::RecordedStack &stack) { return stack_object(env, stack); });
  out["values"] = array_of(env, deopt.values, [&](const std::vector<yl::RecordedValue> &values) {
    return array_of(env, values, [&](const yl::RecordedValue &value) { return value_object(env, value); });
  });
  return out;
}
