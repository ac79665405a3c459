package io.agentcgroup.intent.learned.internal.model;

import io.agentcgroup.intent.learned.internal.command.CommandClass;
import io.agentcgroup.intent.learned.internal.command.Signature;
import io.agentcgroup.intent.learned.internal.command.SignatureReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Predicts a call from earlier calls, and learns from its outcome. Plain Java, no framework: the evaluation runs the same
 * class. Thread-safe.
 *
 * <p>Two questions, each answered by backing off from the particular to the general:
 * <ol>
 * <li><b>Will it burst?</b> Counts per class, class and situation, program and subcommand, exact command in this repository,
 * then this session's own counts; each level is the Beta prior of the next.
 * <li><b>How big is a burst?</b> Sketches of sizes for everything, the class, program and subcommand, exact command. Where
 * there is a yardstick, a burst of the same command, signature or class in this session, or of the same command in this
 * repository before, sketches of <em>how much larger or smaller than the yardstick</em> the next burst was. These ratios
 * are alike over projects, so what one session taught holds in the next one.
 * </ol>
 * A call that was stopped at its limit is a censored observation: it counts as what such a call, known to need more, would
 * most likely have needed; and the same command in the same session is not granted that size again.
 */
public final class DemandLearner {

    // Weights of a general level against a particular one, in observations. Chosen on held-out tasks (see README): flat
    // between 4 and 20, so round.
    private static final double CHANCE_PRIOR = 10;
    private static final double SIZE_PRIOR = 10;
    private static final double SESSION_PRIOR = 10;
    private static final double SECONDS_PRIOR = 2;

    /** Before anything was seen: one call in five bursts, to 75 MB give or take a factor of two, and runs six seconds. */
    private static final double FIRST_CHANCE = 0.2;
    private static final double FIRST_SIZE_BYTES = 75L << 20;
    private static final double FIRST_SIGMA = 0.6;
    private static final double FIRST_LOG_SECONDS = Math.log(6);

    /** One burst in twenty outgrows what sketches of few observations show, by a factor of 1.5 on average. */
    private static final double TAIL_PART = 0.05;
    private static final double TAIL_LENGTH_LOG = 0.4;

    /** A stopped call is not tried again with less than a quarter more. */
    private static final double STEP_AFTER_STOP = 1.25;

    /** Agents come and go; the sessions unused for longest are forgotten. A session is at most 256 scopes of 200 bytes. */
    private static final int MOST_SESSIONS = 256;

    /** Copied in about as long as a prediction takes. */
    private static final int NODES_IN_A_SLICE = 16;

