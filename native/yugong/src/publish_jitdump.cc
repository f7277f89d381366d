// SPDX-License-Identifier: MIT
//
// jit-PID.dump, the format of tools/perf/Documentation/jitdump-specification.txt in Linux. perf learns of the file because it is mapped as
// executable once; times are those of CLOCK_MONOTONIC (`perf record -k mono`). For each symbol, in this order:
//
//   JIT_CODE_DEBUG_INFO      lines                          (when there are any)
//   JIT_CODE_UNWINDING_INFO  .eh_frame, .eh_frame_hdr       (when there are rules)
//   JIT_CODE_LOAD            name and code bytes
//
// There is no record for code that goes away: what is loaded at the same address later takes its place.
#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "publish.h"
#include "publish_bytes.h"

namespace yg {
namespace {

constexpr uint32_t kMagic = 0x4a695444, kVersion = 1, kHeaderSize = 40;
enum Record : uint32_t { kCodeLoad = 0, kDebugInfo = 2, kUnwindingInfo = 4 };

struct Jitdump {
  int file = -1;
  pid_t process = 0;
  void *marker = nullptr;
  uint64_t next_index = 0;
};

Jitdump &jitdump() {
  static Jitdump *instance = new Jitdump;
  return *instance;
}

uint64_t now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000u + static_cast<uint64_t>(time.tv_nsec);
}

bool writeAll(int file, const std::vector<uint8_t> &bytes) {
  for (size_t at = 0; at < bytes.size();) {
    ssize_t written = write(file, bytes.data() + at, bytes.size() - at);
    if (written <= 0) return false;
    at += static_cast<size_t>(written);
  }
  return true;
}

bool open(Jitdump &dump, const std::string &directory) {
  if (dump.file >= 0 && dump.process == getpid()) return true;
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  if (dump.file >= 0) {  // the parent's
    close(dump.file);
    munmap(dump.marker, page);
  }
  dump = Jitdump{};
  std::string path = directory + "/jit-" + std::to_string(getpid()) + ".dump";
  unlink(path.c_str());
  int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (file < 0) return false;
  ByteWriter header;
  for (uint32_t word : {kMagic, kVersion, kHeaderSize, uint32_t{EM_X86_64}, uint32_t{0}, static_cast<uint32_t>(getpid())}) header.u32(word);
  header.u64(now());
  header.u64(0);  // flags
  dump.marker = mmap(nullptr, page, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  if (dump.marker == MAP_FAILED || !writeAll(file, header.bytes)) {
    if (dump.marker != MAP_FAILED) munmap(dump.marker, page);
    close(file);
    return false;
  }
  dump.file = file;
  dump.process = getpid();
  return true;
}

size_t beginRecord(ByteWriter &out, Record id) {
  size_t at = out.size();
  out.u32(id);
  out.u32(0);
  out.u64(now());
  return at;
}

void endRecord(ByteWriter &out, size_t at) {
  out.align(8);
  out.patch(at + 4, static_cast<uint32_t>(out.size() - at));
}

void writeLines(ByteWriter &out, const PublishedSymbol &symbol, const std::vector<yg_publish_line> &lines) {
  if (lines.empty()) return;
  size_t at = beginRecord(out, kDebugInfo);
  out.u64(symbol.start);
  out.u64(lines.size());
  for (const yg_publish_line &line : lines) {
    out.u64(line.address);
    out.u32(line.line);
    out.u32(0);
    out.string(line.file);
  }
  endRecord(out, at);
}

// `room` is the number of bytes from the symbol's start to the next symbol's, or to the end of the code.
void writeUnwinding(ByteWriter &out, const PublishedSymbol &symbol, uintptr_t room, const UnwindSection &unwind) {
  size_t header_size;
  // perf puts the section at the next multiple of 8 behind the code.
  uintptr_t distance = (symbol.size + 7) & ~uintptr_t{7};
  std::vector<uint8_t> section = unwind.behindCode(symbol.start, symbol.size, distance, &header_size);
  if (section.empty()) return;
  size_t at = beginRecord(out, kUnwindingInfo);
  out.u64(section.size());
  out.u64(header_size);
  // A perf that unwinds by libunwind finds the section only where it takes these addresses for mapped; they need not hold anything in the
  // process, but must not be taken from other code. (A perf that unwinds by libdw finds it anyway.)
  out.u64(distance + section.size() <= room ? section.size() : 0);
  out.raw(section.data(), section.size());
  endRecord(out, at);
}

void writeLoad(ByteWriter &out, const PublishedSymbol &symbol, uint64_t index) {
  size_t at = beginRecord(out, kCodeLoad);
  out.u32(static_cast<uint32_t>(getpid()));
  out.u32(static_cast<uint32_t>(syscall(SYS_gettid)));
  out.u64(symbol.start);
  out.u64(symbol.start);
  out.u64(symbol.size);
  out.u64(index);
  out.string(symbol.name);
  out.raw(reinterpret_cast<const void *>(symbol.start), symbol.size);
  // Not padded: perf takes the code bytes from the end of the record.
  out.patch(at + 4, static_cast<uint32_t>(out.size() - at));
}

}  // namespace

bool publishToJitdump(const Publication &publication, const PublicationSource &source, const std::string &directory) {
  Jitdump &dump = jitdump();
  if (!open(dump, directory)) return false;
  ByteWriter out;
  for (size_t i = 0; i < publication.symbols.size(); i++) {
    const PublishedSymbol &symbol = publication.symbols[i];
    if (symbol.size == 0) continue;
    uintptr_t end = i + 1 < publication.symbols.size() ? publication.symbols[i + 1].start : publication.start + publication.size;
    writeLines(out, symbol, source.linesOf(symbol.start, symbol.size));
    writeUnwinding(out, symbol, end - symbol.start, *source.unwind);
    writeLoad(out, symbol, dump.next_index++);
  }
  return writeAll(dump.file, out.bytes);
}

}  // namespace yg
