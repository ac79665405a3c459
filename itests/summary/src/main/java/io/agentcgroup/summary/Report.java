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
 * One JUnit XML report. Read by its {@code testcase} elements: the attributes of {@code testsuite} mean other things
 * with other writers.
 *
 * @param cases in the order of the file
 */
public record Report(List<Case> cases) {

    /** How a test case ended. {@code UNSTEADY} passed, but only when it was run again. */
    public enum Outcome { PASSED, UNSTEADY, FAILED, SKIPPED }

    /**
     * @param type name of the test's class
     * @param name of the test in it
     */
    public record Case(String type, String name, Outcome outcome) {

        /** @return for people */
        String title() {
            return type + "." + name;
        }
    }

    public static Report read(Path file) throws IOException {
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

        Reader(XMLStreamReader xml) {
            this.xml = xml;
        }

        Report report() throws XMLStreamException {
            List<Case> cases = new ArrayList<>();
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("testcase")) {
                    cases.add(new Case(xml.getAttributeValue(null, "classname"), xml.getAttributeValue(null, "name"), outcome()));
                }
            }
            return new Report(List.copyOf(cases));
        }

        private Outcome outcome() throws XMLStreamException {
            Outcome outcome = Outcome.PASSED;
            for (int depth = 1; depth > 0;) {
                int event = xml.next();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    depth++;
                    outcome = switch (xml.getLocalName()) {
                        case "failure", "error" -> Outcome.FAILED;
                        case "skipped" -> Outcome.SKIPPED;
                        // As Surefire and Failsafe write what passed when they ran it again.
                        case "flakyFailure", "flakyError" -> Outcome.UNSTEADY;
                        default -> outcome;
                    };
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    depth--;
                }
            }
            return outcome;
        }
    }
}
