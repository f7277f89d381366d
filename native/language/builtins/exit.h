// SPDX-License-Identifier: MIT
#pragma once

namespace yl {

/** os.exit: the program ends at once, whatever it is doing. Comes out of Runtime::run. */
struct ExitProgram { int code; };

} // namespace yl
