package io.holdfast.server;

import io.holdfast.config.BadConfigException;
import io.holdfast.security.Extensions;
import io.holdfast.spi.ClientAuthenticator;
import io.holdfast.spi.ClientAuthorizer;
import io.holdfast.spi.PublishInterceptor;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extensions in the jars of one folder, in the order of the jars' names.
 *
 * @param security those about who clients are and what they may do
 */
record ExtensionFolder(Extensions security, List<PublishInterceptor> interceptors) {
    private static final Logger LOG = LoggerFactory.getLogger(ExtensionFolder.class);

    /**
     * Loads them; none if there is no folder.
     *
     * @throws BadConfigException if the folder cannot be read, or an extension cannot be made
     */
    static ExtensionFolder load(Path folder) throws BadConfigException {
        if (folder == null) {
            return new ExtensionFolder(Extensions.NONE, List.of());
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
                jars.add(jar.toUri().toURL());
            }
            ClassLoader loader = new URLClassLoader("extensions", jars.toArray(URL[]::new),
                    ExtensionFolder.class.getClassLoader());
            return new ExtensionFolder(new Extensions(all(ClientAuthenticator.class, loader),
                    all(ClientAuthorizer.class, loader), LOG::warn),
                    all(PublishInterceptor.class, loader));
        } catch (IOException e) {
            throw new BadConfigException(List.of("extensions is " + folder + ", which cannot be read (" + e
                    + "); expected a folder of jars"));
        } catch (ServiceConfigurationError | LinkageError e) {
            throw new BadConfigException(List.of("extensions is " + folder + ", where an extension cannot be"
                    + " made: " + e + "; expected classes with a public constructor without parameters"));
        }
    }

    private static <T> List<T> all(Class<T> service, ClassLoader loader) {
        return ServiceLoader.load(service, loader).stream().map(ServiceLoader.Provider::get).toList();
    }
}
