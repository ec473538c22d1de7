package io.holdfast.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Reads a file in YAML 1.2. */
final class Yaml {
    /** Far more than all keys in all their splendour. */
    private static final int CHARACTERS_MAX = 1 << 20;
    /** Of maps in lists in maps: keys need four. */
    private static final int DEPTH_MAX = 8;
    /** Of values, aliases followed. */
    private static final int NODES_MAX = 100_000;

    private int nodes;

    private Yaml() {}

    /** What stands in the file; null if it is empty, or cannot be read, which is a mistake. */
    static Tree read(Path file, Mistakes mistakes) {
        Origin whole = new Origin("", file.toString(), file.toString(), file);
        try {
            LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).setLabel("")
                    .setCodePointLimit(CHARACTERS_MAX).setAllowDuplicateKeys(true).build();
            Optional<Node> root = new Compose(settings).composeString(Files.readString(file));
            return root.isPresent() ? new Yaml().tree(root.get(), 0) : null;
        } catch (MarkedYamlEngineException e) {
            Tree.Mark mark = mark(e.getProblemMark().or(e::getContextMark));
            mistakes.add(Origin.file(file, mark, ""), (e.getContext() == null ? "" : e.getContext() + ": ")
                    + e.getProblem() + "; expected YAML");
        } catch (YamlEngineException e) {
            mistakes.add(whole, " is no YAML: " + e.getMessage() + "; expected a text of keys and values");
        } catch (StackOverflowError _) { // the library recurses, and has no limit of its own
            mistakes.add(whole, " is no YAML: it is too deep; expected a text of keys and values");
        } catch (NoSuchFileException _) {
            mistakes.add(whole, " does not exist; expected a configuration such as `holdfast config default`"
                    + " prints");
        } catch (CharacterCodingException _) {
            mistakes.add(whole, " is not UTF-8; expected a text of keys and values");
        } catch (IOException e) {
            mistakes.add(whole, " cannot be read (" + e + "); expected a configuration");
        }
        return null;
    }

    private Tree tree(Node node, int depth) {
        if (++nodes > NODES_MAX) {
            throw new YamlEngineException("with its aliases it has more than " + NODES_MAX + " values");
        }
        Tree.Mark mark = mark(node.getStartMark());
        if (depth > DEPTH_MAX) {
            return new Tree.Scalar(mark, Tree.Kind.NOTHING, "");
        }
        return switch (node) {
            case MappingNode mapping -> {
                List<Tree.Entry> entries = new ArrayList<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                    entries.add(new Tree.Entry(mark(tuple.getKeyNode().getStartMark()), name,
                            tree(tuple.getValueNode(), depth + 1)));
                }
                yield new Tree.Mapping(mark, entries);
            }
            case SequenceNode sequence -> new Tree.Sequence(mark,
                    sequence.getValue().stream().map(item -> tree(item, depth + 1)).toList());
            case ScalarNode scalar -> new Tree.Scalar(mark, kind(scalar.getTag()), scalar.getValue());
            default -> throw new IllegalStateException("a node of YAML that is no value: " + node);
        };
    }

    private static Tree.Kind kind(Tag tag) {
        return tag.equals(Tag.INT) ? Tree.Kind.WHOLE_NUMBER : tag.equals(Tag.FLOAT) ? Tree.Kind.FRACTION
                : tag.equals(Tag.BOOL) ? Tree.Kind.SWITCH : tag.equals(Tag.NULL) ? Tree.Kind.NOTHING
                : Tree.Kind.TEXT;
    }

    private static Tree.Mark mark(Optional<Mark> mark) {
        return mark.map(at -> new Tree.Mark(at.getLine() + 1, at.getColumn() + 1))
                .orElse(new Tree.Mark(1, 1));
    }
}
