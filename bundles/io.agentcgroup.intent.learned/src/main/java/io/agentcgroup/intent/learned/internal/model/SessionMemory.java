package io.agentcgroup.intent.learned.internal.model;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one session has done so far. An agent repeats itself: the same test again and again, the same import in every
 * snippet; so what its own earlier calls took is the best yardstick. Not thread-safe.
 */
final class SessionMemory {

    /** More different commands than an agent types in a day; the longest unused are forgotten. */
    private static final int MOST_SCOPES = 256;

    /** What calls of one scope (a command, a signature, a class) have done in this session. */
    static final class Scope {
        final Chance bursts = new Chance();
        final LogMean seconds = new LogMean();
        long largestBytes;
        /** The last call was stopped at this size and none has got through since; 0 otherwise. */
        long notEnoughBytes;
    }

    private final Map<String, Scope> scopes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Scope> eldest) {
            return size() > MOST_SCOPES;
        }
    };

    private String root = "";

    /** @return the scope, or an empty one that is not kept */
    Scope look(String key) {
        Scope scope = scopes.get(key);
        return scope == null ? new Scope() : scope;
    }

    Scope scope(String key) {
        return scopes.computeIfAbsent(key, k -> new Scope());
    }

    /**
     * Names the repository by the first directory that this session was seen in, as long as calls stay below it. The file
     * system is not asked: the directory is the agent's, and may be one that never answers.
     *
     * @param directory where the call is started
     * @param changedTo where the command line goes first, or empty
     */
    String repository(String directory, String changedTo) {
        if (root.isEmpty()) {
            root = directory;
        }
        String started = isBelow(directory, root) ? root : directory;
        return !changedTo.startsWith("/") || isBelow(changedTo, started) ? started : started + " -> " + changedTo;
    }

    private static boolean isBelow(String directory, String parent) {
        return !parent.isEmpty() && (directory.equals(parent) || directory.startsWith(parent + "/"));
    }
}
