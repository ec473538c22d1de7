package io.holdfast.server;

import io.holdfast.netty.Layer;
import io.holdfast.netty.ListenerOptions;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The URL of one listener, as {@code --listen} takes it: {@code scheme://host:port/path?key=value&key=value},
 * or {@code unix:path?key=value}.
 */
final class ListenUrl {
    private static final Pattern URL = Pattern.compile("(?<scheme>[a-z]+)://(?<host>\\[[^]]*]|[^/:?]*)"
            + "(:(?<port>[^/?]*))?(?<path>/[^?]*)?(\\?(?<query>.*))?");
    private static final Pattern UNIX_URL =
            Pattern.compile("unix:(//(?=/))?(?<path>[^?]+)(\\?(?<query>.*))?");

    /** What a socket's address holds, less what its name takes while it is made. */
    private static final int UNIX_PATH_BYTES_MAX = 100;
    private static final int UNIX_FOLDER_BYTES_MAX = 76;

    private static final String EXPECTED = "; expected mqtt://HOST:PORT, mqtts://HOST:PORT,"
            + " ws://HOST:PORT/PATH, wss://HOST:PORT/PATH or unix:PATH";

    private final String asked;
    private final Map<String, String> options = new LinkedHashMap<>();

    private ListenUrl(String url) {
        asked = "--listen " + url;
    }

    /**
     * Reads the URL and the files that it names.
     *
     * @throws Options.BadOptionException if there is something wrong with them
     */
    static ListenerOptions parse(String url) {
        Matcher unix = UNIX_URL.matcher(url);
        if (unix.matches()) {
            return new ListenUrl(url).unix(unix);
        }
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            throw new Options.BadOptionException("--listen is " + url + EXPECTED);
        }
        return new ListenUrl(url).internet(matcher);
    }

    private ListenerOptions unix(Matcher url) {
        readOptions(url.group("query"));
        List<Layer> layers = new ArrayList<>();
        addProxyHeader(layers);
        requireNoMore("proxy");
        return new ListenerOptions(asked, unixAddress(decode(url.group("path"))), layers);
    }

    private ListenerOptions internet(Matcher url) {
        String scheme = url.group("scheme");
        String path = url.group("path");
        boolean isTls = scheme.equals("mqtts") || scheme.equals("wss");
        boolean isWebSocket = scheme.equals("ws") || scheme.equals("wss");
        if (!isTls && !isWebSocket && !scheme.equals("mqtt")) {
            throw bad("the scheme is " + scheme + EXPECTED);
        }
        if (!isWebSocket && path != null && !path.equals("/")) {
            throw bad("the path is " + path + "; expected none, as only ws and wss have one");
        }
        InetSocketAddress address = internetAddress(url.group("host"), url.group("port"));
        readOptions(url.group("query"));
        List<Layer> layers = new ArrayList<>();
        addProxyHeader(layers);
        if (isTls) {
            layers.add(tls());
        }
        if (isWebSocket) {
            layers.add(new Layer.WebSocket(path == null ? "/" : path));
        }
        requireNoMore(isTls ? "cert, key, tls, client-ca, client-auth, username or proxy"
                : "proxy, or the scheme " + scheme + "s for those of TLS");
        return new ListenerOptions(asked, address, layers);
    }

    private InetSocketAddress internetAddress(String host, String port) {
        if (host.isEmpty() || port == null || port.isEmpty()) {
            throw bad("it names no host or no port" + EXPECTED);
        }
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new InetSocketAddress(Options.parseAddress(asked + ": the host is ", name),
                Options.parsePort(asked + ": the port is ", port));
    }

    private SocketAddress unixAddress(String text) {
        Path path = path("the path", text);
        if (path.getFileName() == null) {
            throw bad("the path is " + path + "; expected one of a socket in a folder");
        }
        int folderBytes = bytes(path.getParent());
        if (bytes(path) > UNIX_PATH_BYTES_MAX || folderBytes > UNIX_FOLDER_BYTES_MAX) {
            throw bad("the path has %d bytes, and its folder %d of them; expected at most %d, and %d"
                    .formatted(bytes(path), folderBytes, UNIX_PATH_BYTES_MAX, UNIX_FOLDER_BYTES_MAX));
        }
        return UnixDomainSocketAddress.of(path);
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private void readOptions(String query) {
        if (query == null) {
            return;
        }
        for (String option : query.split("&")) {
            int equals = option.indexOf('=');
            if (equals <= 0 || equals == option.length() - 1) {
                throw bad("the option is \"" + option + "\"; expected key=value");
            }
            String key = option.substring(0, equals);
            if (options.put(key, decode(option.substring(equals + 1))) != null) {
                throw bad("there are two options " + key + "; expected one");
            }
        }
    }

    private void addProxyHeader(List<Layer> layers) {
        if (choice("proxy", null, Map.of("required", true)) != null) {
            layers.add(new Layer.ProxyHeader());
        }
    }

    private Layer.Tls tls() {
        Path cert = path("cert", required("cert"));
        TlsFiles files = new TlsFiles(this::bad, cert, path("key", required("key")));
        String clientCa = options.remove("client-ca");
        Layer.ClientCertificate clientCertificate = choice("client-auth",
                clientCa == null ? Layer.ClientCertificate.NONE : Layer.ClientCertificate.REQUIRED,
                Map.of("required", Layer.ClientCertificate.REQUIRED,
                        "optional", Layer.ClientCertificate.OPTIONAL));
        if (clientCa == null && clientCertificate != Layer.ClientCertificate.NONE) {
            throw bad("there is client-auth, and no client-ca; expected client-ca to name the PEM file of the"
                    + " certificates that vouch for those of clients");
        }
        Layer.CertificateName userName = choice("username", Layer.CertificateName.NONE,
                Map.of("cn", Layer.CertificateName.COMMON, "san", Layer.CertificateName.ALTERNATIVE));
        if (clientCa == null && userName != Layer.CertificateName.NONE) {
            throw bad("there is username, and no client-ca; expected client-ca to name the PEM file of the"
                    + " certificates that vouch for those of clients");
        }
        return new Layer.Tls(files.key(), files.chain(), versions(), clientCertificate,
                clientCa == null ? List.of() : files.certificates("client-ca", path("client-ca", clientCa)),
                userName);
    }

    private List<Layer.TlsVersion> versions() {
        Map<String, List<Layer.TlsVersion>> choices = Map.of(
                "1.2", List.of(Layer.TlsVersion.TLS_1_2),
                "1.3", List.of(Layer.TlsVersion.TLS_1_3),
                "1.2,1.3", List.of(Layer.TlsVersion.values()));
        return choice("tls", List.of(Layer.TlsVersion.values()), choices);
    }

    private <T> T choice(String key, T otherwise, Map<String, T> choices) {
        String value = options.remove(key);
        T chosen = value == null ? otherwise : choices.get(value);
        if (value != null && chosen == null) {
            throw bad(key + " is " + value + "; expected "
                    + String.join(" or ", choices.keySet().stream().sorted().toList()));
        }
        return chosen;
    }

    private String required(String key) {
        String value = options.remove(key);
        if (value == null) {
            throw bad("there is no " + key + "; expected " + key + "=FILE, as this is a listener of TLS");
        }
        return value;
    }

    private void requireNoMore(String expected) {
        if (!options.isEmpty()) {
            throw bad("there is no option " + options.keySet().iterator().next() + " for it; expected "
                    + expected);
        }
    }

    private Path path(String key, String value) {
        try {
            return Path.of(value).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw bad(key + " is " + value + "; expected a path of this file system: " + e.getReason());
        }
    }

    private String decode(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw bad("there is a %-escape in " + escaped + " that is none; expected % and two hexadecimal"
                    + " digits (a percent sign is %25)");
        }
    }

    private Options.BadOptionException bad(String what) {
        return new Options.BadOptionException(asked + ": " + what);
    }
}
