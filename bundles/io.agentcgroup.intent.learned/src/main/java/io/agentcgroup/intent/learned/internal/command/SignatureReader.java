package io.agentcgroup.intent.learned.internal.command;

import static io.agentcgroup.intent.learned.internal.command.CommandClass.BUILD;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.INSTALL;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.INSTALL_FRESH;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.LOOK;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.NET;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.OTHER;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.RUN_IMPORT;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.RUN_LIGHT;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.RUN_SCRIPT;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.TEST;
import static io.agentcgroup.intent.learned.internal.command.CommandClass.VCS;

import io.agentcgroup.intent.learned.internal.shell.SimpleCommand;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reduces a command line to its {@link Signature}: finds the one command in it that does the heavy work and says what sort
 * of work that is.
 */
public final class SignatureReader {

    /** A key is kept for every signature; longer ones are cut and told apart by their hash. */
    private static final int LONGEST_EXACT = 120;

    /** Set the scene for what follows, or are done by the shell itself. */
    private static final Set<String> PLUMBING = Set.of("cd", "pushd", "popd", "source", ".", "export", "set", "unset",
            "shopt", "alias", "true", "false", ":", "echo", "printf", "pwd", "mkdir", "sleep", "wait", "trap", "return",
            "exit", "test", "[", "[[", "break", "continue", "local", "declare", "read", "ulimit", "umask", "activate");

    private static final Map<String, CommandClass> PROGRAMS = new HashMap<>();

    static {
        put(TEST, "pytest py.test tox nox nosetests nose nose2 unittest doctest ctest jest vitest mocha karma ava cypress"
                + " playwright rspec phpunit gotestsum cargo-nextest bats trial stestr runtests.py");
        put(BUILD, "make gmake ninja cmake meson bazel gcc g++ cc c++ clang clang++ ld rustc javac kotlinc scalac tsc webpack"
                + " vite rollup esbuild mvn mvnw gradle gradlew ant sbt mypy pyright pylint ruff flake8 black eslint prettier"
                + " configure dotnet msbuild swift ghc stack cabal py_compile compileall sphinx-build pre-commit");
        put(INSTALL, "pip pipx apt apt-get apk yum dnf brew conda mamba gem composer ensurepip easy_install dpkg rpm");
        put(VCS, "git gh hg svn glab");
        put(NET, "curl wget ssh scp rsync ping dig nslookup nc docker podman kubectl");
        put(LOOK, "ls cat grep egrep fgrep rg ag find fd head tail wc sed awk gawk tree which whereis type file stat du df"
                + " sort uniq cut tr diff cmp env printenv ps id whoami uname date hostname free top less more nl tee column"
                + " basename dirname realpath readlink md5sum sha256sum xxd od hexdump strings jq yq comm paste nproc lscpu"
                + " ldconfig ldd apt-cache lsof kill pgrep pkill");
        put(RUN_SCRIPT, "python node ruby perl php java deno bun lua Rscript julia pypy");
    }

