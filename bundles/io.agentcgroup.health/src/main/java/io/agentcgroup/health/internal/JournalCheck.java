package io.agentcgroup.health.internal;

import io.agentcgroup.api.Quantity;
import io.agentcgroup.api.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.hc.api.FormattingResultLog;
import org.apache.felix.hc.api.HealthCheck;
import org.apache.felix.hc.api.Result;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;

/** Can it be written down what happened? */
@Component(service = HealthCheck.class, configurationPid = Settings.PID, property = {HealthCheck.NAME + "=journal", HealthCheck.TAGS + "=agentcgroup"})
public final class JournalCheck implements HealthCheck {

    private static final String LOST = "journal_lost_total";

    private final Settings settings;
    private final Path folder;
    private final Journal journal;

    @Activate
    public JournalCheck(HealthConfig config, BundleContext context, @Reference(cardinality = ReferenceCardinality.OPTIONAL) Journal journal) {
        this(Settings.of(config), Path.of(Optional.ofNullable(context.getProperty("agentcgroup.state")).orElse("/var/lib/agentcgroup")), journal);
    }

    JournalCheck(Settings settings, Path folder, Journal journal) {
        this.settings = settings;
        this.folder = folder;
        this.journal = journal;
    }

    @Override
    public Result execute() {
        FormattingResultLog log = new FormattingResultLog();
        if (journal == null) {
            log.critical("the journal is not there, calls run without a domain until it is back; the log says why");
        } else {
            long lost = journal.counters().getOrDefault(LOST, 0L);
            if (lost > 0) {
                log.warn("{} lines were given up since the daemon started, because they could not be written", lost);
            }
        }
        try {
            // A full disk, a quota and a read-only mount all show only when something is written.
            Path probe = Files.createTempFile(folder, ".health", null);
            Files.write(probe, new byte[] {'\n'});
            Files.delete(probe);
            room(log, Files.getFileStore(folder).getUsableSpace());
        } catch (IOException e) {
            log.critical("{} cannot be written: {}; lines wait in memory", folder, e.toString());
        }
        return new Result(log);
    }

    private void room(FormattingResultLog log, long bytes) {
        String room = Quantity.formatBytes(bytes);
        if (bytes < settings.diskCriticalBytes()) {
            log.critical("{} has {} of room left: make room, or let the journal keep less (rotate.bytes, keep.files)", folder, room);
        } else if (bytes < settings.diskWarningBytes()) {
            log.warn("{} has {} of room left", folder, room);
        } else {
            log.info("{} can be written and has {} of room", folder, room);
        }
    }
}
