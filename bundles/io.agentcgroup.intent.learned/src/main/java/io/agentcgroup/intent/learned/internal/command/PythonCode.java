package io.agentcgroup.intent.learned.internal.command;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a piece of Python text imports. It is what decides its memory: {@code import re} costs nothing, {@code import
 * pandas} a hundred megabytes, and the project's own package whatever it drags in.
 */
final class PythonCode {

    /** Three name the piece; a longer list would make every snippet its own. */
    private static final int MOST_MODULES = 3;

    /** The possessive quantifiers keep a hostile text from backtracking. */
    private static final Pattern IMPORT = Pattern
            .compile("(?:^|[\\n;])[ \\t]*+(?:from[ \\t]++([\\w.]++)[ \\t]++import|import[ \\t]++([\\w.]++(?:[ \\t]*+,[ \\t]*+[\\w.]++)*+))");

    /** The modules of the standard library that agents import most; a missing one only makes a snippet look heavier. */
    private static final Set<String> STANDARD = Set.of("__future__", "abc", "argparse", "ast", "asyncio", "base64",
            "builtins", "codecs", "collections", "concurrent", "configparser", "contextlib", "copy", "csv", "ctypes",
            "dataclasses", "datetime", "decimal", "difflib", "dis", "email", "enum", "errno", "fnmatch", "fractions",
            "functools", "gc", "getpass", "gettext", "glob", "gzip", "hashlib", "heapq", "html", "http", "importlib",
            "inspect", "io", "ipaddress", "itertools", "json", "keyword", "linecache", "locale", "logging", "math",
            "mimetypes", "multiprocessing", "operator", "os", "pathlib", "pickle", "pkgutil", "platform", "pprint", "queue",
            "random", "re", "resource", "select", "shlex", "shutil", "signal", "site", "socket", "sqlite3", "ssl",
            "statistics", "string", "struct", "subprocess", "sys", "sysconfig", "tempfile", "textwrap", "threading", "time",
            "timeit", "token", "tokenize", "traceback", "types", "typing", "unicodedata", "unittest", "urllib", "uuid",
            "venv", "warnings", "weakref", "xml", "zipfile", "zlib");

    private PythonCode() {
    }

    /** @return the first top-level modules beyond the standard library, sorted, joined by commas; empty if there are none */
    static String modules(String code) {
        Set<String> modules = new TreeSet<>();
        Matcher matcher = IMPORT.matcher(code);
        while (modules.size() < MOST_MODULES && matcher.find()) {
            String names = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
            Arrays.stream(names.split(","))
                    .map(name -> name.trim().split("\\.")[0])
                    .filter(name -> !name.isEmpty() && !STANDARD.contains(name))
                    .limit(MOST_MODULES - modules.size())
                    .forEach(modules::add);
        }
        return String.join(",", modules);
    }
}
