package io.agentcgroup.intent.learned.internal.model;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link Knowledge} as maps and lists, ready for JSON: what is kept over restarts, and what hosts exchange. Sketches are in
 * DataSketches' own portable format, so other tools and languages can read them.
 */
public final class KnowledgeDocument {

    /** Changes when an older reader could not understand a document any more. */
    public static final String SCHEMA = "agentcgroup.learned/v1";

    private KnowledgeDocument() {
    }

    /** @return a node as it stands in the document */
    static Map<String, Object> node(String key, Node node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", key);
        fields.put("calls", node.bursts.times);
        fields.put("bursts", node.bursts.hits);
        fields.put("log_seconds_sum", node.seconds.sum);
        fields.put("log_seconds_weight", node.seconds.weight);
        fields.put("sizes", sketch(node.sizes));
        fields.put("cores", sketch(node.cores));
        return fields;
    }

    static Map<String, Object> of(List<Object> nodes) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("schema", SCHEMA);
        document.put("nodes", nodes);
        return document;
    }

    private static List<String> sketch(RecentSketch sketch) {
        return sketch.toBytes().stream().map(Base64.getEncoder()::encodeToString).toList();
    }

    /** @throws IllegalArgumentException if it is no such document; the message says why */
    public static Knowledge read(Map<String, ?> document) {
        if (!SCHEMA.equals(document.get("schema"))) {
            throw new IllegalArgumentException("its schema is " + document.get("schema") + ", not " + SCHEMA);
        }
        Knowledge knowledge = new Knowledge();
        try {
            for (Object entry : (List<?>) document.get("nodes")) {
                Map<?, ?> fields = (Map<?, ?>) entry;
                String key = (String) fields.get("key");
                knowledge.put(key, node(Knowledge.sketchK(key), fields));
            }
        } catch (RuntimeException e) {
            // The sketch library has no exception of its own for bytes that are no sketch.
            throw new IllegalArgumentException("a node cannot be read: " + e, e);
        }
        return knowledge;
    }

    private static Node node(int k, Map<?, ?> fields) {
        Node node = new Node(sketch(k, fields.get("sizes")), sketch(k, fields.get("cores")));
        node.bursts.times = count(fields.get("calls"));
        node.bursts.hits = Math.min(count(fields.get("bursts")), node.bursts.times);
        node.seconds.sum = finite(fields.get("log_seconds_sum"));
        node.seconds.weight = count(fields.get("log_seconds_weight"));
        return node;
    }

    private static RecentSketch sketch(int k, Object generations) {
        List<?> encoded = (List<?>) generations;
        return RecentSketch.fromBytes(k, Base64.getDecoder().decode((String) encoded.get(0)),
                Base64.getDecoder().decode((String) encoded.get(1)));
    }

    private static double count(Object value) {
        double count = finite(value);
        if (count < 0) {
            throw new IllegalArgumentException("a count is negative: " + count);
        }
        return count;
    }

    private static double finite(Object value) {
        double number = ((Number) value).doubleValue();
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("not a number: " + value);
        }
        return number;
    }
}
