# SPDX-License-Identifier: MIT
#
# gdb commands for stacks that are not running. Load with `source yugong-gdb.py` (or gdb -x).
#
#   yugong stacks        a line for each stack that the process publishes (YG_PUBLISH_STACKS or yg_stack_publish)
#   yugong bt N          the frames of stack N of that list; `yugong bt all` those of every suspended one
#   yugong bt ADDRESS    the frames of the suspended yg_stack at this address, whether published or not
#
# Nothing in the process is changed, so this works on core files too: an unwinder, which is on only while a command walks, says that the
# caller of the innermost frame is the top of the suspended stack. From there, gdb goes on by the CFI of yugong's assembly and of the
# registered code (YG_PUBLISH_GDB).
import gdb
import gdb.unwinder

WORD = 8
# Offsets in yg_stack, and in the SS top that its sp points to (layout.h). They are words so that no debug information is needed.
STACK_SP, STACK_START, STACK_SIZE = 0, 8, 16
LIST_NEXT, LIST_STACK, LIST_NAME = 0, 16, 24


def read_word(address):
    memory = gdb.selected_inferior().read_memory(address, WORD)
    return int.from_bytes(memory.tobytes(), "little")


def read_string(address):
    return gdb.Value(address).cast(gdb.lookup_type("char").pointer()).string()


def symbol_at(address):
    """The name of the function at an address, without the offset; None when there is none."""
    text = gdb.execute("info symbol %d" % address, to_string=True)
    return None if text.startswith("No symbol") else text.split(" + ")[0].split(" in section")[0]


class Stack:
    def __init__(self, number, address, name):
        self.number, self.address, self.name = number, address, name
        self.sp = read_word(address + STACK_SP)
        self.start = read_word(address + STACK_START)
        self.size = read_word(address + STACK_SIZE)

    @property
    def suspended(self):
        return self.sp != 0

    def describe(self):
        text = "#%-3d %#x %-16s" % (self.number, self.address, self.name or "-")
        if not self.suspended:
            return text + " running"
        if self.size == 0:
            return text + " suspended (a thread's own stack)"
        return text + " suspended, %d of %d bytes used" % (self.start + self.size - self.sp, self.size)


def published_stacks():
    try:
        head = int(gdb.parse_and_eval("(unsigned long) &yg_debug_stacks"))
    except gdb.error:
        raise gdb.GdbError("This program has no symbol yg_debug_stacks: it does not use yugong, or has no symbols.")
    entries, entry = [], read_word(head)
    while entry != 0:
        name = read_word(entry + LIST_NAME)
        entries.append((read_word(entry + LIST_STACK), read_string(name) if name else ""))
        entry = read_word(entry + LIST_NEXT)
    entries.reverse()  # oldest first, so that numbers stay when stacks are added
    return [Stack(number, address, name) for number, (address, name) in enumerate(entries)]


class FrameId:
    def __init__(self, sp, pc):
        self.sp, self.pc = sp, pc


class SuspendedStackUnwinder(gdb.unwinder.Unwinder):
    """The caller of the innermost frame is what resumes at the word that `sp` points to; None: this unwinder is not asked."""

    def __init__(self):
        super().__init__("yugong-suspended-stack")
        self.sp = None

    def __call__(self, pending_frame):
        if self.sp is None or (hasattr(pending_frame, "level") and pending_frame.level() != 0):
            return None
        sp, self.sp = self.sp, None
        # Below the stack's frames, so that they do not look as if they lay the wrong way round.
        info = pending_frame.create_unwind_info(FrameId(gdb.Value(sp - WORD), gdb.Value(0)))
        word = gdb.lookup_type("unsigned long")
        info.add_saved_register("rip", gdb.Value(read_word(sp)).cast(word))
        info.add_saved_register("rsp", gdb.Value(sp + WORD).cast(word))
        for register in ("rbp", "rbx", "r12", "r13", "r14", "r15"):
            info.add_saved_register(register, pending_frame.read_register(register))
        return info


UNWINDER = SuspendedStackUnwinder()
gdb.unwinder.register_unwinder(None, UNWINDER, replace=True)


def line_of(frame):
    sal = frame.find_sal()
    return " at %s:%d" % (sal.symtab.filename, sal.line) if sal.symtab and sal.line else ""


def frames_of(sp):
    """One text for each frame, innermost first."""
    selected = gdb.selected_frame()
    level = selected.level() if hasattr(selected, "level") else 0
    texts = []
    gdb.invalidate_cached_frames()
    UNWINDER.sp = sp
    try:
        frame = gdb.newest_frame().older()
        while frame is not None and frame.is_valid():
            pc = frame.pc()
            name = frame.name() or "??"
            text = "%#x in %s%s" % (pc, name, line_of(frame))
            # Exactly there: once the function runs, it will return to another place.
            if (symbol_at(pc) or "").lstrip("_") in ("yg_func_begin_resume", "yg_payload_begin"):
                text += pending_function(frame)
            texts.append(text)
            reason = frame.unwind_stop_reason()
            older = frame.older()
            if older is None and reason not in (gdb.FRAME_UNWIND_NO_REASON, gdb.FRAME_UNWIND_OUTERMOST):
                texts.append("gdb stops here: " + gdb.frame_stop_reason_string(reason))
            frame = older
    finally:
        UNWINDER.sp = None
        gdb.invalidate_cached_frames()
        gdb.execute("frame %d" % level, to_string=True)
    return texts


def pending_function(frame):
    """A frame that has been pushed and not begun: its slot is followed by the function."""
    try:
        function = read_word(int(frame.read_register("rsp")))
    except gdb.error:
        return ""
    return ", will call " + (symbol_at(function) or "%#x" % function)


def print_frames(stack):
    for number, text in enumerate(frames_of(stack.sp)):
        print("#%-3d %s" % (number, text))


class YugongCommand(gdb.Command):
    """Stacks of the yugong library."""

    def __init__(self):
        super().__init__("yugong", gdb.COMMAND_STACK, prefix=True)


class StacksCommand(gdb.Command):
    """List the published stacks."""

    def __init__(self):
        super().__init__("yugong stacks", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        stacks = published_stacks()
        if not stacks:
            print("No stacks are published (yg_publish_options with YG_PUBLISH_STACKS, or yg_stack_publish).")
        for stack in stacks:
            print(stack.describe())


class BacktraceCommand(gdb.Command):
    """The frames of a suspended stack: yugong bt NUMBER | all | ADDRESS."""

    def __init__(self):
        super().__init__("yugong bt", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        if argument == "all":
            for stack in published_stacks():
                print(stack.describe())
                if stack.suspended:
                    print_frames(stack)
            return
        if not argument:
            raise gdb.GdbError("Which stack? yugong bt NUMBER | all | ADDRESS")
        value = int(gdb.parse_and_eval("(unsigned long) (%s)" % argument))
        stacks = published_stacks() if value < 1 << 20 else []
        if stacks and value < len(stacks):
            stack = stacks[value]
        elif value >= 1 << 20:
            stack = Stack(0, value, "")
        else:
            raise gdb.GdbError("There is no stack %d." % value)
        if not stack.suspended:
            raise gdb.GdbError("The stack is running: see `thread apply all bt`.")
        print_frames(stack)


YugongCommand()
StacksCommand()
BacktraceCommand()
