import java.nio.file.Path;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** ActiveMQ Artemis with its journal on NIO, synced before it answers, without limits and security. */
public final class Rival {
    /** For how long the journal gathers writes to one sync: about what a sync takes. */
    private static final int JOURNAL_BUFFER_NANOS = 500_000;

    private Rival() {}

    /** Its arguments are a folder and a port. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setSecurityEnabled(false)
                .setJournalType(JournalType.NIO)
                .setJournalDatasync(true)
                .setJournalBufferTimeout_NIO(JOURNAL_BUFFER_NANOS)
                .setJournalDirectory(folder.resolve("journal").toString())
                .setBindingsDirectory(folder.resolve("bindings").toString())
                .setLargeMessagesDirectory(folder.resolve("large").toString())
                .setPagingDirectory(folder.resolve("paging").toString())
                .setGlobalMaxSize(-1)
                .addAddressSetting("#", new AddressSettings().setMaxSizeBytes(-1).setMaxSizeMessages(-1))
                .addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + args[1] + "?protocols=MQTT");
        new EmbeddedActiveMQ().setConfiguration(configuration).start();
        Thread.currentThread().join();
    }
}
