// SPDX-License-Identifier: MIT
#include "registry.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "loaded_objects.h"
#include "publish.h"
#include "reclaim.h"
#include "stackmap.h"

namespace yg {
namespace {

// ---- the table (writers hold `mutex`) ----------------------------------------------------------------------------------------------

constexpr unsigned kSmallestBits = 6;

// Statically initialised, so that readers find a table at any time.
CallSite first_sites[2];
CallSiteTable first_table{1, 63, first_sites};

CallSiteTable *makeTable(unsigned bits) {
  uintptr_t count = uintptr_t{1} << bits;
  return new CallSiteTable{count - 1, 64 - bits, new CallSite[count]};
}

struct Registry {
  std::mutex mutex;
  std::vector<CallSiteTable *> tables{&first_table};  // the last is the current one
  std::vector<yg_code *> codes;                       // sorted by start; codes without a range are first
  uintptr_t used = 0;                                 // sites of the current table that are not empty

  CallSiteTable &table() { return *tables.back(); }
  void insert(const CallSite &site, uintptr_t return_address);
  void remove(uintptr_t return_address);
  void reserve(size_t additional);

 private:
  static CallSite *slotFor(CallSiteTable &table, uintptr_t return_address);
  static void write(CallSite *slot, const CallSite &site, uintptr_t return_address);
};

// Never destroyed: cursors may be used by destructors of other static objects.
Registry &registry() {
  static Registry *instance = new Registry;
  return *instance;
}

void Registry::write(CallSite *slot, const CallSite &site, uintptr_t return_address) {
  slot->id.store(site.id, std::memory_order_release);
  slot->code.store(site.code, std::memory_order_release);
  slot->keep_alives = site.keep_alives;
  slot->keep_alive_count = site.keep_alive_count;
  slot->flags = site.flags;
  slot->plan = site.plan;
  slot->caller.store(&CallSite::no_site, std::memory_order_relaxed);
  slot->return_address.store(return_address, std::memory_order_release);
}

// The first removed or empty place of the address's probe sequence.
CallSite *Registry::slotFor(CallSiteTable &table, uintptr_t return_address) {
  for (uintptr_t i = table.home(return_address);; i = (i + 1) & table.mask) {
    CallSite *slot = &table.sites[i];
    if (!isAddress(slot->return_address.load(std::memory_order_relaxed))) return slot;
  }
}

void Registry::insert(const CallSite &site, uintptr_t return_address) {
  CallSite *slot = slotFor(table(), return_address);
  if (slot->return_address.load(std::memory_order_relaxed) == kEmptySite) used++;
  write(slot, site, return_address);
}

void Registry::remove(uintptr_t return_address) {
  CallSiteTable &t = table();
  uintptr_t i = t.home(return_address);
  while (t.sites[i].return_address.load(std::memory_order_relaxed) != return_address) i = (i + 1) & t.mask;
  t.sites[i].return_address.store(kRemovedSite, std::memory_order_release);
  // At the end of a probe sequence, removed places can become empty again.
  if (t.sites[(i + 1) & t.mask].return_address.load(std::memory_order_relaxed) != kEmptySite) return;
  while (t.sites[i].return_address.load(std::memory_order_relaxed) == kRemovedSite) {
    t.sites[i].return_address.store(kEmptySite, std::memory_order_release);
    used--;
    i = (i - 1) & t.mask;
  }
}

// Keep the table at most half full.
void Registry::reserve(size_t additional) {
  CallSiteTable &old = table();
  if ((used + additional) * 2 <= old.mask + 1) return;
  unsigned bits = std::max(64 - old.shift + 1, kSmallestBits);
  while ((used + additional) * 2 > uintptr_t{1} << bits) bits++;
  CallSiteTable *larger = makeTable(bits);
  used = 0;
  for (uintptr_t i = 0; i <= old.mask; i++) {
    uintptr_t return_address = old.sites[i].return_address.load(std::memory_order_relaxed);
    if (!isAddress(return_address)) continue;
    write(slotFor(*larger, return_address), old.sites[i], return_address);
    used++;
  }
  current_table.store(larger, std::memory_order_release);
  tables.push_back(larger);
}

// ---- from a description to call sites ----------------------------------------------------------------------------------------------

KeepAlive keepAliveOf(const Location &location) {
  KeepAlive result{KeepAlive::Unavailable, registerOfDwarf(location.dwarf_register), location.size, location.offset, location.constant};
  if (location.kind == LocationKind::Constant || location.kind == LocationKind::ConstantIndex) {
    result.kind = KeepAlive::Constant;
    return result;
  }
  if (result.register_index == kNoRegister) return result;
  switch (location.kind) {
    case LocationKind::Register: result.kind = KeepAlive::Register; break;
    case LocationKind::Direct:
      result.kind = KeepAlive::Address;
      result.size = sizeof(uintptr_t);
      break;
    default:
      result.kind = location.size == 8   ? KeepAlive::Load8
                    : location.size == 4 ? KeepAlive::Load4
                    : location.size == 2 ? KeepAlive::Load2
                    : location.size == 1 ? KeepAlive::Load1
                                         : KeepAlive::LoadWide;
  }
  return result;
}

struct PendingSite {
  uintptr_t return_address;
  size_t first_keep_alive;
  CallSite site;
};

// Everything about a piece of code that can be worked out without the lock.
class Preparation {
 public:
  Preparation(const yg_code_description &description, yg_code *code) : description_(description), code_(code) {}

