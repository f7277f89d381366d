// SPDX-License-Identifier: MIT
/** Failures are made smaller without their cause getting lost. */
import { expect, it } from "vitest";
import { generateProgram } from "./generator.js";
import { shrink } from "./shrink.js";

it("keeps the statement that matters, and what is around it only if it must", async () => {
  const source = `local a = 1
for i = 1, 10 do
  if i > 5 then
    print("kept")
  else
    print("other")
  end
  a = a + i
end
print(a)
`;
  const small = await shrink(source, async (programs) => programs.map((program) => program.includes('"kept"')));
  expect(small).toBe('print("kept")\n');
});

it("keeps a construct whole when its head is what matters", async () => {
  const source = "local x\nwhile cond() do x = 1\n  a()\n  b()\nend\nreturn x\n";
  const small = await shrink(source, async (programs) => programs.map((program) => /while[\s\S]*\nend\n/.test(program)));
  expect(small).toBe("while cond() do x = 1\nend\n");
});

it("ends with the program itself when nothing can go", async () => {
  const source = generateProgram(2, "trace");
  const small = await shrink(source, async (programs) => programs.map(() => false));
  expect(small).toBe(source);
});
