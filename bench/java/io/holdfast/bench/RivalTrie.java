package io.holdfast.bench;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trie of another broker, in class loaders of its own: its libraries are other versions of ours, and it
 * sees none of ours but the interface through which it is used. {@code bench/rivals/fetch} fetches them, and
 * compiles the class {@code Trie} that adapts them.
 */
final class RivalTrie {
    private RivalTrie() {}

    static TopicMatcher load(String name) {
        Path folder = Path.of("target", "rivals", name);
        if (!Files.isDirectory(folder.resolve("classes"))) {
            throw new IllegalStateException(folder + " is missing: run bench/rivals/fetch " + name);
        }
        ClassLoader shared = new ClassLoader(ClassLoader.getPlatformClassLoader()) {
            @Override
            protected Class<?> findClass(String className) throws ClassNotFoundException {
                if (className.equals(TopicMatcher.class.getName())) {
                    return TopicMatcher.class;
                }
                throw new ClassNotFoundException(className);
            }
        };
        try {
            // It stays open, for classes are loaded when they are first used.
            ClassLoader loader = new URLClassLoader(name, classPath(folder), shared);
            return (TopicMatcher) loader.loadClass("Trie").getDeclaredConstructor().newInstance();
        } catch (IOException | ReflectiveOperationException e) {
            throw new IllegalStateException("the trie of " + name + " cannot be used", e);
        }
    }

    private static URL[] classPath(Path folder) throws IOException {
        List<URL> urls = new ArrayList<>();
        urls.add(folder.resolve("classes").toUri().toURL());
        for (String jar : Files.readString(folder.resolve("classpath")).strip().split(File.pathSeparator)) {
            urls.add(Path.of(jar).toUri().toURL());
        }
        return urls.toArray(URL[]::new);
    }
}
