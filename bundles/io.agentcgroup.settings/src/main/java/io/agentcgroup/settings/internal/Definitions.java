package io.agentcgroup.settings.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * Which settings there are, by the descriptions in the bundles themselves (Metatype). Read here and not by the Metatype service, whose
 * types do not tell ranges; and only for bundles of which somebody has set something.
 */
final class Definitions {

    private static final String FOLDER = "OSGI-INF/metatype";

    private final BundleContext context;
    private final Map<String, Map<String, Definition>> known = new LinkedHashMap<>();

    Definitions(BundleContext context) {
        this.context = context;
    }

    /** @return by name; nothing if no bundle that is installed has that PID. The PIDs of ours are their symbolic names */
    synchronized Optional<Map<String, Definition>> of(String pid) {
        if (!known.containsKey(pid)) {
            for (Bundle bundle : context.getBundles()) {
                if (pid.equals(bundle.getSymbolicName())) {
                    known.put(pid, read(bundle, pid));
                }
            }
        }
        return Optional.ofNullable(known.get(pid));
    }

    private static Map<String, Definition> read(Bundle bundle, String pid) {
        Map<String, Definition> found = new TreeMap<>();
        // Not findEntries, which would resolve it.
        for (String path : Collections.list(Optional.ofNullable(bundle.getEntryPaths(FOLDER)).orElse(Collections.emptyEnumeration()))) {
            URL entry = bundle.getEntry(path);
            try (InputStream in = entry.openStream()) {
                found.putAll(parse(in, pid));
            } catch (IOException e) {
                throw new IllegalStateException(entry + " cannot be read", e);
            }
        }
        return found;
    }

    static Map<String, Definition> parse(InputStream in, String pid) throws IOException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            Document document = factory.newDocumentBuilder().parse(in);
            boolean ours = elements(document.getElementsByTagName("Designate")).stream().anyMatch(one -> pid.equals(one.getAttribute("pid")));
            Map<String, Definition> found = new TreeMap<>();
            for (Element one : ours ? elements(document.getElementsByTagName("AD")) : List.<Element>of()) {
                Definition definition = new Definition(one.getAttribute("id"), one.getAttribute("type"),
                        one.hasAttribute("cardinality") && !one.getAttribute("cardinality").equals("0"), one.getAttribute("min"), one.getAttribute("max"),
                        elements(one.getElementsByTagName("Option")).stream().map(option -> option.getAttribute("value")).toList());
                found.put(definition.name(), definition);
            }
            return found;
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("it is no XML: " + e.getMessage(), e);
        }
    }

    private static List<Element> elements(NodeList nodes) {
        return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
    }
}
