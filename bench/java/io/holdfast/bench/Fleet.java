package io.holdfast.bench;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A fleet of devices on sites: the filters it subscribes to, and the topics it publishes to; the same for a
 * seed.
 */
public final class Fleet {
    private static final int DEVICES_PER_SITE = 50;
    private static final String[] METRICS = {"temperature", "humidity", "pressure", "voltage"};

    /** How often which devices publish. */
    public enum Popularity {
        /** The popular ones more often: a Zipf distribution of exponent 1. */
        ZIPF,
        /** All alike. */
        UNIFORM
    }

    private final List<String> filters;
    private final int devices;
    private final boolean unicast;
    private final Random random;

    private Fleet(Set<String> filters, int devices, boolean unicast, long seed) {
        this.filters = List.copyOf(filters);
        this.devices = devices;
        this.unicast = unicast;
        this.random = new Random(seed);
    }

    /** @param mix {@code unicast} or {@code wildcards} */
    static Fleet of(String mix, int filters, long seed) {
        return switch (mix) {
            case "unicast" -> unicast(filters, seed);
            case "wildcards" -> wildcards(filters, seed);
            default -> throw new IllegalArgumentException("no mix of filters: " + mix);
        };
    }

    /** One filter without wildcard for each device. */
    private static Fleet unicast(int filters, long seed) {
        Set<String> distinct = new LinkedHashSet<>();
        for (int device = 0; device < filters; device++) {
            distinct.add("site/" + site(device) + "/device/" + device + "/command");
        }
        return new Fleet(distinct, filters, true, seed);
    }

    /**
     * Of each device three filters; of each site three dashboards; and a few services that hear the whole
     * fleet.
     */
    private static Fleet wildcards(int filters, long seed) {
        Set<String> distinct = new LinkedHashSet<>(List.of("site/+/device/+/alarm", "+/+/device/+/event/#"));
        int device = 0;
        while (distinct.size() < filters) {
            int site = site(device);
            List<String> more = new ArrayList<>(List.of(
                    "device/" + device + "/#",
                    "site/+/device/" + device + "/command",
                    "site/" + site + "/device/" + device + "/config/+"));
            if (device % DEVICES_PER_SITE == 0) {
                more.add("site/" + site + "/#");
                more.add("site/" + site + "/device/+/temperature");
                more.add("site/" + site + "/+/+/voltage");
            }
            more.stream().limit(filters - distinct.size()).forEach(distinct::add);
            device++;
        }
        return new Fleet(distinct, device, false, seed);
    }

    private static int site(int device) {
        return device / DEVICES_PER_SITE;
    }

    List<String> filters() {
        return filters;
    }

    /** Topics of devices. */
    String[] topics(int count, Popularity popularity) {
        String[] topics = new String[count];
        for (int i = 0; i < count; i++) {
            int rank = switch (popularity) {
                case ZIPF -> (int) Math.pow(devices + 1.0, random.nextDouble()) - 1;
                case UNIFORM -> random.nextInt(devices);
            };
            // Popular devices are spread over the fleet, not neighbours.
            int device = (int) (rank * 2_654_435_761L % devices);
            topics[i] = unicast ? "site/" + site(device) + "/device/" + device + "/command" : topic(device);
        }
        return topics;
    }

    private String topic(int device) {
        String ofSite = "site/" + site(device) + "/device/" + device + "/";
        return switch (random.nextInt(8)) {
            case 0 -> "device/" + device + "/state";
            case 1 -> ofSite + "command";
            case 2 -> ofSite + "config/interval";
            case 3 -> ofSite + "event/door/open";
            default -> ofSite + METRICS[random.nextInt(METRICS.length)];
        };
    }
}
