import com.hivemq.configuration.service.InternalConfigurations;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/** HiveMQ Community Edition in its mode "file", without authentication and with its limits lifted. */
public final class Rival {
    private static final String CONFIGURATION = """
            <?xml version="1.0"?>
            <hivemq>
              <listeners>
                <tcp-listener><port>%d</port><bind-address>127.0.0.1</bind-address></tcp-listener>
              </listeners>
              <mqtt>
                <queued-messages><max-queue-size>100000000</max-queue-size></queued-messages>
                <receive-maximum><server-receive-maximum>65535</server-receive-maximum></receive-maximum>
              </mqtt>
              <persistence><mode>file</mode></persistence>
              <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
            </hivemq>
            """;

    private Rival() {}

    /** Its arguments are a folder and a port. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path configuration = Files.createDirectories(folder.resolve("conf"));
        Path extensions = Files.createDirectories(folder.resolve("extensions"));
        Files.writeString(configuration.resolve("config.xml"),
                CONFIGURATION.formatted(Integer.parseInt(args[1])));
        InternalConfigurations.AUTH_DENY_UNAUTHENTICATED_CONNECTIONS.set(false);
        EmbeddedHiveMQ broker = EmbeddedHiveMQ.builder()
                .withConfigurationFolder(configuration)
                .withDataFolder(Files.createDirectories(folder.resolve("data")))
                .withExtensionsFolder(extensions)
                .build();
        broker.start().join();
        Thread.currentThread().join();
    }
}
