package io.holdfast.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.holdfast.access.Permissions;
import io.holdfast.access.Rule;
import io.holdfast.access.Rule.Right;
import io.holdfast.broker.Authentication;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.ReasonCode;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * An authenticator that goes on asking, accepts, and refuses as it likes, and notes what it has said, if
 * anybody asks it.
 */
final class SimulatedAuthenticator {
    private static final String METHOD = "DICE";
    private static final int ROUNDS_MAX = 4;

    /** What the first client may not read, though its subscriptions match it. */
    static final String HIDDEN_TOPIC = "b/1";

    /** What it may do: everything else. */
    private static final Permissions OF_FIRST = Permissions.of(List.of(new Rule(Right.WRITE, "#"),
            new Rule(Right.DENY, HIDDEN_TOPIC), new Rule(Right.READWRITE, "$shared/#"),
            new Rule(Right.READ, "#")));

    /** How many questions the client on that connection has answered. */
    private record Round(long linkId, int number) implements Authentication.Progress {}

    final boolean isAsked;

    private final RandomGenerator random;
    private final Sabotage sabotage;
    private final Map<Long, Link> links;
    private boolean refuses = true;

    SimulatedAuthenticator(boolean isAsked, RandomGenerator random, Sabotage sabotage,
            Map<Long, Link> links) {
        this.isAsked = isAsked;
        this.random = random;
        this.sabotage = sabotage;
        this.links = links;
    }

    /** What a client uses: the Authentication Method, or null for user name and password. */
    String anyMethod() {
        return isAsked && random.nextBoolean() ? METHOD : null;
    }

    /** Whether there is something that the client may not read. */
    boolean isLimited(SimulatedClient client) {
        return isAsked && client.index == 0;
    }

    /** From now on everybody is let in. */
    void refuseNobody() {
        refuses = false;
    }

    Input answer(Effect.Authenticate question) {
        Link link = links.get(question.connectionId());
        Permissions permissions =
                link == null || isLimited(link.client) ? OF_FIRST : Permissions.ALL;
        Authentication.Step step = switch (question.request()) {
            case Authentication.Begin begin when begin.method() == null -> acceptOrRefuse(permissions);
            case Authentication.Begin begin -> {
                assertEquals(METHOD, begin.method());
                yield step(question.connectionId(), 0, permissions);
            }
            case Authentication.GoOn(Authentication.Progress progress, byte[] _) -> {
                Round round = (Round) progress;
                assertEquals(round.linkId, question.connectionId(), "the progress of another client");
                yield step(round.linkId, round.number, permissions);
            }
        };
        note(link, step);
        return new Input.Authenticated(question.connectionId(), sabotage.onItsWay(step));
    }

    private Authentication.Step step(long linkId, int round, Permissions permissions) {
        return round < ROUNDS_MAX && random.nextBoolean()
                ? new Authentication.Continue(new byte[] {(byte) round}, new Round(linkId, round + 1))
                : acceptOrRefuse(permissions);
    }

    private Authentication.Step acceptOrRefuse(Permissions permissions) {
        return refuses && random.nextInt(8) == 0
                ? new Authentication.Refused(ReasonCode.NOT_AUTHORIZED, "the dice say no")
                : new Authentication.Accepted("user", null, permissions,
                        Authentication.Accepted.FOR_EVER);
    }

    /** Authenticating again changes nothing of what was said before CONNACK. */
    private static void note(Link link, Authentication.Step step) {
        if (link != null && !link.accepted) {
            link.accepted = step instanceof Authentication.Accepted;
            link.refused = step instanceof Authentication.Refused;
        }
    }
}
