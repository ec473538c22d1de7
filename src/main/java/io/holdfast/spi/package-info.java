/**
 * What a jar beside the broker may do about its clients: say who they are ({@link
 * io.holdfast.spi.ClientAuthenticator}), what they may do ({@link io.holdfast.spi.ClientAuthorizer}), and
 * look at, change or refuse what they publish ({@link io.holdfast.spi.PublishInterceptor}). A jar names its
 * classes in {@code META-INF/services}, as {@link java.util.ServiceLoader} has it, and
 * {@code --extensions FOLDER} names the folder of jars.
 *
 * <p>This package stays as it is for those who build on it: nothing is taken away, and what is added has a
 * default. All calls come on threads that are not the core's, several at a time. An extension that throws, or
 * is too slow, refuses the one client or message that it was asked about, and nobody else.
 */
package io.holdfast.spi;
