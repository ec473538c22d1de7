package io.holdfast.config;

import java.util.HashMap;
import java.util.Map;

/** The options of mosquitto 2.0 without a counterpart, and why they have none. */
final class MosquittoOptions {
    /** Of {@code connection}, and of what stands below it. */
    static final String BRIDGE = "there are no bridges";

    private static final Map<String, String> REASONS = new HashMap<>();

    static {
        because("there are no plugins", "auth_plugin", "auth_plugin_deny_special_chars", "plugin");
        because("a PUBLISH that several subscriptions match is sent once, and names all of them",
                "allow_duplicate_messages");
        because("identifiers that the broker assigns begin with auto-", "auto_id_prefix");
        because("what is acknowledged is always on disk", "autosave_interval", "autosave_on_changes",
                "persistence_file");
        because("who published a retained message is not looked at again", "check_retain_source");
        because("client-id restricts Client Identifiers by the names of users", "clientid_prefixes");
        because("log.level and log.levels say what is logged", "connection_messages");
        because("the log goes to standard error, with times: for journald, or a file of your choice",
                "log_dest", "log_facility", "log_timestamp", "log_timestamp_format");
        because("what waits is limited for each subscription, by limits.queued-bytes-max; what is in flight,"
                + " by limits.in-flight-max", "max_inflight_bytes");
        because("what waits is on disk, and memory is limited by the options of the Java virtual machine",
                "memory_limit");
        because("users and listeners' certificates hold for all listeners", "per_listener_settings");
        because("the file LOCK.holdfast of the store holds the process id", "pid_file");
        because("there is no TLS with pre-shared keys", "psk_file", "psk_hint");
        because("what starts the broker decides for which user it runs", "user");
        because("a listener is bound to an address", "bind_interface");
        because("no files are served", "http_dir");
        because("topics are the same on all listeners", "mount_point");
        because("log.levels says so: io.holdfast.netty", "websockets_log_level");
        because("the headers of a WebSocket may have 8 KiB", "websockets_headers_size");
        because("client-ca names one file with all certificates", "capath");
        because("ciphers are those with forward secrecy and authentication that TLS 1.2 and 1.3 have",
                "ciphers", "ciphers_tls1.3", "dhparamfile");
        because("there are no lists of revoked certificates", "crlfile");
        because("keys are in files", "tls_engine", "tls_engine_kpass_sha1", "tls_keyform");
        because("of a certificate, the Common Name or a name beside it is the user name",
                "use_subject_as_username");
        because("mosquitto 2.0 ignores it, too", "retry_interval", "store_clean_interval");
        because(BRIDGE, "address", "addresses", "bridge_alpn", "bridge_attempt_unsubscribe",
                "bridge_bind_address", "bridge_cafile", "bridge_capath", "bridge_certfile", "bridge_identity",
                "bridge_insecure", "bridge_keyfile", "bridge_max_packet_size", "bridge_max_topic_alias",
                "bridge_outgoing_retain", "bridge_protocol_version", "bridge_psk", "bridge_reload_type",
                "bridge_require_ocsp", "bridge_tls_version", "cleansession", "clientid", "idle_timeout",
                "keepalive_interval", "local_cleansession", "local_clientid", "local_password",
                "local_username", "notification_topic", "notifications", "notifications_local_only",
                "password", "remote_clientid", "remote_password", "remote_username", "restart_timeout",
                "round_robin", "start_type", "threshold", "topic", "try_private", "username");
    }

    private MosquittoOptions() {}

    private static void because(String reason, String... options) {
        for (String option : options) {
            REASONS.put(option, reason);
        }
    }

    /** Why an option has no counterpart; null if it may have one. */
    static String reason(String option) {
        if (option.startsWith("auth_opt_") || option.startsWith("plugin_opt_")) {
            return REASONS.get("plugin");
        }
        return REASONS.get(option);
    }
}
