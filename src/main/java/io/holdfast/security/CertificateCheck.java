package io.holdfast.security;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Step;

/** Takes the word of a certificate that TLS has found good; a user name in CONNECT does not matter then. */
final class CertificateCheck implements Check {
    @Override
    public Kind kind() {
        return Kind.QUICK;
    }

    @Override
    public Step judge(Begin begin) {
        String name = begin.origin().certificateName();
        return name == null ? null : new Accepted(name, null);
    }
}
