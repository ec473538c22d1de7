package io.holdfast.security;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Continue;
import io.holdfast.broker.Authentication.GoOn;
import io.holdfast.broker.Authentication.Progress;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.ReasonCode;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Finds out who clients are, for the core, on threads of its own. Checking a password in CONNECT is slow by
 * intention, asking others takes time, and a step of SCRAM is quick, so each kind has its threads, and a
 * flood of the one does not keep the other waiting. What more waits than {@link #WAITING_MAX} is refused as
 * too much.
 */
public final class Authenticator {
    /** Requests that wait for a thread, of each kind: as much work as clients have the patience for. */
    static final int WAITING_MAX = 1_024;

    /** Of a user name in characters: what waits is small. */
    static final int NAME_LENGTH_MAX = 1_024;

    /** Of a password in bytes, which may be a token. */
    static final int PASSWORD_BYTES_MAX = 16 << 10;

    /** How many questions to others are under way. */
    static final int CALLS_MAX = 16;

    /** The Authentication Method with which a client shows a token, and later another one. */
    static final String TOKEN_METHOD = "JWT";

    private static final int NONCE_BYTES = 18;

    private static final Refused BUSY =
            new Refused(ReasonCode.SERVER_BUSY, "too many clients are being authenticated");
    private static final Refused NOTHING_SHOWN = new Refused(ReasonCode.NOT_AUTHORIZED,
            "CONNECT has no user name and password, and no Authentication Method");

    /** What is remembered between two steps of SCRAM. */
    private record Attempt(Begin begin, Progress progress) implements Progress {}

    private final Consumer<Input.Authenticated> answers;
    private final Map<Check.Kind, ExecutorService> threads = new EnumMap<>(Check.Kind.class);
    private final SecureRandom random = new SecureRandom();
    private final Door door = new Door(System::nanoTime);
    private volatile Security security;

    /**
     * @param answers takes the answers, on any thread
     * @param factory makes threads whose uncaught exceptions end the process
     */
    public Authenticator(Security security, Consumer<Input.Authenticated> answers, ThreadFactory factory) {
        security.prepare();
        this.security = security;
        this.answers = answers;
        int workers = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        threads.put(Check.Kind.QUICK, threads(1, factory));
        threads.put(Check.Kind.WORK, threads(workers, factory));
        threads.put(Check.Kind.WAIT, threads(CALLS_MAX, factory));
    }

    private static ExecutorService threads(int count, ThreadFactory factory) {
        return new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX), factory);
    }

    /** From now on clients are judged by this; returns by what they were. */
    public synchronized Security change(Security changed) {
        Security old = security;
        security = changed;
        old.close();
        return old;
    }

    /** Has the question answered, at once or later. */
    public void ask(Effect.Authenticate question) {
        switch (question.request()) {
            case GoOn(var progress, byte[] data) -> {
                Attempt attempt = (Attempt) progress;
                run(Check.Kind.QUICK, question, () ->
                        answer(question, attempt.begin, Scram.last(attempt.progress, data),
                                Scram.userName(attempt.progress)));
            }
            case Begin begin -> {
                Refused refusal = door.refusal(begin, security.bans(), security.settings().door());
                if (refusal != null) {
                    answer(question, refusal);
                } else if (begin.method() != null) {
                    beginExchange(question, begin);
                } else {
                    check(question, begin);
                }
            }
        }
    }

    private void beginExchange(Effect.Authenticate question, Begin begin) {
        Security now = security;
        Mechanism mechanism = Mechanism.of(begin.method());
        if (now.jwt() != null && begin.method().equals(TOKEN_METHOD)) {
            run(now.jwt().kind(), question, () -> answer(question, begin, now.jwt().judge(begin), null));
        } else if (mechanism == null || now.settings().users() == null) { // [MQTT-4.12.0-1]
            answer(question, begin, new Refused(ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "the Authentication Method is none of " + Arrays.stream(Mechanism.values())
                            .map(Mechanism::saslName).collect(Collectors.joining(", "))), null);
        } else {
            run(Check.Kind.QUICK, question, () -> {
                Step step = Scram.first(mechanism, begin.data(), now.users(), nonce());
                if (step instanceof Continue(byte[] data, Progress progress)) {
                    Refused refusal = door.refusal(Scram.userName(progress), now.bans());
                    step = refusal != null ? refusal : new Continue(data, new Attempt(begin, progress));
                }
                answer(question, begin, step, null);
            });
        }
    }

    private void check(Effect.Authenticate question, Begin begin) {
        boolean isTooLong = begin.userName() != null && begin.userName().length() > NAME_LENGTH_MAX
                || begin.password() != null && begin.password().length > PASSWORD_BYTES_MAX;
        if (isTooLong) {
            answer(question, begin, Scram.WRONG, null);
        } else {
            next(question, begin, security.checks().iterator(), security);
        }
    }

    /** Asks one check after the other. */
    private void next(Effect.Authenticate question, Begin begin, Iterator<Check> checks, Security by) {
        if (!checks.hasNext()) {
            answer(question, begin, unknown(begin, by), begin.userName());
            return;
        }
        Check check = checks.next();
        run(check.kind(), question, () -> {
            Step step = check.judge(begin);
            if (step == null) {
                next(question, begin, checks, by);
            } else {
                answer(question, begin, step, begin.userName());
            }
        });
    }

    /** What a client is told that nobody knows. */
    private static Step unknown(Begin begin, Security by) {
        boolean mayEnter = by.settings().anonymous() || !by.authenticates();
        if (begin.userName() == null && begin.password() == null) {
            return mayEnter ? new Accepted(null, null) : NOTHING_SHOWN;
        }
        if (!by.authenticates()) {
            return new Accepted(null, null);
        }
        return begin.userName() == null || begin.password() == null ? NOTHING_SHOWN : Scram.WRONG;
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void run(Check.Kind kind, Effect.Authenticate question, Runnable work) {
        try {
            threads.get(kind).execute(work);
        } catch (RejectedExecutionException _) {
            answer(question, BUSY);
        }
    }

    /** @param userName whom the client says to be, as far as that is known */
    private void answer(Effect.Authenticate question, Begin begin, Step step, String userName) {
        Security now = security;
        if (step instanceof Accepted accepted) {
            ClientIds clientIds = now.settings().clientIds();
            if (now.bans().named().contains(begin.clientId(), accepted.userName())) {
                answer(question, Door.BANNED);
            } else if (!clientIds.permit(begin.clientId(), accepted.userName())) { // [MQTT-3.1.3-8]
                answer(question, new Refused(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID, clientIds.expected()));
            } else if (accepted.permissions() == null && !now.extensions().authorizers().isEmpty()) {
                run(Check.Kind.WAIT, question,
                        () -> answer(question, now.extensions().authorize(begin, accepted)));
            } else {
                answer(question, accepted);
            }
            return;
        }
        if (step instanceof Refused(ReasonCode reason, String _)
                && reason == ReasonCode.BAD_USER_NAME_OR_PASSWORD) {
            door.failed(begin, userName, now.settings().door());
        }
        answer(question, step);
    }

    private void answer(Effect.Authenticate question, Step step) {
        answers.accept(new Input.Authenticated(question.connectionId(), step));
    }

    /** What is still waiting is not answered any more. */
    public void stop() {
        threads.values().forEach(ExecutorService::shutdownNow);
        security.close();
    }
}
