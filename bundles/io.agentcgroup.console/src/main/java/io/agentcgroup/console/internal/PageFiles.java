package io.agentcgroup.console.internal;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;

/** The page and its resources, from this bundle. A browser keeps them and asks each time whether they are still the same. */
final class PageFiles {

    private static final Map<String, String> TYPES = Map.of("html", "text/html", "js", "text/javascript", "css", "text/css",
            "svg", "image/svg+xml");
    private static final Pattern NAME = Pattern.compile("(/[A-Za-z0-9_-]+)*/[A-Za-z0-9_.-]+");

    private final String version;

    PageFiles(Bundle bundle) {
        version = "\"" + bundle.getVersion() + "-" + Long.toString(bundle.getLastModified(), Character.MAX_RADIX) + "\"";
    }

    /** @return whether there is such a file */
    boolean send(String path, HttpServletRequest request, HttpServletResponse response) throws IOException {
        String name = path.equals("/") ? "/index.html" : path;
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || !NAME.matcher(name).matches()) {
            return false;
        }
        try (InputStream file = PageFiles.class.getResourceAsStream("/page" + name)) {
            if (file == null) {
                return false;
            }
            response.setHeader("Cache-Control", "private, no-cache");
            response.setHeader("ETag", version);
            if (version.equals(request.getHeader("If-None-Match"))) {
                response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            } else {
                response.setContentType(type);
                response.setCharacterEncoding("UTF-8");
                file.transferTo(response.getOutputStream());
            }
            return true;
        }
    }
}
