package io.holdfast.security;

/** A URL as others may read it: without what may be a secret in it, be it before the host or a query. */
public final class ShownUrl {
    private ShownUrl() {}

    /** What is no URL stays as it is. */
    public static String of(String text) {
        return !text.matches("(?s)https?://.*") ? text
                : text.replaceFirst("//[^/?#]*@", "//***@").replaceFirst("(?s)[?#].*", "?***");
    }
}
