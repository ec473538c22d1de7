/**
 * What the operator wants: {@link io.holdfast.config.Config}, read from flags, environment variables and a
 * file in YAML.
 *
 * <p>Each thing that can be set is described once, as a {@link io.holdfast.config.Key}: those of the core by
 * {@link io.holdfast.broker.Setting}, all others in {@link io.holdfast.config.Keys}. From these descriptions
 * follow what is read from where, what is refused and how, the default file, the JSON schema, and what
 * {@code config show} prints.
 *
 * <pre>
 *   flags        -> Flags       --+
 *   environment  -> Environment --+--> Given --> ConfigReader --> Config
 *   file -> Yaml -> FileKeys    --+      (with Origin)        --> Mistakes, all of them
 * </pre>
 *
 * <p>What looks wrong, and is not:
 * <ul>
 *   <li>The YAML library composes nodes and never builds objects of them: a file can name no class, and an
 *       alias costs nothing, for only what a key stands for is looked at. {@link io.holdfast.config.Yaml} is
 *       the only class that names it, and is not loaded unless there is a file.
 *   <li>The names of a key, of its flag and of its variable differ in their punctuation alone, so there is
 *       nothing to look up; what is no key is refused everywhere, and no slip of the pen goes unnoticed.
 * </ul>
 */
package io.holdfast.config;
