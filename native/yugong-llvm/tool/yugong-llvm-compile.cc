// SPDX-License-Identifier: MIT
//
//   yugong-llvm-compile in.bc -o out.o [-O2] [--passes text] [--cpu x86-64-v2] [--features +avx] [--emit-ir f.ll] [--emit-asm f.s]
//
// Bitcode (or textual IR) with the conventions of fold.h to an object for a shared library, whose stackmaps lie in `yg_stackmaps`.
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include "../src/compile.h"
#include "../src/error.h"
#include "../src/stackmap-section.h"
#include "../src/target.h"

namespace {

// Not llvm::cl: libLLVM registers hundreds of options of its own there.
struct Arguments {
  std::string input, output, ir, assembly;
  yugong::TargetOptions target;
  yugong::CompileOptions compile;
};

constexpr char kUsage[] =
    "usage: yugong-llvm-compile in.bc -o out.o [-O0|-O1|-O2|-O3] [--passes text] [--cpu name] [--features list]"
    " [--emit-ir f.ll] [--emit-asm f.s]";

llvm::Expected<Arguments> parseArguments(int argc, char **argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const llvm::StringRef argument = argv[i];
    std::string *target = nullptr;
    if (argument == "-o") target = &arguments.output;
    if (argument == "--cpu") target = &arguments.target.cpu;
    if (argument == "--features") target = &arguments.target.features;
    if (argument == "--passes") target = &arguments.compile.pipeline;
    if (argument == "--emit-ir") target = &arguments.ir;
    if (argument == "--emit-asm") target = &arguments.assembly;
    if (target) {
      if (++i == argc) return yugong::makeError(argument + " needs a value");
      *target = argv[i];
    } else if (argument.size() == 3 && argument.startswith("-O") && argument[2] >= '0' && argument[2] <= '3') {
      arguments.compile.level = unsigned(argument[2] - '0');
    } else if (!argument.startswith("-") && arguments.input.empty()) {
      arguments.input = argument.str();
    } else {
      return yugong::makeError("cannot understand '" + argument + "'\n" + kUsage);
    }
  }
  if (arguments.input.empty() || arguments.output.empty()) return yugong::makeError(kUsage);
  arguments.compile.wantIrAfter = !arguments.ir.empty();
  arguments.compile.wantAssembly = !arguments.assembly.empty();
  return arguments;
}

llvm::Error writeFile(const std::string &path, llvm::StringRef content) {
  std::error_code code;
  llvm::raw_fd_ostream out(path, code);
  if (!code) {
    out << content;
    out.close();
    code = out.error();
    out.clear_error();
  }
  return code ? yugong::makeError(path + ": " + code.message()) : llvm::Error::success();
}

llvm::Error run(const Arguments &arguments) {
  auto input = llvm::MemoryBuffer::getFile(arguments.input);
  if (!input) return yugong::makeError(arguments.input + ": " + input.getError().message());
  auto target = yugong::createTargetMachine(arguments.target);
  if (!target) return target.takeError();
  yugong::CodeGenerator generator(std::move(*target));
  auto compiled = yugong::compile((*input)->getMemBufferRef(), generator, arguments.compile);
  if (!compiled) return compiled.takeError();
  auto renamed = yugong::renameStackmapSection(compiled->object);
  if (!renamed) return renamed.takeError();
  if (!arguments.ir.empty())
    if (llvm::Error error = writeFile(arguments.ir, compiled->irAfter)) return error;
  if (!arguments.assembly.empty())
    if (llvm::Error error = writeFile(arguments.assembly, compiled->assembly)) return error;
  return writeFile(arguments.output, llvm::StringRef(compiled->object.data(), compiled->object.size()));
}

}  // namespace

int main(int argc, char **argv) {
  auto arguments = parseArguments(argc, argv);
  llvm::Error error = arguments ? run(*arguments) : arguments.takeError();
  if (!error) return 0;
  llvm::errs() << "yugong-llvm-compile: " << llvm::toString(std::move(error)) << "\n";
  return 1;
}
