/**
 * The standard's words as Java types: packets, Properties, Reason Codes, and the rules for Topic Names and
 * Topic Filters. Values only: nothing here knows bytes, sessions or sockets, and everything else is built of
 * it.
 *
 * <p>Clauses in square brackets are those of MQTT 5.0 (OASIS, 7 March 2019) everywhere in Holdfast; where
 * MQTT 3.1.1 differs, the place says so.
 */
package io.holdfast.mqtt;
