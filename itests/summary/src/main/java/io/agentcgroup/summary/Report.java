package io.agentcgroup.summary;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * One JUnit XML report. Counted by its {@code testcase} elements: the attributes of {@code testsuite} mean other things
 * with other writers.
 *
 * @param counts how many cases ended how
 * @param failures names of the cases that failed
 */
record Report(Counts counts, List<String> failures) {

    static Report read(Path file) throws IOException {
        XMLInputFactory factory = XMLInputFactory.newFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream input = Files.newInputStream(file)) {
            return new Reader(factory.createXMLStreamReader(input)).report();
        } catch (XMLStreamException e) {
            throw new IOException(file + " is no report: " + e.getMessage(), e);
        }
    }

    private static final class Reader {

        private final XMLStreamReader xml;
        private final List<String> failures = new ArrayList<>();
        private int passed;
        private int skipped;

        Reader(XMLStreamReader xml) {
            this.xml = xml;
        }

        Report report() throws XMLStreamException {
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("testcase")) {
                    testcase(xml.getAttributeValue(null, "classname") + "." + xml.getAttributeValue(null, "name"));
                }
            }
            return new Report(new Counts(passed, failures.size(), skipped), List.copyOf(failures));
        }

        private void testcase(String name) throws XMLStreamException {
            boolean failed = false;
            boolean ignored = false;
            for (int depth = 1; depth > 0;) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    failed |= xml.getLocalName().equals("failure") || xml.getLocalName().equals("error");
                    ignored |= xml.getLocalName().equals("skipped");
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                }
            }
            if (failed) {
                failures.add(name);
            } else if (ignored) {
                skipped++;
            } else {
                passed++;
            }
        }
    }
}
