package io.holdfast.server;

import io.holdfast.broker.Broker;
import io.holdfast.broker.Lag;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Questions to the core, which it answers when it next looks at its clock: within a second, as a rule. */
final class Inquiry {
    private static final long SECONDS_MAX = 8;

    private record Question(int clientsMax, CompletableFuture<List<Lag>> answer) {}

    private final Queue<Question> questions = new ConcurrentLinkedQueue<>();

    /**
     * The slowest subscribers; any thread but the core's.
     *
     * @throws TimeoutException if the core does not answer
     */
    List<Lag> slowest(int clientsMax) throws InterruptedException, TimeoutException {
        Question question = new Question(clientsMax, new CompletableFuture<>());
        questions.add(question);
        try {
            return question.answer.get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For the owner of the broker. */
    void answer(Broker broker, long nowMillis) {
        Question question;
        while ((question = questions.poll()) != null) {
            question.answer.complete(broker.slowest(question.clientsMax, nowMillis));
        }
    }
}
