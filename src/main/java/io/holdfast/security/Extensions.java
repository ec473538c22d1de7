package io.holdfast.security;

import io.holdfast.access.Permissions;
import io.holdfast.access.Rule;
import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.spi.Client;
import io.holdfast.spi.ClientAuthenticator;
import io.holdfast.spi.ClientAuthorizer;
import io.holdfast.spi.Grant;
import io.holdfast.spi.Login;
import io.holdfast.spi.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What jars beside the broker have to say about clients. One that throws refuses the client.
 *
 * @param report takes what the operator is to be told, on any thread
 */
public record Extensions(List<ClientAuthenticator> authenticators, List<ClientAuthorizer> authorizers,
        Consumer<String> report) {
    /** None. */
    public static final Extensions NONE = new Extensions(List.of(), List.of(), _ -> { });

    private static final Refused FAILED =
            new Refused(ReasonCode.SERVER_UNAVAILABLE, "nobody can say who the client is now");

    /** The authenticators, each as one that is asked in its turn. */
    List<Check> checks() {
        List<Check> checks = new ArrayList<>();
        for (ClientAuthenticator authenticator : authenticators) {
            checks.add(new Check() {
                @Override
                public Kind kind() {
                    return Kind.WAIT;
                }

                @Override
                public Step judge(Begin begin) {
                    return ask(authenticator, begin);
                }
            });
        }
        return checks;
    }

    private Step ask(ClientAuthenticator authenticator, Begin begin) {
        Login login = new Login(new Client(begin.clientId(), begin.userName(), begin.origin().address()),
                begin.password());
        try {
            return switch (authenticator.authenticate(login)) {
                case Verdict.Accept(String userName) -> new Accepted(userName, null);
                case Verdict.Refuse _ -> Scram.WRONG;
                case Verdict.Pass _ -> null;
            };
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            return failed(authenticator, begin.clientId(), e);
        }
    }

    /** The same with what the client may do, if one of the authorizers has something to say about it. */
    Step authorize(Begin begin, Accepted accepted) {
        Client client = new Client(begin.clientId(), accepted.userName(), begin.origin().address());
        for (ClientAuthorizer authorizer : authorizers) {
            try {
                List<Grant> grants = authorizer.grants(client);
                if (grants != null) {
                    Permissions permissions = Permissions.of(grants.stream().map(grant -> new Rule(
                            Rule.Right.valueOf(grant.right().name()), grant.topicFilter())).toList());
                    return new Accepted(accepted.userName(), accepted.data(), permissions,
                            accepted.untilMillis());
                }
            } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
                return failed(authorizer, begin.clientId(), e);
            }
        }
        return accepted;
    }

    private Refused failed(Object extension, String clientId, Throwable failure) {
        report.accept("extension " + extension.getClass().getName() + " failed, and client " + clientId
                + " is refused: " + failure);
        return FAILED;
    }
}
