package io.holdfast.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.AnnotatedElement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Notes the result of every test that shows a normative statement, in one file for each JVM that runs tests;
 * {@link ConformanceCheck} reads them all. A statement is named by {@link Clause}, or in the display name of
 * a parameterized test's invocation that begins with a version, as in {@code MQTT_5 Topic Alias 0
 * [MQTT-3.3.2-8]}.
 */
public final class ClauseListener implements TestExecutionListener {
    /** Where the files are; the build empties it before it runs tests. */
    static final Path FOLDER = Path.of("target", "clauses");

    private static final Path FILE = FOLDER.resolve(ProcessHandle.current().pid() + ".tsv");
    private static final Pattern VERSION = Pattern.compile("(?:\\[\\d+] )?(MQTT_[0-9_]+) .*", Pattern.DOTALL);
    private static final Pattern ID = Pattern.compile("\\[(MQTT-[0-9.]+-[0-9]+)]");

    private final Set<Shown> shown = new LinkedHashSet<>();

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest() && test.getSource().orElse(null) instanceof MethodSource source) {
            note(test, source, result.getStatus() == TestExecutionResult.Status.SUCCESSFUL);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        if (test.getSource().orElse(null) instanceof MethodSource source) {
            note(test, source, false);
        }
    }

    private void note(TestIdentifier test, MethodSource source, boolean passed) {
        String name = source.getJavaClass().getSimpleName() + "." + source.getMethodName();
        note(source.getJavaClass(), name, passed);
        note(source.getJavaMethod(), name, passed);
        Matcher version = VERSION.matcher(test.getDisplayName());
        if (version.matches()) {
            Matcher id = ID.matcher(test.getDisplayName());
            while (id.find()) {
                shown.add(new Shown(Standard.valueOf(version.group(1)), id.group(1), name, passed));
            }
        }
    }

    private void note(AnnotatedElement element, String name, boolean passed) {
        Clause clause = element.getAnnotation(Clause.class);
        if (clause != null) {
            for (String id : clause.mqtt5()) {
                shown.add(new Shown(Standard.MQTT_5, id, name, passed));
            }
            for (String id : clause.mqtt311()) {
                shown.add(new Shown(Standard.MQTT_3_1_1, id, name, passed));
            }
        }
    }

    @Override
    public void testPlanExecutionFinished(TestPlan plan) {
        try {
            Files.createDirectories(FOLDER);
            Files.write(FILE, shown.stream().map(Shown::line).toList(), StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        shown.clear();
    }
}
