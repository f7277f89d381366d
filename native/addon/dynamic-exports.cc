// SPDX-License-Identifier: MIT
#include "dynamic-exports.h"

#include <cstring>
#include <memory>

#include "convert.h"
#include "dynamic-thunks.h"
#include "yugong-dynamic.h"

namespace {

// A description in libunwind's structures, with all memory that they point to.
class Description {
 public:
  explicit Description(const Napi::Value &value) {
    Napi::Object object = convert::object(value, "procedure");
    name_ = convert::text(object["name"], "name");
    auto sizes = convert::typed_array<int32_t>(object["sizes"], napi_int32_array, "sizes");
    auto counts = convert::typed_array<uint32_t>(object["operationCounts"], napi_uint32_array, "operationCounts");
    auto words = convert::typed_array<int64_t>(object["operations"], napi_bigint64_array, "operations");
    size_t total = 0;
    for (uint32_t count : counts) total += count;
    if (counts.size() != sizes.size() || words.size() != 4 * total)
      throw Napi::TypeError::New(value.Env(), "sizes, operationCounts and operations do not belong together");
    size_t at = 0;
    for (size_t i = 0; i < sizes.size(); i++) {
      add_region(sizes[i], counts[i], words.data() + at);
      at += 4 * size_t{counts[i]};
    }
    info.start_ip = convert::big(object["start"], "start");
    info.end_ip = convert::big(object["end"], "end");
    info.format = YG_DYN_FORMAT_DYNAMIC;
    info.u.pi.name_ptr = reinterpret_cast<yg_dyn_word>(name_.c_str());
    info.u.pi.regions = regions_.empty() ? nullptr : region(0);
  }
  Description(const Description &) = delete;

  yg_dyn_info info{};

 private:
  yg_dyn_region_info *region(size_t i) { return reinterpret_cast<yg_dyn_region_info *>(regions_[i].get()); }

  void add_region(int32_t size, uint32_t count, const int64_t *words) {
    regions_.push_back(std::make_unique<uint64_t[]>(yg_dyn_region_info_size(count) / 8 + sizeof(yg_dyn_region_info) / 8));
    yg_dyn_region_info *added = region(regions_.size() - 1);
    added->insn_count = size;
    added->op_count = count;
    for (uint32_t i = 0; i < count; i++, words += 4)
      added->op[i] = yg_dyn_op_make(static_cast<int>(words[0]), YG_DYN_QP_TRUE, static_cast<int32_t>(words[2]), static_cast<int>(words[1]),
                                    static_cast<yg_dyn_word>(words[3]));
    if (regions_.size() > 1) region(regions_.size() - 2)->next = added;
  }

  std::string name_;
  std::vector<std::unique_ptr<uint64_t[]>> regions_;
};

void check(Napi::Env env, yg_dyn_status status, yg_dyn_place place = {-1, -1}) {
  if (status == YG_DYN_OK) return;
  std::string where;
  if (place.region >= 0) where += "region " + std::to_string(place.region) + ": ";
  if (place.op >= 0) where = "region " + std::to_string(place.region) + ", operation " + std::to_string(place.op) + ": ";
  Napi::Error error = Napi::Error::New(env, where + yg_dyn_status_message(status));
  error.Set("status", Napi::Number::New(env, status));
  error.Set("region", Napi::Number::New(env, place.region));
  error.Set("operation", Napi::Number::New(env, place.op));
  throw error;
}

// What JavaScript holds for a registered procedure. It stays registered until it is cancelled: its code does not go with the handle.
struct Registration {
  std::unique_ptr<Description> description;  // null: cancelled
};

Napi::Value register_procedure(const Napi::CallbackInfo &info) {
  auto description = std::make_unique<Description>(info[0]);
  yg_dyn_place place;
  check(info.Env(), yg_dyn_register(&description->info, &place), place);
  auto finalize = [](Napi::Env, Registration *registration) {
    if (registration->description) registration->description.release();
    delete registration;
  };
  return Napi::External<Registration>::New(info.Env(), new Registration{std::move(description)}, finalize);
}

void cancel(const Napi::CallbackInfo &info) {
  if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "not a registration");
  Registration *registration = info[0].As<Napi::External<Registration>>().Data();
  check(info.Env(), registration->description ? yg_dyn_cancel(&registration->description->info) : YG_DYN_ERROR_NOT_REGISTERED);
  registration->description.reset();
}

std::string text_of(const yg_dyn_state &state) {
  std::string text(yg_dyn_state_text(&state, nullptr, 0) + 1, '\0');
  yg_dyn_state_text(&state, text.data(), text.size());
  text.pop_back();
  return text;
}

// (procedure, offsets) -> one text an offset.
Napi::Value states(const Napi::CallbackInfo &info) {
  Description description(info[0]);
  yg_dyn_place place;
  check(info.Env(), yg_dyn_check(&description.info, &place), place);
  auto offsets = convert::typed_array<uint32_t>(info[1], napi_uint32_array, "offsets");
  Napi::Array result = Napi::Array::New(info.Env(), offsets.size());
  for (size_t i = 0; i < offsets.size(); i++) {
    yg_dyn_state state;
    check(info.Env(), yg_dyn_state_of(&description.info, description.info.start_ip + offsets[i], &state));
    result[static_cast<uint32_t>(i)] = Napi::String::New(info.Env(), text_of(state));
  }
  return result;
}

// (address) -> the text, or undefined when nothing is registered there.
Napi::Value state_at(const Napi::CallbackInfo &info) {
  yg_dyn_state state;
  yg_dyn_status status = yg_dyn_state_at(convert::big(info[0], "address"), &state);
  if (status == YG_DYN_ERROR_NOT_REGISTERED) return info.Env().Undefined();
  check(info.Env(), status);
  return Napi::String::New(info.Env(), text_of(state));
}

Napi::Value to_eh_frame(const Napi::CallbackInfo &info) {
  Description description(info[0]);
  size_t size = 0;
  yg_dyn_place place;
  check(info.Env(), yg_dyn_check(&description.info, &place), place);
  yg_dyn_to_eh_frame(&description.info, nullptr, 0, &size, nullptr);
  Napi::Buffer<uint8_t> bytes = Napi::Buffer<uint8_t>::New(info.Env(), size);
  check(info.Env(), yg_dyn_to_eh_frame(&description.info, bytes.Data(), size, &size, nullptr));
  return bytes;
}

// name -> [address, size in bytes]
Napi::Object stubs(Napi::Env env) {
  Napi::Object result = Napi::Object::New(env);
  for (const Stub &stub : addon_stubs()) {
    Napi::Array range = Napi::Array::New(env, 2);
    range[0u] = Napi::BigInt::New(env, static_cast<uint64_t>(reinterpret_cast<uintptr_t>(stub.code)));
    range[1u] = Napi::Number::New(env, static_cast<double>(stub.size_bytes));
    result[stub.name] = range;
  }
  return result;
}

}  // namespace

void define_dynamic(Napi::Env env, Napi::Object exports) {
  describe_stubs();
  exports["dynamicStubs"] = stubs(env);
  exports["dynamicRegister"] = Napi::Function::New(env, register_procedure, "dynamicRegister");
  exports["dynamicCancel"] = Napi::Function::New(env, cancel, "dynamicCancel");
  exports["dynamicStates"] = Napi::Function::New(env, states, "dynamicStates");
  exports["dynamicStateAt"] = Napi::Function::New(env, state_at, "dynamicStateAt");
  exports["dynamicToEhFrame"] = Napi::Function::New(env, to_eh_frame, "dynamicToEhFrame");
}
