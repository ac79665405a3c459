package io.agentcgroup.account.internal;

import io.agentcgroup.api.bpf.BpfException;
import io.agentcgroup.api.bpf.BpfLink;
import io.agentcgroup.api.bpf.BpfLoader;
import io.agentcgroup.api.bpf.BpfObject;
import io.agentcgroup.api.bpf.BpfPins;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The accounting programs in the kernel. They are pinned and go on counting without a daemon, and the next one finds
 * them: the same programs are left as they are, others replaced. While they are replaced both count for a moment.
 */
final class AccountPrograms {

    private static final Logger LOG = LoggerFactory.getLogger(AccountPrograms.class);

    private static final String FOLDER = "account";
    private static final String IMAGE = "/account.bpf.o";
    private static final String TOLD_MOST = "told_most";

    private AccountPrograms() {
    }

    /**
     * Puts them in force, if they are not.
     *
     * @param toldMost how many execs, forks and exits of a domain are told
     * @throws BpfException when the kernel refuses them
     */
    static void putInForce(BpfLoader loader, int toldMost) {
        try (BpfObject object = loader.open(FOLDER, image())) {
            object.initial(TOLD_MOST, toldMost);
            String pins = FOLDER + "/" + object.tag() + "-" + toldMost;
            if (object.programs().stream().allMatch(program -> loader.pins().exists(pins + "/" + program))) {
                return;
            }
            object.load();
            // What an interrupted start left there is incomplete.
            loader.pins().remove(pins);
            pin(loader.pins(), object.attachAll(), pins);
            removeOthers(loader.pins(), pins);
        }
    }

    private static void pin(BpfPins pins, List<BpfLink> links, String folder) {
        try {
            links.forEach(link -> link.pin(folder + "/" + link.name()));
        } catch (BpfException e) {
            pins.remove(folder);
            throw e;
        } finally {
            links.forEach(BpfLink::close);
        }
    }

    private static void removeOthers(BpfPins pins, String folder) {
        for (String other : pins.children(FOLDER)) {
            if (!folder.equals(FOLDER + "/" + other)) {
                LOG.info("the accounting programs {} were replaced", other);
                pins.remove(FOLDER + "/" + other);
            }
        }
    }

    private static byte[] image() {
        try (InputStream in = AccountPrograms.class.getResourceAsStream(IMAGE)) {
            if (in == null) {
                throw new IllegalStateException("this bundle was built without " + IMAGE);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
