package io.holdfast.tools.bench;

import io.holdfast.system.Deliveries.Verdict;
import io.holdfast.tools.Arguments;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Clients connect as fast as the broker lets them, and stay for a while: the scenarios connect-storm and
 * idle. That each of them is accepted, and none is lost, is what is verified.
 */
final class Connects implements Scenario {
    private final Options options;

    /** What is asked for; {@code seconds} is for how long the clients stay. */
    record Options(String scenario, int clients, int seconds) {
        static Options connectStorm(Arguments arguments) {
            return of(arguments, "connect-storm", 0);
        }

        static Options idle(Arguments arguments) {
            return of(arguments, "idle", 10);
        }

        private static Options of(Arguments arguments, String scenario, int seconds) {
            return new Options(scenario, arguments.number("--clients", 15_000, 1, 60_000),
                    arguments.number("--duration", seconds, 0, 86_400));
        }
    }

    Connects(Options options) {
        this.options = options;
    }

    @Override
    public Result run(Fleet fleet) {
        String prefix = Settings.prefix();
        List<Visitor> visitors = IntStream.range(0, options.clients())
                .mapToObj(number -> new Visitor(prefix + "-c" + number, true)).toList();
        List<Phase> phases = new ArrayList<>();
        phases.add(fleet.play("connect", "clients", "connecting until CONNACK", visitors.size(),
                current -> fleet.openAll(visitors, current)));
        if (options.seconds() > 0) {
            phases.add(fleet.play("idle", "clients", "", visitors.size(), new Fleet.Play() {
                @Override
                public void begin(Meter current) {
                    current.count(visitors.size());
                    fleet.after(TimeUnit.SECONDS.toNanos(options.seconds()), current::finish);
                }

                @Override
                public void silent(Meter current, long nanos, long nanosMax) {
                    // It is what they are here for.
                }
            }));
        }
        return new Result(options.scenario(),
                Settings.of("clients", options.clients(), "duration", options.seconds()), phases,
                phases.getFirst(), Verdict.NOTHING, Verdict.NOTHING, 0, 0);
    }
}
