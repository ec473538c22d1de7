package io.holdfast.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Every key has a test that shows its effect: the compiled tests say which ones, by {@link Shows}. */
class KeysTest {
    private static final Set<String> TESTS =
            Set.of(descriptor(Test.class), descriptor(ParameterizedTest.class));

    @Test
    void everyKeyHasATestThatShowsItsEffectAndNoTestShowsOneThatThereIsNot() throws IOException {
        Set<String> keys = new TreeSet<>();
        Keys.ALL.forEach(key -> keys.add(key.name()));
        Keys.LISTENER.forEach(key -> keys.add(Keys.LISTENERS.name() + "." + key.name()));
        Set<String> shown = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("target/test-classes/io/holdfast"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).toList()) {
                shown.addAll(shownBy(ClassFile.of().parse(file)));
            }
        }
        assertEquals(String.join("\n", keys), String.join("\n", shown));
    }

    private static Set<String> shownBy(ClassModel tests) {
        Set<String> shown = new TreeSet<>();
        for (MethodModel method : tests.methods()) {
            List<Annotation> annotations = method.findAttribute(Attributes.runtimeVisibleAnnotations())
                    .map(attribute -> attribute.annotations()).orElse(List.of());
            List<String> types = annotations.stream().map(one -> one.className().stringValue()).toList();
            int place = types.indexOf(descriptor(Shows.class));
            if (place >= 0) {
                assertTrue(types.stream().anyMatch(TESTS::contains), () -> tests.thisClass().asInternalName()
                        + "." + method.methodName() + " is no test");
                keys(annotations.get(place).elements().getFirst().value(), shown);
            }
        }
        return shown;
    }

    private static void keys(AnnotationValue value, Set<String> shown) {
        switch (value) {
            case AnnotationValue.OfArray array -> array.values().forEach(one -> keys(one, shown));
            case AnnotationValue.OfString key -> shown.add(key.stringValue());
            default -> throw new AssertionError(value);
        }
    }

    private static String descriptor(Class<?> annotation) {
        return annotation.descriptorString();
    }
}
