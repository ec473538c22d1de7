package io.holdfast.config;

import io.holdfast.netty.Layer;
import io.holdfast.netty.ListenerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The URL of one listener, {@code scheme://host:port/path?key=value&key=value} or {@code
 * unix:path?key=value}, and what a file says beside it, by the same names.
 */
final class ListenUrl {
    private static final Pattern URL = Pattern.compile("(?<scheme>[a-z]+)://(?<host>\\[[^]]*]|[^/:?]*)"
            + "(:(?<port>[^/?]*))?(?<path>/[^?]*)?(\\?(?<query>.*))?");
    private static final Pattern UNIX_URL =
            Pattern.compile("unix:(//(?=/))?(?<path>[^?]+)(\\?(?<query>.*))?");

    static final int PORT_MAX = 65_535;
    static final String EXPECTED_PORT = "; expected a whole number from 0 to " + PORT_MAX
            + " (0 takes any free port)";

    /** What a socket's address holds, less what its name takes while it is made. */
    private static final int UNIX_PATH_BYTES_MAX = 100;
    private static final int UNIX_FOLDER_BYTES_MAX = 76;

    private static final String EXPECTED = "; expected mqtt://HOST:PORT, mqtts://HOST:PORT,"
            + " ws://HOST:PORT/PATH, wss://HOST:PORT/PATH or unix:PATH";

    private final Given.Listener given;
    private final Mistakes mistakes;
    private final Map<String, Given.Value> options;

    private ListenUrl(Given.Listener given, Mistakes mistakes) {
        this.given = given;
        this.mistakes = mistakes;
        options = new LinkedHashMap<>(given.options());
    }

    /** Reads the URL and the files that it names; null if there is something wrong with them. */
    static ListenerOptions read(Given.Listener given, Mistakes mistakes) {
        try {
            Matcher unix = UNIX_URL.matcher(given.url());
            if (unix.matches()) {
                return new ListenUrl(given, mistakes).unix(unix);
            }
            Matcher matcher = URL.matcher(given.url());
            if (!matcher.matches()) {
                boolean isNamed = given.origin().subject().endsWith(given.url());
                throw new BadPartException(isNamed ? " is none" + EXPECTED
                        : " is " + given.url() + EXPECTED);
            }
            return new ListenUrl(given, mistakes).internet(matcher);
        } catch (BadPartException e) {
            mistakes.add(given.origin(), e.getMessage());
            return null;
        }
    }

    /** Something that keeps one from looking further. */
    private static final class BadPartException extends Exception {
        private static final long serialVersionUID = 1;

        BadPartException(String what) {
            super(what);
        }
    }

    private ListenerOptions unix(Matcher url) throws BadPartException {
        readOptions(url.group("query"));
        List<Layer> layers = new ArrayList<>();
        addProxyHeader(layers);
        requireNoMore("proxy");
        return new ListenerOptions(asked(), unixAddress(decode(url.group("path"))), layers);
    }

    private ListenerOptions internet(Matcher url) throws BadPartException {
        String scheme = url.group("scheme");
        String path = url.group("path");
        boolean isTls = scheme.equals("mqtts") || scheme.equals("wss");
        boolean isWebSocket = scheme.equals("ws") || scheme.equals("wss");
        if (!isTls && !isWebSocket && !scheme.equals("mqtt")) {
            throw new BadPartException(": the scheme is " + scheme + EXPECTED);
        }
        if (!isWebSocket && path != null && !path.equals("/")) {
            mistakes.add(given.origin(), ": the path is " + path
                    + "; expected none, as only ws and wss have one");
        }
        readOptions(url.group("query"));
        List<Layer> layers = new ArrayList<>();
        addProxyHeader(layers);
        if (isTls) {
            layers.add(tls());
        }
        if (isWebSocket) {
            layers.add(new Layer.WebSocket(path == null ? "/" : path));
        }
        requireNoMore(isTls ? "cert, key, tls, client-ca, client-auth or proxy"
                : "proxy, or the scheme " + scheme + "s for those of TLS");
        InetSocketAddress address = internetAddress(url.group("host"), url.group("port"));
        return layers.contains(null) ? null : new ListenerOptions(asked(), address, layers);
    }

    /** What the operator wrote, for messages; with the URL, which tells one listener from another. */
    private String asked() {
        Origin origin = given.origin();
        return origin.location() + origin.subject()
                + (origin.location().isEmpty() ? "" : " " + given.url());
    }

