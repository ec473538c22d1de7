package io.holdfast;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.NameAndTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The floors of the house, read from the compiled classes: a package imports only from floors strictly below,
 * the lower ones are pure, and each edge names exactly one foreign library.
 */
class FloorsTest {
    private static final String HOUSE = "io.holdfast.";

    /** Every package has a floor; a package in a package lives on its floor. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            entry("mqtt", 0), entry("spi", 0),
            entry("wire", 1), entry("topic", 1), entry("access", 1),
            entry("broker", 2),
            entry("netty", 3), entry("rocks", 3), entry("security", 3), entry("admin", 3),
            entry("config", 4),
            entry("server", 5));

    /**
     * What a pure package may name: values, collections, buffers; nothing that waits, draws, or reads a
     * clock.
     */
    private static final Rule PURE = new Rule(
            List.of("java.lang.", "java.util.", "java.math.", "java.nio.charset.", "java.nio.ByteOrder",
                    "java.nio.Buffer", "java.nio.ByteBuffer", "java.nio.CharBuffer", "java.nio.IntBuffer",
                    "java.nio.LongBuffer"),
            List.of("java.lang.Thread", "java.lang.InheritableThreadLocal", "java.lang.ScopedValue",
                    "java.lang.Runtime.", "java.lang.Process", "java.lang.Object.wait",
                    "java.lang.Object.notify", "java.lang.Math.random", "java.lang.ref.",
                    "java.lang.reflect.", "java.lang.foreign.", "java.lang.management.",
                    "java.lang.System.currentTimeMillis", "java.lang.System.nanoTime",
                    "java.lang.System.getProperty", "java.lang.System.getenv", "java.lang.System.exit",
                    "java.lang.System.in", "java.lang.System.out", "java.lang.System.err",
                    "java.lang.System.getLogger", "java.util.concurrent.", "java.util.Random",
                    "java.util.random.", "java.util.SplittableRandom", "java.util.UUID.randomUUID",
                    "java.util.Collections.shuffle", "java.util.Timer", "java.util.Date",
                    "java.util.Calendar", "java.util.GregorianCalendar", "java.util.Scanner",
                    "java.util.logging.", "java.util.prefs.", "java.util.jar.", "java.util.ServiceLoader",
                    "the keyword synchronized"));

    private static final Map<String, Rule> FOREIGN = Map.ofEntries(
            entry("mqtt", PURE),
            entry("wire", PURE),
            entry("topic", PURE),
            entry("access", PURE),
            entry("spi", new Rule(List.of("java.lang.", "java.util."), List.of())),
            entry("broker", PURE),
            entry("netty", new Rule(List.of("java.", "javax.net.", "javax.naming.",
                    "javax.security.auth.x500.", "io.netty.", "org.slf4j.", "the keyword"), List.of())),
            // Of protobuf: the generated rows, and what it takes to read and write them.
            entry("rocks", new Rule(List.of("java.", "org.rocksdb.", "com.google.protobuf.", "org.slf4j.",
                    "the keyword"), List.of())),
            // Bouncy Castle for hashes of passwords that the JDK does not know, Nimbus for tokens.
            entry("security", new Rule(List.of("java.", "javax.crypto.", "org.bouncycastle.crypto.",
                    "com.nimbusds.", "the keyword"), List.of())),
            // The HTTP server is the JDK's.
            entry("admin", new Rule(List.of("java.", "com.sun.net.httpserver.", "io.micrometer.",
                    "org.slf4j.", "the keyword"), List.of())),
            entry("config", new Rule(List.of("java.", "javax.security.auth.x500.", "org.snakeyaml.",
                    "org.slf4j.", "the keyword"), List.of())),
            // Of Logback: its levels, and how lines are written.
            entry("server", new Rule(List.of("java.", "javax.", "jdk.", "com.sun.net.httpserver.",
                    "com.sun.management.", "org.slf4j.", "ch.qos.logback.", "the keyword"), List.of())));

    /** Beginnings of names: of those that may be named, and of those among them that may not. */
    private record Rule(List<String> allowed, List<String> except) {
        private boolean permits(String name) {
            return allowed.stream().anyMatch(name::startsWith) && except.stream().noneMatch(name::startsWith);
        }
    }

    /** Class {@code from} names {@code to}: a class, a member ({@code class.member}), or a keyword. */
    private record Reference(String from, String to) {}