    private final Knowledge knowledge;
    private final Map<String, SessionMemory> sessions = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, SessionMemory> eldest) {
            return size() > MOST_SESSIONS;
        }
    };

    /** @param knowledge what was learned before; owned by this object from now on */
    public DemandLearner(Knowledge knowledge) {
        this.knowledge = knowledge;
    }

    /**
     * What a call is looked up by.
     *
     * @param situation {@code own}, {@code kin} or {@code earlier} by where the yardstick comes from, {@code none} without
     * @param yardstickBytes a burst to compare with; 0 without
     * @param basis the yardstick in words
     */
    private record Context(Signature signature, String repository, SessionMemory session, String situation,
            double yardstickBytes, String basis) {

        String className() {
            return signature.commandClass().name();
        }

        String exactKey() {
            return Knowledge.EXACT + repository + '|' + signature.exact();
        }

        String programKey() {
            return Knowledge.PROGRAM + signature.name();
        }

        /** Persistent levels of the chance, general first. */
        List<String> chanceKeys() {
            return List.of("class|" + className(), "situation|" + className() + '|' + situation, programKey(), exactKey());
        }

        /** Persistent levels of absolute sizes, general first. */
        List<String> sizeKeys() {
            return List.of("all", "class|" + className(), programKey(), exactKey());
        }

        /** Persistent levels of sizes by the yardstick, general first. */
        List<String> ratioKeys() {
            return yardstickBytes > 0 ? List.of("ratio|" + situation, "ratio|" + situation + '|' + className()) : List.of();
        }

        /** This session's levels, general first. */
        List<String> sessionKeys() {
            return List.of("class|" + className(), programKey());
        }
    }

    /**
     * Takes well under a millisecond, whatever the command.
     *
     * @param session whose call it is
     * @param directory where it is started; the first of a session names its repository
     * @param command the command line
     */
    public Prediction predict(String session, String directory, String command) {
        Signature signature = SignatureReader.read(command);
        synchronized (this) {
            return predict(context(session, directory, signature));
        }
    }

    private Prediction predict(Context context) {
        Density burst = burst(context);
        double chance = chance(context);
        long notEnough = context.session.look(context.exactKey()).notEnoughBytes;
        if (notEnough > 0) {
            burst.cutUpTo(Math.round(notEnough * STEP_AFTER_STOP));
            chance = 1;
        }
        return new Prediction(context.signature, chance, burst, seconds(context), cores(context), evidence(context),
                notEnough > 0 ? "it was stopped at " + (notEnough >> 20) + " MB before" : context.basis);
    }

    private double chance(Context context) {
        double chance = FIRST_CHANCE;
        for (String key : context.chanceKeys()) {
            Node node = knowledge.find(key);
            chance = node == null ? chance : node.bursts.given(chance, CHANCE_PRIOR);
        }
        for (String key : context.sessionKeys()) {
            chance = context.session.look(key).bursts.given(chance, SESSION_PRIOR);
        }
        return chance;
    }

    private Density burst(Context context) {
        Density density = Density.logNormal(FIRST_SIZE_BYTES, FIRST_SIGMA, Prediction.FLOOR_BYTES);
        for (String key : context.sizeKeys()) {
            mixIn(density, key, 1);
        }
        for (String key : context.ratioKeys()) {
            mixIn(density, key, context.yardstickBytes);
        }
        density.addTail(TAIL_PART, TAIL_LENGTH_LOG);
        return density;
    }

    private void mixIn(Density density, String key, double unitBytes) {
        Node node = knowledge.find(key);
        if (node != null) {
            density.mixIn(node.sizes, unitBytes, SIZE_PRIOR);
        }
    }

    private double seconds(Context context) {
        double log = FIRST_LOG_SECONDS;
        for (String key : context.sizeKeys()) {
            Node node = knowledge.find(key);
            log = node == null ? log : node.seconds.logGiven(log, SECONDS_PRIOR);
        }
        log = context.session.look("all").seconds.logGiven(log, SECONDS_PRIOR);
        for (String key : context.sessionKeys()) {
            log = context.session.look(key).seconds.logGiven(log, SECONDS_PRIOR);
        }
        return Math.exp(log);
    }

    /** The most particular level with at least three observations speaks for CPU; fewer are chance. */
    private OptionalDouble cores(Context context) {
        List<String> keys = context.sizeKeys();
        for (int i = keys.size() - 1; i >= 0; i--) {
            Node node = knowledge.find(keys.get(i));
            if (node != null && node.cores.weight() >= 3) {
                return OptionalDouble.of(Math.max(0.01, node.cores.quantile(0.9)));
            }
        }
        return OptionalDouble.empty();
    }

    /** Calls of the same program and subcommand count in full, calls of the class a tenth. */
    private double evidence(Context context) {
        Node program = knowledge.find(context.programKey());
        Node sameClass = knowledge.find("class|" + context.className());
        return (program == null ? 0 : program.bursts.times) + (sameClass == null ? 0 : 0.1 * sameClass.bursts.times);
    }

    private Context context(String sessionName, String directory, Signature signature) {
        SessionMemory session = sessions.computeIfAbsent(sessionName, name -> new SessionMemory());
        String repository = session.repository(directory, signature.directory());
        Context bare = new Context(signature, repository, session, "none", 0, "such calls of all sessions");
        record Place(String situation, String key, String basis) {
        }
        List<Place> places = new ArrayList<>(List.of(new Place("own", bare.exactKey(), "this command in this session"),
                new Place("own", bare.programKey(), "earlier " + signature.name() + " in this session"),
                new Place("own", "class|" + bare.className(), "earlier calls of this class in this session")));
        if (signature.commandClass().loadsProject()) {
            places.add(new Place("kin", "project", "other calls that load this project in this session"));
        }
        for (Place place : places) {
            long largest = session.look(place.key).largestBytes;
            if (largest > 0) {
                return new Context(signature, repository, session, place.situation, largest, place.basis);
            }
        }
        return earlierInRepository(bare);
    }

    private Context earlierInRepository(Context bare) {
        Node node = knowledge.find(bare.exactKey());
        double size = node == null ? 0 : node.sizes.quantile(0.9);
        return size <= 0 ? bare
                : new Context(bare.signature, bare.repository, bare.session, "earlier", size, "this command in this repository");
    }

    /**
     * Learns from the end of a call that was described by the same three values when it began.
     */
    public void observe(String session, String directory, String command, Observation seen) {
        Signature signature = SignatureReader.read(command);
        synchronized (this) {
            Context context = context(session, directory, signature);
            if (seen.peakBytes().isPresent()) {
                learnMemory(context, seen.peakBytes().getAsLong(), seen.censored());
            }
            context.sizeKeys().forEach(key -> {
                Node node = knowledge.findOrCreate(key);
                node.seconds.add(seen.seconds());
                seen.cores().ifPresent(node.cores::add);
            });
            context.session.scope("all").seconds.add(seen.seconds());
            context.sessionKeys().forEach(key -> context.session.scope(key).seconds.add(seen.seconds()));
        }
    }

    private void learnMemory(Context context, long peakBytes, boolean censored) {
        long size = censored ? likelySize(context, peakBytes) : peakBytes;
        boolean burst = size > Prediction.FLOOR_BYTES;
        context.chanceKeys().forEach(key -> knowledge.findOrCreate(key).bursts.add(burst));
        if (burst) {
            context.sizeKeys().forEach(key -> knowledge.findOrCreate(key).sizes.add(size));
            context.ratioKeys().forEach(key -> knowledge.findOrCreate(key).sizes.add(size / context.yardstickBytes));
        }
        context.session.scope(context.exactKey()).notEnoughBytes = censored ? peakBytes : 0;
        rememberInSession(context, scope -> {
            scope.bursts.add(burst);
            scope.largestBytes = burst ? Math.max(scope.largestBytes, size) : scope.largestBytes;
        });
    }

    /** The median of what such calls need, given that it is more than {@code bytes}. */
    private long likelySize(Context context, long bytes) {
        Density density = burst(context);
        density.cutUpTo(Math.round(bytes * STEP_AFTER_STOP));
        return density.quantileBytes(0.5);
    }

    private void rememberInSession(Context context, Consumer<SessionMemory.Scope> change) {
        change.accept(context.session.scope(context.exactKey()));
        context.sessionKeys().forEach(key -> change.accept(context.session.scope(key)));
        CommandClass commandClass = context.signature.commandClass();
        if (commandClass.loadsProject()) {
            change.accept(context.session.scope("project"));
        }
    }

    /** @return how many signatures and classes are known */
    public synchronized int size() {
        return knowledge.size();
    }

    /** Adds what another host has learned. */
    public synchronized void merge(Knowledge other) {
        knowledge.merge(other);
    }

    /**
     * Copies all that is known, a slice at a time: calls that wait for a prediction meanwhile wait for a slice at most.
     *
     * @return as {@link KnowledgeDocument} describes it
     */
    public Map<String, Object> document() {
        List<String> keys;
        synchronized (this) {
            keys = knowledge.keys();
        }
        List<Object> nodes = new ArrayList<>(keys.size());
        for (int from = 0; from < keys.size(); from += NODES_IN_A_SLICE) {
            List<String> slice = keys.subList(from, Math.min(keys.size(), from + NODES_IN_A_SLICE));
            synchronized (this) {
                for (String key : slice) {
                    Node node = knowledge.find(key);
                    if (node != null) {
                        nodes.add(KnowledgeDocument.node(key, node));
                    }
                }
            }
        }
        return KnowledgeDocument.of(nodes);
    }
}
