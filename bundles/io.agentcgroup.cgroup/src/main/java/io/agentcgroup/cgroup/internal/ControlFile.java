package io.agentcgroup.cgroup.internal;

/** Every control file that the tree reads or writes: the one place that knows their names, owners and forms. */
enum ControlFile {
    CGROUP_CONTROLLERS("cgroup.controllers", Controller.CORE, Form.WORDS),
    CGROUP_EVENTS("cgroup.events", Controller.CORE, Form.FLAT_KEYED),
    CGROUP_FREEZE("cgroup.freeze", Controller.CORE, Form.VALUE),
    CGROUP_KILL("cgroup.kill", Controller.CORE, Form.VALUE),
    CGROUP_PROCS("cgroup.procs", Controller.CORE, Form.LINES),
    CGROUP_SUBTREE_CONTROL("cgroup.subtree_control", Controller.CORE, Form.WORDS),

    CPU_STAT("cpu.stat", Controller.CORE, Form.FLAT_KEYED),
    CPU_MAX("cpu.max", Controller.CPU, Form.WORDS),
    CPU_WEIGHT("cpu.weight", Controller.CPU, Form.VALUE),

    CPU_PRESSURE("cpu.pressure", Controller.CORE, Form.PRESSURE),
    IO_PRESSURE("io.pressure", Controller.CORE, Form.PRESSURE),
    MEMORY_PRESSURE("memory.pressure", Controller.CORE, Form.PRESSURE),

    IO_WEIGHT("io.weight", Controller.IO, Form.FLAT_KEYED),

    MEMORY_CURRENT("memory.current", Controller.MEMORY, Form.VALUE),
    MEMORY_EVENTS("memory.events", Controller.MEMORY, Form.FLAT_KEYED),
    MEMORY_EVENTS_LOCAL("memory.events.local", Controller.MEMORY, Form.FLAT_KEYED),
    MEMORY_HIGH("memory.high", Controller.MEMORY, Form.VALUE),
    MEMORY_LOW("memory.low", Controller.MEMORY, Form.VALUE),
    MEMORY_MAX("memory.max", Controller.MEMORY, Form.VALUE),
    MEMORY_MIN("memory.min", Controller.MEMORY, Form.VALUE),
    MEMORY_OOM_GROUP("memory.oom.group", Controller.MEMORY, Form.VALUE),
    MEMORY_PEAK("memory.peak", Controller.MEMORY, Form.VALUE),
    MEMORY_RECLAIM("memory.reclaim", Controller.MEMORY, Form.VALUE),
    MEMORY_STAT("memory.stat", Controller.MEMORY, Form.FLAT_KEYED),
    MEMORY_SWAP_CURRENT("memory.swap.current", Controller.MEMORY, Form.VALUE),
    MEMORY_SWAP_MAX("memory.swap.max", Controller.MEMORY, Form.VALUE),

    PIDS_CURRENT("pids.current", Controller.PIDS, Form.VALUE),
    PIDS_EVENTS("pids.events", Controller.PIDS, Form.FLAT_KEYED),
    /** Since Linux 6.10. */
    PIDS_EVENTS_LOCAL("pids.events.local", Controller.PIDS, Form.FLAT_KEYED),
    PIDS_MAX("pids.max", Controller.PIDS, Form.VALUE),
    PIDS_PEAK("pids.peak", Controller.PIDS, Form.VALUE);

    /** How the text of a file is laid out, in the words of the kernel's documentation. */
    enum Form {
        /** One value; {@code max} for no limit. Memory is in bytes. */
        VALUE,
        /** Values in one line, separated by spaces. */
        WORDS,
        /** One value a line. */
        LINES,
        /** A key and a value a line; times in microseconds. */
        FLAT_KEYED,
        /** Pressure stall information: {@code some} and {@code full}, totals in microseconds. */
        PRESSURE
    }

    private final String fileName;
    private final Controller controller;
    private final Form form;

    ControlFile(String fileName, Controller controller, Form form) {
        this.fileName = fileName;
        this.controller = controller;
        this.form = form;
    }

    String fileName() {
        return fileName;
    }

    /** @return without whom the file does not exist */
    Controller controller() {
        return controller;
    }

    Form form() {
        return form;
    }
}