  yg_status run(const char **message) {
    if (description_.eh_frame != nullptr)
      if (yg_status status = eh_frame_.parse(description_.eh_frame, description_.eh_frame_size, message)) return status;
    if (description_.stackmap == nullptr) return YG_OK;
    Stackmap stackmap;
    if (yg_status status = parseStackmap(description_.stackmap, description_.stackmap_size, &stackmap, message)) return status;
    for (const StackmapRecord &record : stackmap.records)
      if (yg_status status = addRecord(stackmap, record, message)) return status;
    finish();
    return YG_OK;
  }

  std::vector<std::unique_ptr<PendingSite>> sites;

 private:
  yg_status addRecord(const Stackmap &stackmap, const StackmapRecord &record, const char **message) {
    bool has_range = description_.size != 0;
    // A noreturn call that ends the function has a return address just past it.
    bool inside = record.return_address - description_.start <= description_.size && record.return_address > description_.start;
    if ((has_range && !inside) || record.return_address == 0 || !isAddress(record.return_address)) {
      *message = "stackmap: record outside the code";
      return YG_ERROR_FORMAT;
    }
    auto pending = std::make_unique<PendingSite>();
    pending->return_address = record.return_address;
    pending->first_keep_alive = code_->keep_alives.size();
    CallSite &site = pending->site;
    site.id.store(record.id, std::memory_order_relaxed);
    site.code.store(code_, std::memory_order_relaxed);
    uint32_t first = record.first_location, count = record.location_count;
    if ((description_.flags & YG_CODE_PLAIN_RECORDS) == 0) deoptOperands(stackmap, record, &first, &count);
    for (uint32_t i = first; i < first + count; i++) {
      KeepAlive keep_alive = keepAliveOf(stackmap.locations[i]);
      if (keep_alive.size > 8 || keep_alive.kind == KeepAlive::LoadWide || keep_alive.kind == KeepAlive::Unavailable)
        site.flags |= CallSite::HasWideKeepAlives;
      bool has_base = keep_alive.kind != KeepAlive::Constant && keep_alive.kind != KeepAlive::Unavailable;
      if (has_base && keep_alive.register_index != kSp && keep_alive.register_index != kFp) site.flags |= CallSite::KeepsInRegisters;
      code_->keep_alives.push_back(keep_alive);
    }
    site.keep_alive_count = static_cast<uint16_t>(count);
    sites.push_back(std::move(pending));
    return planFor(record.return_address - 1, &site.plan, message);
  }

  yg_status planFor(uintptr_t pc, UnwindPlan *plan, const char **message) {
    if (description_.eh_frame != nullptr) {
      const Fde *fde = eh_frame_.find(pc);
      return fde == nullptr ? YG_OK : makePlan(*fde, pc, plan, message);
    }
    Fde fde;
    return loaded_objects_.find(pc, &fde) ? makePlan(fde, pc, plan, message) : YG_OK;
  }

  // Two plain records may name one address (nothing lies between them): the first one counts.
  void finish() {
    auto before = [](const auto &a, const auto &b) { return a->return_address < b->return_address; };
    auto same = [](const auto &a, const auto &b) { return a->return_address == b->return_address; };
    std::stable_sort(sites.begin(), sites.end(), before);
    sites.erase(std::unique(sites.begin(), sites.end(), same), sites.end());
    for (auto &pending : sites) {
      pending->site.keep_alives = code_->keep_alives.data() + pending->first_keep_alive;
      code_->return_addresses.push_back(pending->return_address);
    }
  }

