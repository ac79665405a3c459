package io.agentcgroup.intent.learned.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureReaderTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            python -m pytest tests/ -v                                       | TEST          | pytest folder
            cd /x && python3.11 -m pytest tests/test_a.py::T::t -xvs         | TEST          | pytest one
            source venv/bin/activate && pytest tests/test_a.py 2>&1          | TEST          | pytest file
            timeout 60 sudo -u me env A=b nice -n 5 pytest                   | TEST          | pytest all
            bash -c "cd x; uv run --with y pytest tests/"                    | TEST          | pytest folder
            bash -lc 'source /a/b; eval "npm test" < /dev/null; pwd -P'      | TEST          | npm test
            npx --yes jest src/a.test.ts                                     | TEST          | jest file
            coverage run -m pytest                                           | TEST          | pytest all
            find . -name '*.py'; xargs -n 1 -P 2 pytest                      | TEST          | pytest all
            git stash && python -m pytest a.py && git stash pop              | TEST          | pytest file
            cargo test --all                                                 | TEST          | cargo test
            make -j4 test                                                    | TEST          | make test
            python manage.py test app                                        | TEST          | manage.py test
            python3 -m venv v && source v/bin/activate && pip install -e .   | INSTALL_FRESH | venv
            python3 -m venv v                                                | INSTALL       | venv
            /tmp/venv/bin/pip3 install -q numpy                              | INSTALL       | pip install
            pip show numpy                                                   | LOOK          | pip show
            npm ci                                                           | INSTALL       | npm ci
            make -C src                                                      | BUILD         | make src
            python -c "import sys, json; print(1)"                           | RUN_LIGHT     | python -c
            python -c "from pandas.core import x; import numpy as np, os"    | RUN_IMPORT    | python -c numpy,pandas
            PYTHONPATH=. python scripts/run_it.py --fast                     | RUN_SCRIPT    | python run_it.py
            FOO=1 git log --oneline                                          | VCS           | git log
            curl -s http://x                                                 | NET           | curl
            ls -la && cat x                                                  | LOOK          | ls
            cd /only                                                         | OTHER         | cd
            /opt/acme/bin/frob --all                                         | OTHER         | frob
            """)
    void recognises(String command, CommandClass commandClass, String name) {
        Signature signature = SignatureReader.read(command.strip());
        assertEquals(commandClass, signature.commandClass());
        assertEquals(name, signature.name().strip());
    }

    @Test
    void whatOnlyChangesTheOutputDoesNotChangeTheCommand() {
        assertEquals(SignatureReader.read("cd /x && python -m pytest a.py -xvs --tb=short 2>&1 | tail -5").exact(),
                SignatureReader.read("python -m pytest a.py").exact());
        assertNotEquals(SignatureReader.read("pytest a.py").exact(), SignatureReader.read("pytest b.py").exact());
    }

    @Test
    void longCommandsStayApartAndShort() {
        String first = SignatureReader.read("python -c 'x=1;" + "y".repeat(5000) + "'").exact();
        String second = SignatureReader.read("python -c 'x=2;" + "y".repeat(5000) + "'").exact();
        assertNotEquals(first, second);
        assertEquals(true, first.length() < 140);
    }

    @Test
    void anyTextIsReadInBoundedTime() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        String[] parts = {"'", "\"", "`", "$(", "(", ")", "${", "}", "$((", "\\", "\n", "<<E", "<<-'E'", "E\n", "|", "&&", ";", ";;",
            ">", "2>&1", "<(", "bash -c ", "eval ", "sudo ", "env -S ", "timeout 9 ", "xargs ", "python -c ", "import a,b\n", "from x",
            " ", "\t", "a", "=", "#", "$'", "\u0000", "\ud800", "case x in", "for ", "-m ", "uv run "};
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            for (int round = 0; round < 3000; round++) {
                StringBuilder text = new StringBuilder();
                int length = random.nextInt(400);
                for (int i = 0; i < length; i++) {
                    text.append(parts[random.nextInt(parts.length)]);
                }
                SignatureReader.read(text.toString());
            }
        }, () -> "seed " + seed);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '\0', value = {"$(", "bash -c '", "\"$(", "sudo ", "`\\`", "((((", "<<a ", "import a\\n;", "${", "eval \"eval "})
    void repeatedOpeningsCostNoMoreThanTheirLength(String part) {
        String hostile = part.repeat(50_000 / part.length());
        SignatureReader.read(hostile);
        // Of CPU time: on a busy machine the reader has to wait for it.
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long tookNs = assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            long beganNs = threads.getCurrentThreadCpuTime();
            SignatureReader.read(hostile);
            return threads.getCurrentThreadCpuTime() - beganNs;
        });
        assertTrue(tookNs < Duration.ofMillis(500).toNanos(), () -> tookNs + " ns");
    }
}