    /** Programs whose second word says what they do, and the sort of work where it differs from the program's own. */
    private static final Map<String, Map<String, CommandClass>> SUBCOMMANDS = Map.ofEntries(
            Map.entry("pip", Map.of("show", LOOK, "list", LOOK, "freeze", LOOK, "check", LOOK, "config", LOOK, "debug", LOOK,
                    "help", LOOK)),
            Map.entry("apt", Map.of("list", LOOK, "show", LOOK, "search", LOOK)), Map.entry("apt-get", Map.of()),
            Map.entry("conda", Map.of("list", LOOK, "info", LOOK, "create", INSTALL_FRESH)), Map.entry("git", Map.of()),
            Map.entry("gh", Map.of()), Map.entry("docker", Map.of("build", BUILD, "run", RUN_SCRIPT)),
            Map.entry("npm", nodeScripts()), Map.entry("pnpm", nodeScripts()), Map.entry("yarn", nodeScripts()),
            Map.entry("bun", nodeScripts()),
            Map.entry("cargo", Map.of("test", TEST, "nextest", TEST, "bench", TEST, "build", BUILD, "check", BUILD, "clippy",
                    BUILD, "run", RUN_SCRIPT, "install", INSTALL, "fetch", INSTALL, "doc", BUILD)),
            Map.entry("go", Map.of("test", TEST, "build", BUILD, "vet", BUILD, "run", RUN_SCRIPT, "mod", INSTALL, "get",
                    INSTALL, "install", BUILD, "generate", BUILD)),
            Map.entry("uv", Map.of("pip", INSTALL, "sync", INSTALL, "add", INSTALL, "lock", INSTALL, "venv", INSTALL_FRESH)),
            Map.entry("poetry", Map.of("install", INSTALL, "add", INSTALL, "update", INSTALL, "lock", INSTALL)),
            Map.entry("make", Map.of("test", TEST, "check", TEST, "tests", TEST)),
            Map.entry("mvn", Map.of("test", TEST, "verify", TEST)), Map.entry("gradle", Map.of("test", TEST, "check", TEST)),
            Map.entry("mvnw", Map.of("test", TEST, "verify", TEST)),
            Map.entry("gradlew", Map.of("test", TEST, "check", TEST)), Map.entry("dotnet", Map.of("test", TEST)),
            Map.entry("swift", Map.of("test", TEST)), Map.entry("bazel", Map.of("test", TEST)),
            Map.entry("kubectl", Map.of()));

    private static final Set<String> ENVIRONMENT_MAKERS = Set.of("venv", "virtualenv");
    private static final Pattern PYTHON = Pattern.compile("(?:python|pypy)[0-9.]*");
    private static final Pattern PIP = Pattern.compile("pip[0-9.]+");

    /** Options of test runners that change what is printed and not what is run. */
    private static final Pattern OUTPUT_ONLY = Pattern
            .compile("-[vqsx]+|--tb=.*|--verbose|--quiet|--no-header|--no-cov|--color.*|-p|no:.*");

    private SignatureReader() {
    }

    private static void put(CommandClass commandClass, String programs) {
        for (String program : programs.split(" ")) {
            PROGRAMS.put(program, commandClass);
        }
    }

    private static Map<String, CommandClass> nodeScripts() {
        return Map.of("test", TEST, "t", TEST, "build", BUILD, "install", INSTALL, "i", INSTALL, "ci", INSTALL, "add", INSTALL,
                "run", RUN_SCRIPT, "start", RUN_SCRIPT, "ls", LOOK);
    }

    /** @return what the command is recognised by; never fails, whatever the text */
    public static Signature read(String commandLine) {
        List<SimpleCommand> commands = Unwrapped.commandsOf(commandLine);
        List<Signature> working = commands.stream()
                .filter(command -> !PLUMBING.contains(Unwrapped.baseName(command.program())))
                .map(SignatureReader::signature)
                .toList();
        if (working.isEmpty()) {
            working = commands.stream().map(SignatureReader::signature).toList();
        }
        Signature main = working.stream()
                .min(Comparator.comparing(Signature::commandClass))
                .orElse(new Signature(OTHER, "", "", "", "", ""));
        CommandClass commandClass = main.commandClass() == INSTALL && makesEnvironment(working)
                && working.stream().anyMatch(SignatureReader::fills) ? INSTALL_FRESH : main.commandClass();
        return new Signature(commandClass, main.executable(), main.program(), main.detail(), main.exact(),
                directory(commands));
    }

    private static boolean makesEnvironment(List<Signature> working) {
        return working.stream().anyMatch(signature -> ENVIRONMENT_MAKERS.contains(signature.program()));
    }

    private static boolean fills(Signature signature) {
        return signature.commandClass() == INSTALL && !ENVIRONMENT_MAKERS.contains(signature.program());
    }

