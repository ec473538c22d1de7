/**
 * The admin endpoint: HTTP on a port of its own, off unless asked for, with metrics for Prometheus and the
 * health of the broker.
 *
 * <pre>
 *   core      --figures, once a second--> Measured <--reads-- Metrics <--scrapes-- AdminServer
 *   core, committer --durations, sizes--> Measured --------> Metrics
 * </pre>
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>{@link io.holdfast.admin.Measured} needs nothing of Micrometer, whose classes take long to load. They
 *       are loaded when clients are served already, and only if there is an endpoint; until then, and without
 *       one, a measurement costs a look at a field.
 *   <li>Counters are as old as a second: the core is the only one that may read its counters, and it tells
 *       them when it looks at its clock.
 *   <li>A broker that has found damage in its store is ready: everything else is served, and a restart
 *       mends nothing. The metrics count the damage.
 *   <li>A scrape has the state of a second and no snapshot: what the edges count is read when asked for.
 * </ul>
 */
package io.holdfast.admin;
