package io.holdfast.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.mqtt.ProtocolVersion;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a user of Mosquitto sees who asks a broker how it is. */
@Timeout(120)
class SysIT {
    private static final String PREFIX = "$SYS/broker/";
    private static final String LAST = PREFIX + "load/sockets/15min";

    @TempDir
    private Path data;

    @Test
    @Tag("debian")
    void mosquittosClientIsShownAllValuesAtOnceAndThenWhatChanges() throws Exception {
        try (BrokerProcess broker = BrokerProcess.start(data);
                RawClient device = new RawClient(broker.port(), ProtocolVersion.MQTT_5)) {
            device.connect("device");
            Process watcher = new ProcessBuilder("mosquitto_sub", "-p", Integer.toString(broker.port()), "-t",
                    "$SYS/#", "-F", "%r %t=%p").redirectErrorStream(true).start();
            try (BufferedReader lines = watcher.inputReader()) {
                Map<String, String> greeting = readThrough("1 " + LAST, lines);
                assertTrue(greeting.get("1 " + PREFIX + "version").matches("holdfast version \\d.*"),
                        greeting::toString);
                assertTrue(greeting.get("1 " + PREFIX + "uptime").endsWith(" seconds"), greeting::toString);
                assertTrue(greeting.containsKey("1 " + PREFIX + "publish/messages/dropped"),
                        greeting::toString);
                Map<String, String> update = readThrough("0 " + LAST, lines);
                assertEquals("2", update.get("0 " + PREFIX + "clients/connected"));
                assertEquals("2", update.get("0 " + PREFIX + "connections/socket/count"));
                for (String moved : new String[] {"uptime", "messages/received", "messages/sent",
                    "publish/messages/sent", "publish/bytes/sent", "bytes/received", "bytes/sent",
                    "heap/current", "load/bytes/sent/1min"}) {
                    assertTrue(isPositive(update.get("0 " + PREFIX + moved)), () -> moved + " of " + update);
                }
            } finally {
                watcher.destroyForcibly();
            }
        }
    }

    private static boolean isPositive(String value) {
        return value != null && Double.parseDouble(value.replace(" seconds", "")) > 0;
    }

    /** The values shown, by RETAIN and Topic Name, up to that one. */
    private static Map<String, String> readThrough(String last, BufferedReader lines) throws Exception {
        Map<String, String> values = new HashMap<>();
        while (!values.containsKey(last)) {
            String line = lines.readLine();
            int equals = line.indexOf('=');
            values.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return values;
    }
}
