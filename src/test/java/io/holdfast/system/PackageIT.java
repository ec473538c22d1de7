package io.holdfast.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.Packet;
import io.holdfast.mqtt.ProtocolVersion;
import io.holdfast.mqtt.QoS;
import io.holdfast.netty.NotifySocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The deb on a Debian, from its installation to its purge. */
@Tag("root")
@Timeout(300)
class PackageIT {
    private static final String CONFIG = "/etc/holdfast/holdfast.yaml";
    private static final String CACHES = "/var/cache/holdfast";
    private static final String HOLDFAST = "systemctl %s holdfast.service";
    private static final byte[] PAYLOAD = "now".getBytes(UTF_8);

    @TempDir
    Path folder;

    private NotifySocket supervisor;
    private PackageWorld world;
    private int port;

    @BeforeEach
    void makeWorld() throws IOException, InterruptedException {
        supervisor = PackageWorld.supervisor(folder);
        world = new PackageWorld(folder);
        port = BrokerProcess.freePort();
    }

    @AfterEach
    void endWorld() throws IOException {
        world.close();
        supervisor.close();
    }

    @Test
    void itIsInstalledAndStartedConfiguredUpgradedRemovedAndPurged() throws Exception {
        write("/etc/default/holdfast", "JAVA_HOME=" + System.getProperty("java.home") + "\n"
                + "HOLDFAST_LISTENERS=mqtt://127.0.0.1:" + port + "\n");
        world.run("dpkg -i /root/holdfast.deb");
        supervisor.expect("READY=1");
        supervisor.expect("WATCHDOG=1");
        assertEquals("holdfast holdfast 750\n", world.run("stat -c '%U %G %a' /var/lib/holdfast"));
        assertEquals("holdfast\n", world.run("stat -c %U /proc/$(cat /run/holdfast.pid)"));
        assertTrue(world.run("holdfast --version").startsWith("Holdfast 0."));
        world.run("systemd-analyze verify /usr/lib/systemd/system/holdfast.service");
        leaveMessageFor("meter-7");

        awaitCache();
        port = BrokerProcess.freePort();
        write("/etc/default/holdfast",
                "JAVA_HOME=" + System.getProperty("java.home") + "\nHOLDFAST_BUILD=no\n"); // no cache anew
        write(CONFIG, "listeners: [\"mqtt://127.0.0.1:" + port + "\"]\n");
        restarts(HOLDFAST.formatted("restart"));
        String line = world.run("tr '\\0' ' ' </proc/$(cat /run/holdfast.pid)/cmdline");
        assertTrue(line.contains("-XX:AOTCache=" + CACHES), line);
        reloads();

        upgrade();
        takeMessageOf("meter-7");

        world.run("dpkg -r holdfast");
        supervisor.expectAfter("WATCHDOG=1", "STOPPING=1");
        assertFalse(exists("/usr/bin/holdfast"));
        assertFalse(exists("/usr/share/holdfast"));
        assertFalse(exists(CACHES));
        assertTrue(exists(CONFIG));
        assertTrue(exists("/var/lib/holdfast/FORMAT"));

        world.run("dpkg -P holdfast");
        assertEquals("/etc/default/holdfast\n",
                world.run("find /etc /usr /var -xdev -name '*holdfast*' -not -path '/var/log/*'"));
    }

    @Test
    void withoutJavaItIsInstalledAndSaysWhatIsMissing() throws Exception {
        world.run("for folder in \"$JAVA_HOME\" /usr/lib/jvm; do mount -t tmpfs none \"$folder\"; done");
        String said = world.run("dpkg -i /root/holdfast.deb");
        assertTrue(said.contains("Java 25 or newer is needed, and none was found"), said);
        assertFalse(exists("/run/holdfast.pid"));
        assertEquals(1, world.run("holdfast start", new StringBuilder()));
    }

    private void leaveMessageFor(String clientId) throws IOException {
        try (RawClient client = new RawClient(port, ProtocolVersion.MQTT_5)) {
            assertFalse(client.connect(clientId));
            client.send(RawClient.subscribe("cmd", QoS.AT_LEAST_ONCE));
            client.expect(Packet.Suback.class);
        }
        try (RawClient client = new RawClient(port, ProtocolVersion.MQTT_5)) {
            client.connect("console");
            client.send(RawClient.publish(QoS.AT_LEAST_ONCE, 1, "cmd", PAYLOAD));
            client.expect(Packet.Puback.class);
        }
    }

    private void takeMessageOf(String clientId) throws IOException {
        try (RawClient client = new RawClient(port, ProtocolVersion.MQTT_5)) {
            assertTrue(client.connect(clientId));
            assertArrayEquals(PAYLOAD, client.expect(Packet.Publish.class).payload());
        }
    }

    /** The cache of classes, which the first start has begun to make. */
    private void awaitCache() throws IOException, InterruptedException {
        Path caches = world.path(CACHES);
        try (WatchService watch = caches.getFileSystem().newWatchService()) {
            caches.register(watch, ENTRY_CREATE);
            while (world.run("ls " + CACHES).lines().noneMatch(name -> name.endsWith(".aot"))) {
                WatchKey key = watch.poll(120, TimeUnit.SECONDS);
                assertNotNull(key, "no cache was made");
                key.pollEvents();
                key.reset();
            }
        }
    }

    private void restarts(String by) throws IOException, InterruptedException {
        String before = world.run("cat /run/holdfast.pid");
        world.run(by);
        supervisor.expectAfter("WATCHDOG=1", "STOPPING=1");
        supervisor.expect("READY=1");
        assertNotEquals(before, world.run("cat /run/holdfast.pid"));
    }

    /** {@code systemctl reload} fails if the broker does not take what it reads. */
    private void reloads() throws IOException, InterruptedException {
        world.run(HOLDFAST.formatted("reload"));
        write(CONFIG, "no-key: 1\n");
        StringBuilder said = new StringBuilder();
        assertNotEquals(0, world.run(HOLDFAST.formatted("reload"), said), said::toString);
        assertTrue(said.toString().contains("no-key"), said::toString);
        world.run("sed -i '/^no-key/d' " + CONFIG);
    }

    /** To the same files under a later version. */
    private void upgrade() throws IOException, InterruptedException {
        world.run("dpkg-deb -R /root/holdfast.deb /root/next && sed -i 's/^Version:.*/Version: 99/'"
                + " /root/next/DEBIAN/control && dpkg-deb -Znone -b /root/next /root/next.deb");
        String configured = world.run("cat " + CONFIG);
        restarts("dpkg -i /root/next.deb");
        assertEquals("99", world.run("dpkg-query -W -f '${Version}' holdfast"));
        assertEquals(configured, world.run("cat " + CONFIG));
    }

    /** Makes the file, or adds to the configuration. */
    private void write(String file, String text) throws IOException {
        StandardOpenOption how =
                file.equals(CONFIG) ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING;
        Files.writeString(world.path(file), text, StandardOpenOption.CREATE, how, StandardOpenOption.WRITE);
    }

    private boolean exists(String path) throws IOException, InterruptedException {
        return world.run("test -e " + path, new StringBuilder()) == 0;
    }
}
