package io.holdfast.config;

import io.holdfast.broker.Setting;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** One listener of a configuration of mosquitto. */
final class MosquittoListener {
    /** Those that belong to the listener above them. */
    static final Set<String> OPTIONS = Set.of("port", "bind_address", "protocol", "socket_domain", "cafile",
            "certfile", "keyfile", "require_certificate", "tls_version", "max_connections", "max_qos",
            "max_topic_alias");

    private final Map<String, MosquittoConf.Line> lines = new LinkedHashMap<>();

    void put(MosquittoConf.Line line) {
        lines.put(line.option(), line);
    }

    /** Whether it is one, though no line says {@code listener}. */
    boolean isAsked() {
        return lines.containsKey("port") || lines.containsKey("bind_address");
    }

    private String value(String option) {
        MosquittoConf.Line line = lines.get(option);
        return line == null ? "" : line.value();
    }

    /** As an item of the list of listeners; what cannot be said in it is a note. */
    String yaml(MosquittoConf conf) {
        StringBuilder text = new StringBuilder();
        boolean isTls = lines.containsKey("certfile");
        text.append("  - url: ").append(Written.yaml(url(isTls))).append('\n');
        if (isTls) {
            option(text, "cert", value("certfile"));
            option(text, "key", value("keyfile"));
            if (value("require_certificate").equals("true")) {
                option(text, "client-ca", value("cafile"));
            }
            tlsVersion(text, conf);
        }
        limits(conf);
        return text.toString();
    }

    private static void option(StringBuilder text, String name, String value) {
        if (!value.isEmpty()) {
            text.append("    ").append(name).append(": ").append(Written.yaml(value)).append('\n');
        }
    }

    private String url(boolean isTls) {
        String[] listener = value("listener").split("\\s+", 2);
        String port = lines.containsKey("listener") ? listener[0]
                : lines.containsKey("port") ? value("port") : "1883";
        String host = listener.length > 1 ? listener[1] : value("bind_address");
        if (port.equals("0") && host.startsWith("/")) {
            return "unix:" + host;
        }
        String all = value("socket_domain").equals("ipv4") ? "0.0.0.0" : "::";
        String name = host.isEmpty() ? all : host;
        boolean isWebSocket = value("protocol").equals("websockets");
        return (isWebSocket ? "ws" : "mqtt") + (isTls ? "s" : "") + "://"
                + (name.contains(":") ? "[" + name + "]" : name) + ":" + port + (isWebSocket ? "/mqtt" : "");
    }

    private void tlsVersion(StringBuilder text, MosquittoConf conf) {
        switch (value("tls_version")) {
            case "tlsv1.3" -> option(text, "tls", "1.3");
            case "tlsv1.2", "" -> { }
            default -> conf.without(lines.get("tls_version"), "TLS 1.2 and 1.3 are spoken, and nothing else");
        }
    }

    /** They hold for all listeners. */
    private void limits(MosquittoConf conf) {
        MosquittoConf.Line connections = lines.get("max_connections");
        if (connections != null && !connections.value().equals("-1")) {
            conf.without(connections, "connections of a listener are not limited; sessions are, by"
                    + " limits.sessions-max");
        }
        MosquittoConf.Line qos = lines.get("max_qos");
        if (qos != null) {
            conf.set(Setting.MAXIMUM_QOS, qos, qos.value());
            conf.without(qos, "limits.maximum-qos holds for all listeners");
        }
        MosquittoConf.Line aliases = lines.get("max_topic_alias");
        if (aliases != null) {
            conf.set(Setting.TOPIC_ALIAS_MAXIMUM, aliases, aliases.value());
            conf.without(aliases, "limits.topic-alias-maximum holds for all listeners");
        }
    }
}
