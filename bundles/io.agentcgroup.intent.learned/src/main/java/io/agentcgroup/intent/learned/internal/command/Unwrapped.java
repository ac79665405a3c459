package io.agentcgroup.intent.learned.internal.command;

import io.agentcgroup.intent.learned.internal.shell.ShellCommands;
import io.agentcgroup.intent.learned.internal.shell.SimpleCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes off what only starts another command: {@code sudo}, {@code env A=b}, {@code timeout 60}, {@code xargs},
 * {@code bash -c '...'}, {@code uv run}, {@code npx}. The option lists are those of the manual pages (coreutils, findutils,
 * sudo, uv, npm).
 */
final class Unwrapped {

    /** {@code sudo env nice timeout 60 bash -c '...'} is five; more is a game. */
    private static final int DEEPEST = 8;

    /** Wrapper to the options of it that take a value in the next word. */
    private static final Map<String, Set<String>> WRAPPERS = Map.ofEntries(
            Map.entry("sudo", Set.of("-u", "-g", "-h", "-p", "-C", "-D", "-r", "-t", "-T", "-U")),
            Map.entry("doas", Set.of("-u", "-C")),
            Map.entry("env", Set.of("-u", "-C", "-S", "--unset", "--chdir")),
            Map.entry("nice", Set.of("-n", "--adjustment")),
            Map.entry("ionice", Set.of("-c", "-n", "-p")),
            Map.entry("timeout", Set.of("-k", "-s", "--kill-after", "--signal")),
            Map.entry("stdbuf", Set.of("-i", "-o", "-e")),
            Map.entry("xargs", Set.of("-I", "-n", "-P", "-L", "-s", "-d", "-a", "-E", "--max-args", "--max-procs")),
            Map.entry("setsid", Set.of()),
            Map.entry("nohup", Set.of()),
            Map.entry("time", Set.of("-o", "-f")),
            Map.entry("command", Set.of()),
            Map.entry("builtin", Set.of()),
            Map.entry("exec", Set.of("-a")),
            Map.entry("taskset", Set.of()),
            Map.entry("xvfb-run", Set.of("-n", "-s", "-e", "-f", "-p", "-w")));

    /** Wrappers whose first plain word is a value of their own, such as the 60 of {@code timeout 60}. */
    private static final Set<String> OWN_OPERAND = Set.of("timeout", "taskset");

    /** Runners of other people's programs: the words that must follow, then options, then the program. */
    private static final Map<String, Set<String>> RUNNERS = Map.ofEntries(
            Map.entry("uv", Set.of("run")), Map.entry("poetry", Set.of("run")), Map.entry("pipenv", Set.of("run")),
            Map.entry("pdm", Set.of("run")), Map.entry("hatch", Set.of("run")), Map.entry("rye", Set.of("run")),
            Map.entry("pixi", Set.of("run")), Map.entry("conda", Set.of("run")), Map.entry("pnpm", Set.of("exec", "dlx")),
            Map.entry("npm", Set.of("exec")), Map.entry("yarn", Set.of("dlx", "exec")), Map.entry("bundle", Set.of("exec")),
            Map.entry("coverage", Set.of("run")));

    /** Runners that need no second word. */
    private static final Set<String> DIRECT_RUNNERS = Set.of("npx", "uvx", "pipx-run", "bunx");

    private static final Set<String> RUNNER_VALUE_OPTIONS = Set.of("-p", "--package", "-n", "--name", "--with", "--python",
            "--extra", "--group", "--project", "--directory", "-C", "--source", "--rcfile");

    private static final Set<String> SHELLS = Set.of("bash", "sh", "dash", "zsh", "ksh", "busybox");
    private static final Pattern SHELL_C = Pattern.compile("-[a-z]*c[a-z]*");
    private static final Pattern ASSIGNMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=.*", Pattern.DOTALL);

    private Unwrapped() {
    }

    /** @return the commands that do the work, in order */
    static List<SimpleCommand> commandsOf(String commandLine) {
        List<SimpleCommand> result = new ArrayList<>();
        for (SimpleCommand command : ShellCommands.of(commandLine)) {
            unwrap(command, DEEPEST, result);
        }
        return result;
    }

    private static void unwrap(SimpleCommand command, int levelsLeft, List<SimpleCommand> result) {
        List<String> words = command.words();
        String program = baseName(command.program());
        List<String> inner = null;
        if (levelsLeft == 0) {
            result.add(command);
            return;
        }
        if (SHELLS.contains(program) || program.equals("eval")) {
            String script = script(program, words);
            if (script != null) {
                for (SimpleCommand nested : ShellCommands.of(script)) {
                    unwrap(nested, levelsLeft - 1, result);
                }
                return;
            }
        } else if (WRAPPERS.containsKey(program)) {
            inner = afterOptions(words, 1, WRAPPERS.get(program), OWN_OPERAND.contains(program) ? 1 : 0);
        } else if (DIRECT_RUNNERS.contains(program)) {
            inner = afterOptions(words, 1, RUNNER_VALUE_OPTIONS, 0);
        } else if (words.size() > 2 && RUNNERS.getOrDefault(program, Set.of()).contains(words.get(1))) {
            inner = afterOptions(words, 2, RUNNER_VALUE_OPTIONS, 0);
            if (program.equals("coverage")) {
                inner = asPython(inner);
            }
        }
        if (inner == null || inner.isEmpty()) {
            result.add(command);
        } else {
            unwrap(new SimpleCommand(inner, command.piped()), levelsLeft - 1, result);
        }
    }

    /** {@code coverage run -m pytest} is {@code python -m pytest}. */
    private static List<String> asPython(List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("python"));
        words.addAll(arguments);
        return words;
    }

    private static String script(String program, List<String> words) {
        if (program.equals("eval")) {
            return words.size() > 1 ? String.join(" ", words.subList(1, words.size())) : null;
        }
        for (int i = 1; i < words.size() - 1 && words.get(i).startsWith("-"); i++) {
            if (SHELL_C.matcher(words.get(i)).matches()) {
                int next = i + 1;
                while (next < words.size() - 1 && words.get(next).startsWith("-")) {
                    next++;
                }
                return words.get(next);
            }
        }
        return null;
    }

    private static List<String> afterOptions(List<String> words, int from, Set<String> withValue, int ownOperands) {
        int i = from;
        int operandsLeft = ownOperands;
        while (i < words.size()) {
            String word = words.get(i);
            if (word.equals("--")) {
                return words.subList(i + 1, words.size());
            } else if (word.equals("-m")) {
                return words.subList(i, words.size());
            } else if (withValue.contains(word)) {
                i += 2;
            } else if (word.startsWith("-") || ASSIGNMENT.matcher(word).matches()) {
                i++;
            } else if (operandsLeft > 0) {
                operandsLeft--;
                i++;
            } else {
                return words.subList(i, words.size());
            }
        }
        return List.of();
    }

    static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
