package io.agentcgroup.intent.learned.internal.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that is kept over restarts: nodes by key, of which the longest unused ones are forgotten first. Classes are
 * touched by every call and so never among them. Not thread-safe.
 */
public final class Knowledge {

    /** 1.8 KB a node measured, 2.5 KB at most: the whole stays under 11 MB. */
    public static final int MOST_NODES = 4096;

    /** Keys of signatures begin with one of these. */
    static final String PROGRAM = "program|";
    static final String EXACT = "exact|";

    private final LinkedHashMap<String, Node> nodes = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Node> eldest) {
            return size() > MOST_NODES;
        }
    };

    /** @return what is known, or null */
    Node find(String key) {
        return nodes.get(key);
    }

    Node findOrCreate(String key) {
        return nodes.computeIfAbsent(key, k -> new Node(sketchK(k)));
    }

    /** Programs and exact commands are many, all other keys are classes in one way or another. */
    static int sketchK(String key) {
        return key.startsWith(PROGRAM) || key.startsWith(EXACT) ? RecentSketch.SMALL_K : RecentSketch.EXACT_K;
    }

    void put(String key, Node node) {
        nodes.put(key, node);
    }

    /** @return all keys, the longest unused first */
    List<String> keys() {
        return List.copyOf(nodes.keySet());
    }

    /** @return how many signatures and classes are known */
    public int size() {
        return nodes.size();
    }

    /** Adds what another host has learned, as if both had seen all calls. */
    public void merge(Knowledge other) {
        other.nodes.forEach((key, node) -> findOrCreate(key).merge(node));
    }
}
