// SPDX-License-Identifier: MIT
import llvm from "llvm-bindings";
import { describe, expect, it } from "vitest";

import { addon, withFolder } from "./support.js";

// llvm-bindings has LLVM linked in statically, the addon uses the shared library: two copies in one process, which meet in a file.
describe("bitcode from llvm-bindings", () => {
  it("is folded, compiled and linked", () => {
    const context = new llvm.LLVMContext();
    const module = new llvm.Module("module", context);
    const builder = new llvm.IRBuilder(context);
    const { ExternalLinkage } = llvm.Function.LinkageTypes;
    const i64 = builder.getInt64Ty();
    const marker = llvm.Function.Create(llvm.FunctionType.get(builder.getVoidTy(), [i64], true), ExternalLinkage, "yg.stackmap", module);
    const helper = llvm.Function.Create(llvm.FunctionType.get(i64, [i64], false), ExternalLinkage, "helper", module);
    const f = llvm.Function.Create(llvm.FunctionType.get(i64, [i64], false), ExternalLinkage, "f", module);
    builder.CreateGlobalString("helper: nounwind\nf: param 0:zeroext\n", "yg.attributes", 0, module);
    builder.SetInsertPoint(llvm.BasicBlock.Create(context, "entry", f));
    const sum = builder.CreateAdd(f.getArg(0), builder.getInt64(1), "nsw.");
    builder.CreateCall(marker, [builder.getInt64(77), f.getArg(0)]);
    builder.CreateRet(builder.CreateCall(helper, [sum], "r"));

    withFolder((path) => {
      llvm.WriteBitcodeToFile(module, path("module.bc"));
      const ir = addon.printModule(addon.fold(path("module.bc")));
      expect(ir).toContain("define i64 @f(i64 zeroext %0)");
      expect(ir).toContain("%nsw. = add nsw i64 %0, 1");
      expect(ir).toContain('"statepoint-id"="77"');

      const session = new addon.Session();
      session.define({ helper: 0x1000n });
      for (let i = 0; i < 20; i++) {
        const added = session.add(path("module.bc"));
        expect(added.functions[0]!.name).toBe("f");
        expect(llvm.verifyModule(module)).toBe(false);
      }
    });
  });
});
