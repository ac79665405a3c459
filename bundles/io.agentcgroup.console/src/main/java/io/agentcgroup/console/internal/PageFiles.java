package io.agentcgroup.console.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/**
 * The page and its resources, from this bundle. The page names its files below a folder that is called by this version of them, so that a
 * browser keeps them and need not ask for each whether it is still the same; it asks so for the page.
 */
final class PageFiles {

    private static final Map<String, String> TYPES = Map.of("html", "text/html", "js", "text/javascript", "css", "text/css",
            "svg", "image/svg+xml");
    private static final Pattern NAME = Pattern.compile("(/[A-Za-z0-9_-]+)*/[A-Za-z0-9_.-]+");
    private static final String PAGE = "/index.html";
    /** In the page, for the folder of this version. */
    private static final String FOLDER = "{files}";
    private static final String ASK_EACH_TIME = "private, no-cache";
    /** A year, the longest that makes sense to a cache. */
    private static final String KEEP = "private, max-age=31536000, immutable";

    /** Another one with each installation of the bundle. */
    private final String version;

    PageFiles(Bundle bundle) {
        version = Long.toString(bundle.getLastModified(), Character.MAX_RADIX);
    }

    /** @return whether there is such a file */
    boolean send(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (path.equals("/")) {
            return sendPage(request, response);
        }
        String folder = "/" + version;
        return path.startsWith(folder + "/") && sendFile(path.substring(folder.length()), response);
    }

    private boolean sendPage(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String tag = "\"" + version + "\"";
        response.setHeader("Cache-Control", ASK_EACH_TIME);
        response.setHeader("ETag", tag);
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return true;
        }
        try (InputStream file = open(PAGE)) {
            String page = new String(file.readAllBytes(), StandardCharsets.UTF_8).replace(FOLDER, version);
            describe(PAGE, response);
            response.getOutputStream().write(page.getBytes(StandardCharsets.UTF_8));
        }
        return true;
    }

    private static boolean sendFile(String name, HttpServletResponse response) throws IOException {
        if (!NAME.matcher(name).matches() || TYPES.get(ending(name)) == null) {
            return false;
        }
        try (InputStream file = open(name)) {
            if (file == null) {
                return false;
            }
            response.setHeader("Cache-Control", KEEP);
            describe(name, response);
            file.transferTo(response.getOutputStream());
            return true;
        }
    }

    private static InputStream open(String name) {
        return PageFiles.class.getResourceAsStream("/page" + name);
    }

    private static void describe(String name, HttpServletResponse response) {
        response.setContentType(TYPES.get(ending(name)));
        response.setCharacterEncoding("UTF-8");
    }

    private static String ending(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
