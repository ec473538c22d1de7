package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.netty.Layer;
import io.holdfast.system.TestCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A configuration of mosquitto becomes one of Holdfast, and nothing in it is passed over in silence. */
class MosquittoConfTest {
    @TempDir
    private Path folder;

    private String imported(String conf) throws IOException {
        return MosquittoConf.read(Files.writeString(folder.resolve("mosquitto.conf"), conf)).yaml()
                .replace(folder.toString(), "~");
    }

    private Config config(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), yaml.replace("~", folder.toString()));
        return new ConfigReader(List.of(), Map.of(), file).read();
    }

    /** The configuration that Debian's package of mosquitto 2.0 installs. */
    @Test
    void thatOfDebianBecomesTheDefaultsWithItsFolder() throws Exception {
        String yaml = imported("""
                # Place your local configuration in /etc/mosquitto/conf.d/
                #
                # A full description of the configuration file is at
                # /usr/share/doc/mosquitto/examples/mosquitto.conf.example

                pid_file /run/mosquitto/mosquitto.pid

                persistence true
                persistence_location /var/lib/mosquitto/

                log_dest file /var/log/mosquitto/mosquitto.log

                include_dir /does/not/exist
                """);
        assertEquals("""
                # From a configuration of mosquitto; `holdfast config check` tells what is amiss.
                data: /var/lib/mosquitto/

                # Without a counterpart, or with another meaning:
                #   ~/mosquitto.conf:6: pid_file /run/mosquitto/mosquitto.pid: the file LOCK.holdfast of the \
                store holds the process id
                #   ~/mosquitto.conf:9: persistence_location /var/lib/mosquitto/: it is taken for data, \
                which must be empty at the first start: the database of mosquitto is not read
                #   ~/mosquitto.conf:11: log_dest file /var/log/mosquitto/mosquitto.log: the log goes to \
                standard error, with times: for journald, or a file of your choice
                #   ~/mosquitto.conf:13: include_dir /does/not/exist: it cannot be read
                """, yaml);
        assertEquals(Path.of("/var/lib/mosquitto"), config(yaml).data());
    }

    @Test
    void listenersLimitsAndLogsAreTakenOverAndReadAgain() throws Exception {
        TestCertificates certificates = new TestCertificates();
        TestCertificates.write(certificates.server, folder, "server");
        TestCertificates.write(certificates.authority(), folder, "ca");
        Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(folder.resolve("conf.d/b.conf"), "listener 8883 127.0.0.1\n"
                + "cafile ~/ca.pem\ncertfile ~/server.pem\nkeyfile ~/server.key\n"
                        .replace("~", folder.toString())
                + "require_certificate true\ntls_version tlsv1.3\nmax_qos 1\nmax_connections -1\n");
        Files.writeString(folder.resolve("conf.d/a.conf"), "listener 8080 localhost\nprotocol websockets\n");
        Files.writeString(folder.resolve("conf.d/ignored"), "listener 1\n");
        Config config = config(imported("""
                port 1884
                bind_address 127.0.0.1
                max_queued_messages 5000
                max_queued_bytes 0
                max_inflight_messages 0
                max_packet_size 2000
                max_keepalive 600
                persistent_client_expiration 2w
                retain_available false
                sys_interval 60
                log_type warning
                log_type debug
                log_type error
                allow_anonymous false
                include_dir %s
                """.formatted(folder.resolve("conf.d"))));
        assertEquals(List.of(1884, 8080, 8883), config.listeners().stream()
                .map(one -> ((InetSocketAddress) one.address()).getPort()).toList());
        assertEquals(List.of(new Layer.WebSocket("/mqtt")), config.listeners().get(1).layers());
        Layer.Tls tls = (Layer.Tls) config.listeners().get(2).layers().getFirst();
        assertEquals(Layer.ClientCertificate.REQUIRED, tls.clientCertificate());
        assertEquals(List.of(Layer.TlsVersion.TLS_1_3), tls.versions());
        Settings settings = config.settings();
        assertEquals(5_000, settings.get(Setting.QUEUED_MESSAGES_MAX));
        assertEquals(Setting.QUEUED_BYTES_MAX.max(), settings.get(Setting.QUEUED_BYTES_MAX));
        assertEquals(OverflowPolicy.DROP_NEWEST, settings.overflow());
        assertEquals(65_535, settings.get(Setting.IN_FLIGHT_MAX));
        assertEquals(2_000, settings.get(Setting.PACKET_BYTES_MAX));
        assertEquals(600, settings.get(Setting.KEEP_ALIVE_SECONDS_MAX));
        assertEquals(14 * 86_400, settings.get(Setting.SESSION_EXPIRY_SECONDS_MAX));
        assertEquals(1, settings.maximumQos().value());
        assertEquals(60, settings.get(Setting.SYS_INTERVAL_SECONDS));
        assertEquals(Map.of("", "debug"), config.logLevels());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            listener 1883            | url: "mqtt://[::]:1883"
            listener 0 /run/m.sock   | url: unix:/run/m.sock
            max_packet_size 5        | limits.packet-bytes-max would be 5; expected a whole number from 256
            persistent_client_expiration soon | limits.session-expiry-seconds-max would be soon; expected
            allow_anonymous true     | without users everyone on this machine may enter, and nobody else
            persistence false        | what is acknowledged is always on disk
            queue_qos0_messages true | it is always false
            log_type subscribe       | log.level has error, warn, info, debug and trace
            remote_password secret   | #   ~/mosquitto.conf:1: remote_password: there are no bridges
            topic # out 1            | #   ~/mosquitto.conf:1: topic # out 1: there are no bridges
            max_conections 5         | #   ~/mosquitto.conf:1: max_conections 5: mosquitto 2.0 has no such
            """)
    void whatHasAnotherMeaningIsNamedWithItsLine(String line, String expected) throws IOException {
        String yaml = imported(line + "\n");
        assertTrue(yaml.contains(expected), yaml);
    }

    /** From mosquitto.conf(5) of 2.0.11 to 2.0.22. */
    private static final String DOCUMENTED = """
            acl_file address addresses allow_anonymous allow_duplicate_messages allow_zero_length_clientid
            auth_opt_x auth_plugin auth_plugin_deny_special_chars auto_id_prefix autosave_interval
            autosave_on_changes bind_address bind_interface bridge_alpn bridge_attempt_unsubscribe
            bridge_bind_address bridge_cafile bridge_capath bridge_certfile bridge_identity bridge_insecure
            bridge_keyfile bridge_max_packet_size bridge_max_topic_alias bridge_outgoing_retain
            bridge_protocol_version bridge_psk bridge_reload_type bridge_require_ocsp bridge_tls_version
            cafile capath certfile check_retain_source ciphers ciphers_tls1.3 cleansession clientid
            clientid_prefixes connection connection_messages crlfile dhparamfile http_dir idle_timeout
            include_dir keepalive_interval keyfile listener local_cleansession local_clientid local_password
            local_username log_dest log_facility log_timestamp log_timestamp_format log_type max_connections
            max_inflight_bytes max_inflight_messages max_keepalive max_packet_size max_qos max_queued_bytes
            max_queued_messages max_topic_alias memory_limit message_size_limit mount_point notification_topic
            notifications notifications_local_only password password_file per_listener_settings persistence
            persistence_file persistence_location persistent_client_expiration pid_file plugin plugin_opt_x
            port protocol psk_file psk_hint queue_qos0_messages remote_clientid remote_password
            remote_username require_certificate restart_timeout retain_available retry_interval round_robin
            set_tcp_nodelay socket_domain start_type store_clean_interval sys_interval threshold tls_engine
            tls_engine_kpass_sha1 tls_keyform tls_version topic try_private upgrade_outgoing_qos
            use_identity_as_username use_subject_as_username use_username_as_clientid user username
            websockets_headers_size websockets_log_level
            """;

    @Test
    void everyDocumentedOptionIsKnown() throws IOException {
        List<String> unknown = new ArrayList<>();
        for (String option : DOCUMENTED.split("\\s+")) {
            if (imported(option + " 1\n").contains("mosquitto 2.0 has no such option")) {
                unknown.add(option);
            }
        }
        assertEquals(List.of(), unknown);
    }
}
