package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.holdfast.broker.OverflowPolicy;
import io.holdfast.broker.Setting;
import io.holdfast.broker.Settings;
import io.holdfast.netty.Layer;
import io.holdfast.server.Log;
import io.holdfast.system.TestCertificates;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/** A file, variables and flags make a configuration; the default file and the schema are in step with it. */
class ConfigFileTest {
    private static final Path NO_FILE = Path.of("/does/not/exist");

    @TempDir
    private Path folder;

    private Config read(String yaml, String... flags) throws Exception {
        return read(yaml, Map.of(), flags);
    }

    private Config read(String yaml, Map<String, String> variables, String... flags) throws Exception {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), yaml);
        return new ConfigReader(List.of(flags), variables, file).read();
    }

    private static Config defaults() throws BadConfigException {
        return new ConfigReader(List.of(), Map.of(), NO_FILE).read();
    }

    private static String values(Settings settings) {
        return Stream.of(Setting.values()).map(setting -> setting.key() + "=" + settings.get(setting))
                .collect(Collectors.joining("\n")) + settings.serverReference() + settings.isMoved();
    }

    /** But for the folder that relative paths begin at. */
    private void assertDefault(Config config) throws BadConfigException {
        Config defaults = defaults();
        assertEquals(values(defaults.settings()), values(config.settings()));
        assertEquals(defaults.listeners().getFirst().address(), config.listeners().getFirst().address());
        assertEquals(List.of(), config.listeners().getFirst().layers());
        assertEquals(1, config.listeners().size());
        assertEquals(defaults.security().settings(), config.security().settings());
        assertEquals(Path.of("data"), config.data().getFileName());
    }

    @Test
    void theDefaultFileChangesNothingNorDoesItWhenItSaysAllDefaults() throws Exception {
        Config commented = read(DefaultFile.text());
        assertDefault(commented);
        assertEquals(defaults().data(), commented.data());
        assertEquals(Map.of(), commented.logLevels());

        String uncommented = uncommented();
        Config said = read(uncommented);
        assertDefault(said);
        assertEquals(folder.resolve("data"), said.data());
        assertEquals(Map.of("", "info"), said.logLevels());
        Keys.ALL.stream().filter(key -> key.initial() != null).forEach(key -> assertTrue(
                uncommented.contains((key.group().isEmpty() ? "\n" : "\n  ") + key.leaf() + ":"), key::name));
    }

    /** Without the keys that have no default, which say so. */
    private static String uncommented() {
        return DefaultFile.text().lines().filter(line -> !line.endsWith("# none"))
                .map(line -> line.replaceFirst("^( *)#([a-z]|  - m)", "$1$2"))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void thePortOfTheAdminEndpointIsANumberInAFileAndNeedsNoQuotes() throws Exception {
        assertEquals(new InetSocketAddress(InetAddress.getLoopbackAddress(), 9464),
                read("admin:\n  listen: 9464\n").admin());
        assertEquals(new InetSocketAddress("0.0.0.0", 9464),
                read("admin:\n  listen: 0.0.0.0:9464\n").admin());
    }

    @Test
    void theDefaultLevelIsThatWhichTheLogBeginsWith() {
        Log log = new Log();
        log.initialize();
        LoggerContext context = (LoggerContext) log.getLoggerFactory();
        assertEquals(Level.toLevel(Keys.LOG_LEVEL.initial()),
                context.getLogger(Logger.ROOT_LOGGER_NAME).getLevel());
        context.stop();
    }

    @Test
    void flagsOverrideVariablesWhichOverrideTheFileWhichOverridesTheDefaults() throws Exception {
        Map<String, String> variables = Map.of("HOLDFAST_LIMITS_SESSIONS_MAX", "20",
                "HOLDFAST_LIMITS_SUBSCRIPTIONS_MAX", "20", "HOLDFAST_LISTENERS",
                "mqtt://127.0.0.1:2 ws://127.0.0.1:3", "HOLDFAST_LOG_LEVELS", "a=debug,b=warn",
                "HOLDFAST_JAVA_OPTS", "-Xmx1g", "HOLDFAST_PORT_1883_TCP", "tcp://10.0.0.1:1883");
        String yaml = """
                limits:
                  sessions-max: 10
                  subscriptions-max: 10
                  in-flight-max: 10
                listeners: [mqtt://127.0.0.1:1]
                log:
                  levels: {a: error, c: error}
                """;
        Config config = read(yaml, variables, "--set", "sessions-max=30");
        assertEquals(30, config.settings().get(Setting.SESSIONS_MAX));
        assertEquals(20, config.settings().get(Setting.SUBSCRIPTIONS_MAX));
        assertEquals(10, config.settings().get(Setting.IN_FLIGHT_MAX));
        assertEquals(Setting.RECEIVE_MAXIMUM.initial(), config.settings().get(Setting.RECEIVE_MAXIMUM));
        assertEquals(List.of(2, 3), ports(config));
        assertEquals(Map.of("a", "debug", "b", "warn", "c", "error"), config.logLevels());
        assertEquals(List.of(4), ports(read(yaml, variables, "--port", "4")));
        assertEquals(List.of(1), ports(read(yaml)));

        String shown = EffectiveFile.text(config);
        for (String line : List.of("sessions-max: 30 +# --set",
                "subscriptions-max: 20 +# HOLDFAST_LIMITS_SUBSCRIPTIONS_MAX",
                "in-flight-max: 10 +# " + folder.resolve("holdfast.yaml") + ":4",
                "receive-maximum: 1024 +# default", "- mqtt://127.0.0.1:2 +# HOLDFAST_LISTENERS",
                "c: error +# " + folder.resolve("holdfast.yaml") + ":7")) {
            assertTrue(shown.lines().anyMatch(text -> text.matches(" *" + line)), () -> line + "\n" + shown);
        }
        assertEquals(values(config.settings()), values(read(shown).settings()), "what is shown can be read");
        assertEquals(ports(config), ports(read(shown)));
    }

    private static List<Integer> ports(Config config) {
        return config.listeners().stream().map(one -> ((InetSocketAddress) one.address()).getPort()).toList();
    }

    @Test
    void theFileThatAFlagNamesIsReadRatherThanTheOneOfTheVariableOrTheDefault() throws Exception {
        Path one = Files.writeString(folder.resolve("1.yaml"), "limits: {sessions-max: 1}");
        Path two = Files.writeString(folder.resolve("2.yaml"), "limits: {sessions-max: 2}");
        Map<String, String> variables = Map.of("HOLDFAST_CONFIG", two.toString());
        assertEquals(1, read("limits: {sessions-max: 3}", variables, "--config", one.toString()).settings()
                .get(Setting.SESSIONS_MAX));
        assertEquals(2, read("limits: {sessions-max: 3}", variables).settings().get(Setting.SESSIONS_MAX));
        assertEquals(3, read("limits: {sessions-max: 3}").settings().get(Setting.SESSIONS_MAX));
        assertEquals(Setting.SESSIONS_MAX.initial(), read("limits: {sessions-max: 3}", "--config=/dev/null")
                .settings().get(Setting.SESSIONS_MAX), "an empty file has the defaults");
    }

    @Test
    void everyKeyIsReadFromTheFileItsVariableAndItsFlag() throws Exception {
        for (Setting setting : Setting.values()) {
            long other = setting.initial() == setting.max() ? setting.min() : setting.initial() + 1;
            String text = setting.show(other);
            Key key = Keys.of(setting);
            String yaml = "limits: {" + setting.key() + ": " + text + "}";
            assertEquals(other, read(yaml).settings().get(setting));
            assertEquals(other, read("", Map.of(key.variable(), text)).settings().get(setting));
            assertEquals(other, read("", key.flag(), text).settings().get(setting));
            assertEquals(other, read("", "--set", setting.key() + "=" + text).settings().get(setting));
        }
        assertEquals("spare.example", read("server-reference: spare.example").settings().serverReference());
        assertTrue(read("moved-to: new.example").settings().isMoved());
        assertFalse(read("server-reference: spare.example").settings().isMoved());
        assertEquals(folder.resolve("store"), read("data: store").data(), "relative to the file");
        assertEquals(Path.of("store").toAbsolutePath(), read("", Map.of("HOLDFAST_DATA", "store")).data());
    }

    @Test
    void aListenerIsAUrlOrAMapAndItsFilesAreRelativeToTheFile() throws Exception {
        TestCertificates certificates = new TestCertificates();
        TestCertificates.write(certificates.server, folder, "server");
        TestCertificates.write(certificates.authority(), folder, "ca");
        Config config = read("""
                listeners:
                  - ws://127.0.0.1:1/mqtt
                  - url: mqtts://127.0.0.1:2?proxy=required
                    cert: server.pem
                    key: server.key
                    client-ca: ca.pem
                    client-auth: optional
                    tls: "1.3"
                  - unix:h.sock
                """);
        assertEquals(List.of(new Layer.WebSocket("/mqtt")), config.listeners().getFirst().layers());
        assertEquals(List.of(new Layer.ProxyHeader(), new Layer.Tls(
                certificates.server.getKeyPair().getPrivate(), List.of(certificates.server.getCertificate()),
                List.of(Layer.TlsVersion.TLS_1_3), Layer.ClientCertificate.OPTIONAL,
                List.of(certificates.authority().getCertificate()))), config.listeners().get(1).layers());
        assertEquals(UnixDomainSocketAddress.of(folder.resolve("h.sock")),
                config.listeners().get(2).address());
    }

    private static List<Error> judge(String yaml) {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JsonSchema.text());
        return schema.validate(yaml, InputFormat.YAML);
    }

    @Test
    void theSchemaAcceptsWhatIsAcceptedAndKnowsEveryKey() throws Exception {
        assertEquals(List.of(), judge(uncommented()));
        assertEquals(List.of(), judge("limits:\n  overflow: disconnect\nlog:\n"));
        assertEquals(List.of(), judge(EffectiveFile.text(defaults())));
        assertEquals(List.of(),
                judge("listeners: [{url: 'mqtts://127.0.0.1:1', cert: a, key: b, tls: '1.3'}]"));
        Keys.ALL.forEach(key -> assertTrue(JsonSchema.text().contains("\"" + key.leaf() + "\""), key::name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dta: x", "limits: {overflow: never}", "limits: {sessions-max: 0}", "data: 7",
            "limits: {sessions-max: many}", "limits: {retain-available: 1}", "listeners: []",
            "listeners: [{cert: a}]", "listeners: [{url: a, uri: b}]", "log: {level: loud}",
            "log: {levels: {a: loud}}"})
    void theSchemaRefusesWhatIsRefused(String yaml) {
        assertFalse(judge(yaml).isEmpty(), yaml);
    }
}
