import io.moquette.BrokerConstants;
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** Moquette with its persistence on, its queues in segments on disk, and its limits lifted. */
public final class Rival {
    private Rival() {}

    /** Its arguments are a folder and a port. */
    public static void main(String[] args) throws Exception {
        Path folder = Files.createDirectories(Path.of(args[0]));
        Properties properties = new Properties();
        properties.setProperty(BrokerConstants.HOST_PROPERTY_NAME, "127.0.0.1");
        properties.setProperty(BrokerConstants.PORT_PROPERTY_NAME, args[1]);
        properties.setProperty(BrokerConstants.DATA_PATH_PROPERTY_NAME, folder.toString());
        properties.setProperty(BrokerConstants.PERSISTENCE_ENABLED_PROPERTY_NAME, "true");
        properties.setProperty(BrokerConstants.PERSISTENT_QUEUE_TYPE_PROPERTY_NAME, "segmented");
        properties.setProperty(BrokerConstants.AUTOSAVE_INTERVAL_PROPERTY_NAME, "1");
        properties.setProperty(BrokerConstants.SESSION_QUEUE_SIZE, "1000000");
        properties.setProperty(BrokerConstants.ALLOW_ANONYMOUS_PROPERTY_NAME, "true");
        properties.setProperty(BrokerConstants.ENABLE_TELEMETRY_NAME, "false");
        properties.setProperty(BrokerConstants.NETTY_EPOLL_PROPERTY_NAME, "true");
        new Server().startServer(new MemoryConfig(properties));
        Thread.currentThread().join();
    }
}
