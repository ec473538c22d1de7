package io.holdfast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.holdfast.config.ConfigReader;
import io.holdfast.config.Shows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LogLevelsTest {
    private static final Logger ANY = LoggerFactory.getLogger("io.holdfast.any.Class");
    private static final Logger NAMED = LoggerFactory.getLogger("io.holdfast.named.Class");

    @TempDir
    private Path folder;

    private Map<String, String> read(String yaml) throws Exception {
        Path file = Files.writeString(folder.resolve("holdfast.yaml"), yaml);
        return new ConfigReader(List.of(), Map.of(), file).read().logLevels();
    }

    @Test
    @Shows({"log.level", "log.levels"})
    void whatIsLoggedIsWhatTheOperatorSaysNowAndElseWhatItWas() throws Exception {
        LogLevels levels = new LogLevels();
        boolean before = ANY.isDebugEnabled();
        levels.set(read("log: {level: debug, levels: {io.holdfast.named: error}}"));
        assertTrue(ANY.isDebugEnabled());
        assertFalse(NAMED.isWarnEnabled());
        levels.set(read("log: {level: 'off'}"));
        assertFalse(ANY.isErrorEnabled() || NAMED.isErrorEnabled());
        levels.set(Map.of());
        assertEquals(before, ANY.isDebugEnabled());
        assertTrue(NAMED.isWarnEnabled());
    }
}