    private InetSocketAddress internetAddress(String host, String port) throws BadPartException {
        if (host.isEmpty() || port == null || port.isEmpty()) {
            throw new BadPartException(": it names no host or no port" + EXPECTED);
        }
        int number = port.matches("\\d{1,5}") ? Integer.parseInt(port) : -1;
        if (number < 0 || number > PORT_MAX) {
            throw new BadPartException(": the port is " + port + EXPECTED_PORT);
        }
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            return new InetSocketAddress(InetAddress.getByName(name), number);
        } catch (UnknownHostException _) {
            throw new BadPartException(": the host is " + name + ", which is neither an IP address nor a"
                    + " known host name; expected an address of this machine, such as 127.0.0.1 or ::1");
        }
    }

    private SocketAddress unixAddress(String text) throws BadPartException {
        Path path;
        try {
            path = given.origin().folder().resolve(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new BadPartException(": the path is " + text + "; expected a path of this file system: "
                    + e.getReason());
        }
        if (path.getFileName() == null) {
            throw new BadPartException(": the path is " + path + "; expected one of a socket in a folder");
        }
        int folderBytes = bytes(path.getParent());
        if (bytes(path) > UNIX_PATH_BYTES_MAX || folderBytes > UNIX_FOLDER_BYTES_MAX) {
            throw new BadPartException(
                    ": the path has %d bytes, and its folder %d of them; expected at most %d, and %d"
                    .formatted(bytes(path), folderBytes, UNIX_PATH_BYTES_MAX, UNIX_FOLDER_BYTES_MAX));
        }
        return UnixDomainSocketAddress.of(path);
    }

    private static int bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private void readOptions(String query) throws BadPartException {
        if (query == null) {
            return;
        }
        for (String option : query.split("&")) {
            int equals = option.indexOf('=');
            if (equals <= 0 || equals == option.length() - 1) {
                throw new BadPartException(": the option is \"" + option + "\"; expected key=value");
            }
            String key = option.substring(0, equals);
            Given.Value value =
                    new Given.Value(decode(option.substring(equals + 1)), given.origin().part(key));
            if (options.put(key, value) != null) {
                throw new BadPartException(": there are two options " + key + "; expected one");
            }
        }
    }

    private void addProxyHeader(List<Layer> layers) {
        if (choice("proxy", null, Map.of("required", true)) != null) {
            layers.add(new Layer.ProxyHeader());
        }
    }

    /** Null if there is something wrong. */
    private Layer.Tls tls() {
        Given.Value cert = required("cert");
        Given.Value key = required("key");
        List<X509Certificate> chain = certificates(cert);
        PrivateKey privateKey = key == null ? null : TlsFiles.privateKey(key, chain, mistakes);
        Given.Value clientCa = options.remove("client-ca");
        List<X509Certificate> authorities = clientCa == null ? List.of() : certificates(clientCa);
        Layer.ClientCertificate clientCertificate = choice("client-auth",
                clientCa == null ? Layer.ClientCertificate.NONE : Layer.ClientCertificate.REQUIRED,
                Map.of("required", Layer.ClientCertificate.REQUIRED,
                        "optional", Layer.ClientCertificate.OPTIONAL));
        if (clientCa == null && clientCertificate != Layer.ClientCertificate.NONE) {
            mistakes.add(given.origin(), ": there is client-auth, and no client-ca; expected client-ca to"
                    + " name the PEM file of the certificates that vouch for those of clients");
        }
        List<Layer.TlsVersion> versions = versions();
        return chain == null || privateKey == null || authorities == null ? null
                : new Layer.Tls(privateKey, chain, versions, clientCertificate, authorities);
    }

    private List<X509Certificate> certificates(Given.Value file) {
        return file == null ? null : TlsFiles.certificates(file, mistakes);
    }

    private List<Layer.TlsVersion> versions() {
        Map<String, List<Layer.TlsVersion>> choices = Map.of(
                "1.2", List.of(Layer.TlsVersion.TLS_1_2),
                "1.3", List.of(Layer.TlsVersion.TLS_1_3),
                "1.2,1.3", List.of(Layer.TlsVersion.values()));
        return choice("tls", List.of(Layer.TlsVersion.values()), choices);
    }

    private <T> T choice(String key, T otherwise, Map<String, T> choices) {
        Given.Value value = options.remove(key);
        T chosen = value == null ? otherwise : choices.get(value.text());
        if (value != null && chosen == null) {
            mistakes.add(value.origin(), " is " + value.text() + "; expected "
                    + choices.keySet().stream().sorted().collect(Collectors.joining(" or ")));
            return otherwise;
        }
        return chosen;
    }

    private Given.Value required(String key) {
        Given.Value value = options.remove(key);
        if (value == null) {
            mistakes.add(given.origin(), ": there is no " + key + "; expected " + key
                    + (given.origin().location().isEmpty() ? "=FILE" : ": FILE")
                    + ", as this is a listener of TLS");
        }
        return value;
    }

    private void requireNoMore(String expected) {
        options.forEach((key, value) -> mistakes.add(given.origin(), ": there is no option " + key
                + " for it; expected " + expected));
    }

    private String decode(String escaped) throws BadPartException {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new BadPartException(": there is a %-escape in " + escaped + " that is none; expected % and"
                    + " two hexadecimal digits (a percent sign is %25)");
        }
    }
}