  const yg_code_description &description_;
  yg_code *code_;
  EhFrame eh_frame_;
  LoadedObjects loaded_objects_;
};

bool overlaps(const std::vector<yg_code *> &codes, uintptr_t start, uintptr_t size) {
  if (size == 0) return false;
  auto after = std::upper_bound(codes.begin(), codes.end(), start, [](uintptr_t value, const yg_code *code) { return value < code->start; });
  if (after != codes.end() && (*after)->size != 0 && (*after)->start - start < size) return true;
  if (after == codes.begin()) return false;
  const yg_code *before = *(after - 1);
  return start - before->start < before->size;
}

yg_status publish(yg_code *code, Preparation &preparation, const char **message) {
  Registry &r = registry();
  std::lock_guard<std::mutex> lock(r.mutex);
  if (overlaps(r.codes, code->start, code->size)) {
    *message = "code: the range is already registered";
    return YG_ERROR_OVERLAP;
  }
  for (const auto &pending : preparation.sites)
    if (const CallSite *site = findCallSite(pending->return_address)) {
      if (site->code.load(std::memory_order_relaxed) == nullptr && (site->flags & CallSite::IsServiceRoutine) == 0) continue;
      *message = "code: a return address is already registered";
      return YG_ERROR_OVERLAP;
    }
  r.reserve(preparation.sites.size());
  for (const auto &pending : preparation.sites) {
    // A walk may have come by and noted the address as foreign code. No cursor is on it: it has no frames before it is registered.
    if (findCallSite(pending->return_address) != nullptr) r.remove(pending->return_address);
    r.insert(pending->site, pending->return_address);
  }
  auto after = std::upper_bound(r.codes.begin(), r.codes.end(), code->start, [](uintptr_t value, const yg_code *c) { return value < c->start; });
  r.codes.insert(after, code);
  return YG_OK;
}

}  // namespace

std::atomic<const CallSiteTable *> current_table{&first_table};
const CallSite CallSite::no_site{};

const CallSite *addSite(const UnwindPlan &plan, uint8_t flags, uintptr_t address) {
  Registry &r = registry();
  std::lock_guard<std::mutex> lock(r.mutex);
  if (const CallSite *site = findCallSite(address)) return site;
  CallSite site;
  site.plan = plan;
  site.flags = flags;
  r.reserve(1);
  r.insert(site, address);
  return findCallSite(address);
}

std::vector<ForeignPlan> foreignPlans() {
  Registry &r = registry();
  std::lock_guard<std::mutex> lock(r.mutex);
  std::vector<ForeignPlan> plans;
  for (uintptr_t i = 0; i <= r.table().mask; i++) {
    const CallSite &site = r.table().sites[i];
    uintptr_t return_address = site.return_address.load(std::memory_order_relaxed);
    if (isAddress(return_address) && site.isForeign()) plans.push_back({return_address, site.plan});
  }
  return plans;
}

void removeForeignSite(uintptr_t return_address) {
  Registry &r = registry();
  std::lock_guard<std::mutex> lock(r.mutex);
  const CallSite *site = findCallSite(return_address);
  if (site != nullptr && site->isForeign()) r.remove(return_address);
}

}  // namespace yg

using namespace yg;

yg_status yg_code_register(const yg_code_description *description, yg_code **out, const char **message) {
  const char *ignored;
  if (message == nullptr) message = &ignored;
  *message = "";
  if (description == nullptr || out == nullptr) return YG_ERROR_ARGUMENT;
  *out = nullptr;
  if ((description->stackmap == nullptr && description->stackmap_size != 0) ||
      (description->eh_frame == nullptr && description->eh_frame_size != 0) || description->size > UINTPTR_MAX - description->start ||
      (description->flags & ~uint32_t{YG_CODE_PLAIN_RECORDS}) != 0) {
    *message = "code: malformed description";
    return YG_ERROR_ARGUMENT;
  }
  auto code = std::make_unique<yg_code>();
  code->start = description->start;
  code->size = description->size;
  code->name = description->name == nullptr ? "" : description->name;
  code->cookie = description->cookie;
  Preparation preparation(*description, code.get());
  if (yg_status status = preparation.run(message)) return status;
  if (yg_status status = publish(code.get(), preparation, message)) return status;
  publishCode(*description, code.get());
  *out = code.release();
  return YG_OK;
}

bool yg::unpublish(yg_code *code) {
  {
    Registry &r = registry();
    std::lock_guard<std::mutex> lock(r.mutex);
    auto found = std::find(r.codes.begin(), r.codes.end(), code);
    if (found == r.codes.end()) return false;
    r.codes.erase(found);
    for (uintptr_t return_address : code->return_addresses) r.remove(return_address);
  }
  unpublishCode(code);
  return true;
}

bool yg::isPublished(yg_code *code) {
  Registry &r = registry();
  std::lock_guard<std::mutex> lock(r.mutex);
  return std::find(r.codes.begin(), r.codes.end(), code) != r.codes.end();
}

yg_status yg_code_unregister(yg_code *code) {
  if (code == nullptr) return YG_ERROR_ARGUMENT;
  if (isRetired(code)) return YG_ERROR_IN_USE;
  if (!unpublish(code)) return YG_ERROR_ARGUMENT;
  delete code;
  return YG_OK;
}

void *yg_code_cookie(const yg_code *code) { return code == nullptr ? nullptr : code->cookie; }

const char *yg_code_name(const yg_code *code) { return code == nullptr ? "" : code->name.c_str(); }

yg_csid yg_csid_at(uintptr_t return_address, yg_code **code) {
  const CallSite *site = findCallSite(return_address);
  yg_csid id = 0;
  yg_code *found = nullptr;
  if (site != nullptr) {
    id = site->id.load(std::memory_order_acquire);
    found = site->code.load(std::memory_order_acquire);
    // The place may have been given to another call site since. Who sees that one's id also sees that the address has changed.
    if (YG_UNLIKELY(site->return_address.load(std::memory_order_relaxed) != return_address)) id = 0, found = nullptr;
  }
  if (code != nullptr) *code = found;
  return id;
}