    @Test
    void everyPackageKeepsToItsFloor() throws IOException {
        List<String> violations = new ArrayList<>();
        int classes = 0;
        try (Stream<Path> files = Files.walk(Path.of("target/classes/io/holdfast"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                references(ClassFile.of().parse(file)).stream()
                        .flatMap(reference -> violation(reference).stream()).forEach(violations::add);
                classes++;
            }
        }
        assertTrue(classes > FLOORS.size(), "classes read: " + classes);
        assertTrue(violations.isEmpty(), String.join("\n", violations));
    }

    @ParameterizedTest(name = "{0} names {1}: {2}")
    @CsvSource(textBlock = """
            mqtt.Packet,       io.holdfast.mqtt.QoS,  ok
            broker.Broker,     io.holdfast.topic.SubscriptionIndex,  ok
            server.Main,       io.holdfast.rocks.RocksStore,  ok
            rocks.RocksStore,  io.holdfast.rocks.rows.SessionRow,  ok
            topic.X,           io.holdfast.wire.X,  topic (floor 1) must not import wire (floor 1)
            mqtt.X,            io.holdfast.broker.X,  mqtt (floor 0) must not import broker (floor 2)
            netty.X,           io.holdfast.rocks.rows.X,  netty (floor 3) must not import rocks (floor 3)
            bridge.X,          java.lang.Object,                   give it a floor
            server.X,          io.holdfast.bridge.X,  give it a floor
            X,                 java.lang.Object,                   give it a floor
            broker.X,          java.util.ArrayDeque,               ok
            broker.X,          java.lang.System.arraycopy,         ok
            broker.X,          java.lang.System.nanoTime,          broker must not name
            broker.X,          java.lang.System.currentTimeMillis, broker must not name
            broker.X,          java.lang.Thread,                   broker must not name
            broker.X,          java.util.concurrent.locks.Lock,    broker must not name
            broker.X,          java.util.Random,                   broker must not name
            broker.X,          java.time.Clock,                    broker must not name
            broker.X,          java.io.File,                       broker must not name
            broker.X,          java.net.URI,                       broker must not name
            broker.X,          java.nio.file.Path,                 broker must not name
            broker.X,          org.slf4j.Logger,                   broker must not name
            broker.X,          the keyword synchronized,           broker must not name
            wire.X,            java.nio.ByteBuffer,                ok
            wire.X,            io.netty.buffer.ByteBuf,            wire must not name
            topic.X,           java.math.BigInteger,               ok
            mqtt.X,            com.google.protobuf.ByteString,     mqtt must not name
            netty.X,           io.netty.channel.Channel,           ok
            netty.X,           org.rocksdb.RocksDB,                netty must not name
            rocks.X,           org.rocksdb.RocksDB,                ok
            rocks.rows.X,      com.google.protobuf.Message,        ok
            rocks.X,           io.netty.buffer.ByteBuf,            rocks must not name
            security.X,        javax.crypto.Mac,                   ok
            security.X,        io.netty.buffer.ByteBuf,            security must not name
            security.X,        org.slf4j.Logger,                   security must not name
            config.X,          org.snakeyaml.engine.v2.nodes.Node, ok
            config.X,          io.holdfast.server.X,  config (floor 4) must not import server (floor 5)
            config.X,          io.netty.channel.Channel,           config must not name
            server.X,          org.snakeyaml.engine.v2.nodes.Node, server must not name
            admin.X,           ch.qos.logback.core.Appender,       admin must not name
            server.X,          org.slf4j.Logger,                   ok
            server.X,          io.netty.channel.Channel,           server must not name
            server.X,          org.rocksdb.RocksDB,                server must not name
            server.X,          com.google.protobuf.Message,        server must not name
            """)
    void theRulesTellRightFromWrong(String from, String to, String expected) {
        String told = violation(new Reference(HOUSE + from, to)).orElse("ok");
        assertTrue(told.contains(expected), told);
    }

    /** Breaks the rules in every way in which a class can name something. */
    private abstract static class Forbidden implements java.io.Closeable {
        private List<Thread> inSignature;
        private java.time.Clock asField;

        abstract java.util.Random asResult(java.io.File[][] asParameter);

        synchronized long calls() {
            return System.nanoTime();
        }

        long locks() {
            synchronized (this) {
                Runnable lambda = Thread::onSpinWait;
                return lambda.hashCode() + ((Object) inSignature instanceof java.net.URI[] ? 1 : 0);
            }
        }
    }

    @Test
    void aReferenceIsSeenWhereverItStands() throws IOException {
        Path file = Path.of("target/test-classes/io/holdfast/FloorsTest$Forbidden.class");
        Set<String> names = new TreeSet<>();
        references(ClassFile.of().parse(file)).forEach(reference -> names.add(reference.to()));
        Set<String> expected = Set.of("java.io.Closeable", "java.lang.Thread", "java.time.Clock",
                "java.util.Random", "java.io.File", "java.net.URI", "java.lang.System.nanoTime",
                "java.lang.Thread.onSpinWait", "the keyword synchronized");
        Set<String> missed = new TreeSet<>(expected);
        missed.removeAll(names);
        assertEquals(Set.of(), missed);
        for (String name : expected) {
            assertTrue(violation(new Reference("io.holdfast.broker.X", name)).isPresent(), name);
        }
    }

    private static Optional<String> violation(Reference reference) {
        String from = packageOf(reference.from());
        if (!FLOORS.containsKey(from)) {
            return Optional.of(reference.from() + ": unknown package '" + from + "', give it a floor");
        }
        if (!reference.to().startsWith(HOUSE)) {
            return FOREIGN.get(from).permits(reference.to()) ? Optional.empty()
                    : Optional.of(reference.from() + ": " + from + " must not name " + reference.to());
        }
        String to = packageOf(reference.to());
        if (!FLOORS.containsKey(to)) {
            return Optional.of(reference.from() + ": unknown package '" + to + "', give it a floor");
        }
        return from.equals(to) || FLOORS.get(to) < FLOORS.get(from) ? Optional.empty()
                : Optional.of("%s: %s (floor %d) must not import %s (floor %d): %s".formatted(
                        reference.from(), from, FLOORS.get(from), to, FLOORS.get(to), reference.to()));
    }

    /** The first part of the name within the house, or "" for a class at its door. */
    private static String packageOf(String className) {
        String within = className.substring(HOUSE.length());
        int dot = within.indexOf('.');
        return dot < 0 ? "" : within.substring(0, dot);
    }

    private static List<Reference> references(ClassModel model) {
        Set<String> names = new TreeSet<>();
        for (PoolEntry entry : model.constantPool()) {
            switch (entry) {
                case ClassEntry named -> addClass(named, names);
                case MemberRefEntry member -> {
                    addClass(member.owner(), names);
                    if (!isArray(member.owner())) { // an array's only member is clone()
                        names.add(className(member.owner()) + "." + member.name().stringValue());
                    }
                }
                case NameAndTypeEntry typed -> addTypes(typed.type().stringValue(), names);
                case MethodTypeEntry typed -> addTypes(typed.descriptor().stringValue(), names);
                default -> { }
            }
        }
        addSignature(model, names);
        addMembers(model, names);
        String from = className(model.thisClass());
        return names.stream().map(name -> new Reference(from, name)).toList();
    }

    private static void addMembers(ClassModel model, Set<String> names) {
        model.fields().forEach(field -> {
            addTypes(field.fieldType().stringValue(), names);
            addSignature(field, names);
        });
        model.methods().forEach(method -> {
            addTypes(method.methodType().stringValue(), names);
            addSignature(method, names);
            boolean monitor = method.code().stream().flatMap(CodeModel::elementStream)
                    .anyMatch(MonitorInstruction.class::isInstance);
            if (monitor || method.flags().has(AccessFlag.SYNCHRONIZED)) {
                names.add("the keyword synchronized");
            }
        });
    }

    private static void addSignature(AttributedElement element, Set<String> names) {
        element.findAttribute(Attributes.signature())
                .ifPresent(attribute -> addTypes(attribute.signature().stringValue(), names));
    }

    private static String className(ClassEntry entry) {
        return entry.asInternalName().replace('/', '.');
    }

    private static boolean isArray(ClassEntry entry) {
        return entry.asInternalName().startsWith("[");
    }

    private static void addClass(ClassEntry entry, Set<String> names) {
        if (isArray(entry)) {
            addTypes(entry.asInternalName(), names);
        } else {
            names.add(className(entry));
        }
    }

    /** Adds the classes that a descriptor or a generic signature names. */
    private static void addTypes(String descriptor, Set<String> names) {
        Matcher matcher = Pattern.compile("L([\\w/$]+)[;<]").matcher(descriptor);
        while (matcher.find()) {
            names.add(matcher.group(1).replace('/', '.'));
        }
    }
}
