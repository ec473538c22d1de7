package io.holdfast.security;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.GoOn;
import io.holdfast.broker.Authentication.Refused;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.broker.Effect;
import io.holdfast.broker.Input;
import io.holdfast.mqtt.ReasonCode;
import io.holdfast.mqtt.Utf8;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Finds out who clients are, for the core, on threads of its own. Checking a password in CONNECT is slow by
 * intention, and a step of SCRAM is quick, so each kind has its threads, and a flood of the one does not keep
 * the other waiting. What more waits than {@link #WAITING_MAX} is refused as too much.
 */
public final class Authenticator {
    /** Requests that wait for a thread, of each kind: as much work as clients have the patience for. */
    static final int WAITING_MAX = 1_024;

    /** Of a user name in characters, and of a password in bytes, in CONNECT: what waits is small. */
    static final int LENGTH_MAX = 1_024;

    private static final int NONCE_BYTES = 18;

    private static final Refused BUSY =
            new Refused(ReasonCode.SERVER_BUSY, "too many clients are being authenticated");

    private final Consumer<Input.Authenticated> answers;
    private final ExecutorService passwords;
    private final ExecutorService exchanges;
    private final SecureRandom random = new SecureRandom();
    private volatile Users users;

    /**
     * @param answers takes the answers, on any thread
     * @param factory makes threads whose uncaught exceptions end the process
     */
    public Authenticator(Users users, Consumer<Input.Authenticated> answers, ThreadFactory factory) {
        this.users = users;
        this.answers = answers;
        passwords = threads(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), factory);
        exchanges = threads(1, factory);
    }

    private static ExecutorService threads(int count, ThreadFactory factory) {
        return new ThreadPoolExecutor(count, count, 0, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING_MAX), factory);
    }

    /** From now on, these may enter; any thread. Clients that are connected stay so. */
    public void use(Users others) {
        users = others;
    }

    /** Has the question answered, at once or later. */
    public void ask(Effect.Authenticate question) {
        switch (question.request()) {
            case GoOn(var progress, byte[] data) ->
                run(exchanges, question, () -> Scram.last(progress, data));
            case Begin(_, String method, byte[] data, _, _) when method != null ->
                beginExchange(question, method, data);
            case Begin(_, _, _, String userName, byte[] password) ->
                checkPassword(question, userName, password);
        }
    }

    private void beginExchange(Effect.Authenticate question, String method, byte[] data) {
        Mechanism mechanism = Mechanism.of(method);
        if (mechanism == null) { // [MQTT-4.12.0-1]
            answer(question, new Refused(ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "the Authentication Method is none of " + Arrays.stream(Mechanism.values())
                            .map(Mechanism::saslName).collect(Collectors.joining(", "))));
        } else {
            run(exchanges, question, () -> Scram.first(mechanism, data, users, nonce()));
        }
    }

    private void checkPassword(Effect.Authenticate question, String userName, byte[] password) {
        if (userName == null || password == null) {
            answer(question, new Refused(ReasonCode.NOT_AUTHORIZED,
                    "CONNECT has no user name and password, and no Authentication Method"));
        } else if (userName.length() > LENGTH_MAX || password.length > LENGTH_MAX) {
            answer(question, Scram.WRONG);
        } else {
            run(passwords, question, () -> judge(userName, password));
        }
    }

    /** The work is the same for users that do not exist, and for what cannot be a password. */
    private Step judge(String userName, byte[] password) {
        String user = SaslPrep.prepare(userName);
        String text = Utf8.decode(password);
        String prepared = text == null ? null : SaslPrep.prepare(text);
        boolean right = users.credential(user == null ? "" : user).isOf(prepared == null ? "\0" : prepared);
        return right ? new Accepted(user, null) : Scram.WRONG;
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    private void run(ExecutorService threads, Effect.Authenticate question, Supplier<Step> work) {
        try {
            threads.execute(() -> answer(question, work.get()));
        } catch (RejectedExecutionException _) {
            answer(question, BUSY);
        }
    }

    private void answer(Effect.Authenticate question, Step step) {
        answers.accept(new Input.Authenticated(question.connectionId(), step));
    }

    /** What is still waiting is not answered any more. */
    public void stop() {
        passwords.shutdownNow();
        exchanges.shutdownNow();
    }
}