    private static String directory(List<SimpleCommand> commands) {
        return commands.isEmpty() || !commands.get(0).program().equals("cd") || commands.get(0).arguments().isEmpty() ? ""
                : commands.get(0).arguments().get(0);
    }

    private static Signature signature(SimpleCommand command) {
        String executable = executable(command.program());
        List<String> arguments = command.arguments();
        if (PYTHON.matcher(executable).matches()) {
            return python(arguments, exact(command));
        }
        return program(executable, executable, arguments, exact(command));
    }

    private static String executable(String path) {
        String name = Unwrapped.baseName(path);
        return PYTHON.matcher(name).matches() ? "python" : PIP.matcher(name).matches() ? "pip" : bounded(name);
    }

    private static Signature python(List<String> arguments, String exact) {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("-m") && i + 1 < arguments.size()) {
                String module = arguments.get(i + 1);
                return program("python", bounded(module.split("\\.", 2)[0]), arguments.subList(i + 2, arguments.size()),
                        exact);
            } else if (argument.equals("-c") && i + 1 < arguments.size()) {
                String modules = PythonCode.modules(arguments.get(i + 1));
                return new Signature(modules.isEmpty() ? RUN_LIGHT : RUN_IMPORT, "python", "python", bounded("-c " + modules),
                        exact, "");
            } else if (!argument.startsWith("-")) {
                return script(argument, arguments.subList(i + 1, arguments.size()), exact);
            }
        }
        return new Signature(arguments.isEmpty() ? RUN_IMPORT : RUN_LIGHT, "python", "python", "", exact, "");
    }

    private static Signature script(String path, List<String> arguments, String exact) {
        String name = bounded(Unwrapped.baseName(path));
        if (name.equals("manage.py") || name.equals("setup.py")) {
            CommandClass commandClass = arguments.contains("test") ? TEST
                    : name.equals("setup.py") ? INSTALL : RUN_SCRIPT;
            return new Signature(commandClass, "python", name, arguments.isEmpty() ? "" : bounded(arguments.get(0)), exact, "");
        }
        return new Signature(PROGRAMS.getOrDefault(name, RUN_SCRIPT), "python", "python", name, exact, "");
    }

    private static Signature program(String executable, String program, List<String> arguments, String exact) {
        if (ENVIRONMENT_MAKERS.contains(program)) {
            return new Signature(INSTALL, executable, program, "", exact, "");
        }
        Map<String, CommandClass> subcommands = SUBCOMMANDS.get(program);
        if (subcommands != null) {
            String subcommand = arguments.stream().filter(a -> !a.startsWith("-")).findFirst().orElse("");
            CommandClass own = PROGRAMS.getOrDefault(program, OTHER);
            CommandClass commandClass = subcommands.getOrDefault(subcommand, subcommand.isEmpty() && own == INSTALL ? LOOK : own);
            return new Signature(commandClass, executable, program, bounded(subcommand), exact, "");
        }
        CommandClass commandClass = PROGRAMS.getOrDefault(program, OTHER);
        return new Signature(commandClass, executable, program, commandClass == TEST ? scope(arguments) : "", exact, "");
    }

    /** How much a test runner is asked for: one test, files, folders, everything. */
    private static String scope(List<String> arguments) {
        List<String> targets = arguments.stream()
                .filter(a -> !a.startsWith("-") && (a.contains("/") || a.contains("::") || a.contains(".")))
                .toList();
        if (targets.isEmpty()) {
            return "all";
        }
        String first = targets.get(0);
        return first.contains("::") ? "one" : first.matches(".*\\.[a-z]{1,4}") ? "file" : "folder";
    }

    private static String exact(SimpleCommand command) {
        return bounded(command.words().stream()
                .filter(word -> !OUTPUT_ONLY.matcher(word).matches())
                .collect(Collectors.joining(" ")));
    }

    private static String bounded(String text) {
        return text.length() <= LONGEST_EXACT ? text
                : text.substring(0, LONGEST_EXACT) + '#' + Integer.toHexString(text.hashCode());
    }
}
