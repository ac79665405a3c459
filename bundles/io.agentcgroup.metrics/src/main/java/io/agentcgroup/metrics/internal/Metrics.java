package io.agentcgroup.metrics.internal;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one scrape sees, put together point by point. Names get the prefix {@code agentcgroup_}. */
final class Metrics {

    private static final String PREFIX = "agentcgroup_";

    private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
    private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();

    /** @param labels names and values in turn */
    void gauge(String name, String help, double value, String... labels) {
        gauges.computeIfAbsent(name, key -> GaugeSnapshot.builder().name(PREFIX + name).help(help))
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    }

    /**
     * @param name without {@code _total}, which is added
     * @param labels names and values in turn
     */
    void counter(String name, String help, double value, String... labels) {
        counters.computeIfAbsent(name, key -> CounterSnapshot.builder().name(PREFIX + name).help(help))
                .dataPoint(CounterDataPointSnapshot.builder().value(value).labels(Labels.of(labels)).build());
    }

    MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder();
        gauges.values().forEach(gauge -> all.metricSnapshot(gauge.build()));
        counters.values().forEach(counter -> all.metricSnapshot(counter.build()));
        return all.build();
    }
}
