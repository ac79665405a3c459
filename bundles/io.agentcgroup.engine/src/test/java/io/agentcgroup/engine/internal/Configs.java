package io.agentcgroup.engine.internal;

import java.lang.reflect.Proxy;
import java.util.Map;

/** The configuration as the framework would make it. */
final class Configs {

    private Configs() {
    }

    /** @param values by method name; all others are the defaults */
    static Settings settings(Map<String, Object> values) {
        return Settings.of((EngineConfig) Proxy.newProxyInstance(Configs.class.getClassLoader(), new Class<?>[] {EngineConfig.class},
                (proxy, method, args) -> values.getOrDefault(method.getName(), method.getDefaultValue())));
    }
}
