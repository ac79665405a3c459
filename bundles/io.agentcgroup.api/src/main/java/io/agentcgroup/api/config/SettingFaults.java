package io.agentcgroup.api.config;

import java.util.List;

/** What is wrong with what the operator wrote. Thread-safe. */
public interface SettingFaults {

    /** @return what is wrong now, a sentence each, with file, line and what would be right; empty when all is well */
    List<String> faults();
}
