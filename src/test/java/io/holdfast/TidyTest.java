package io.holdfast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.JavaFileObject.Kind;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/**
 * What can be told about the tidiness of sources and of the build, as limits and rules that fail the build.
 */
class TidyTest {
    private static final List<String> ROOTS = List.of("src", "bench", "tools");
    private static final int METHOD_LINES_MAX = 50;
    private static final int FILE_LINES_MAX = 500;
    private static final int COLUMNS_MAX = 110;

    /** What no line may contain, and what to say; split here, lest this file break its own rules. */
    private static final Map<Pattern, String> LINES = Map.of(
            Pattern.compile("\t"), "a tab",
            Pattern.compile("\\s$"), "space at the end of the line",
            Pattern.compile("TO" + "DO|FIX" + "ME"), "something to be done",
            Pattern.compile("@" + "author"), "an author tag");
    private static final Pattern NAMES = Pattern.compile(".*(Impl|Manager|Helper|Utils?)");
    private static final Pattern INTERFACE_NAMES = Pattern.compile("I[A-Z].*");
    private static final Set<String> ANNOTATIONS = Set.of("Disabled");

    /** Members that may not be named, and below which path. */
    private static final Map<String, String> MEMBERS = Map.of(
            "Thread.sleep", "src/test/",
            "System.out", "src/main/");
    /** The one class that may write to the console: its banner. */
    private static final String CONSOLE = "src/main/java/io/holdfast/server/Main.java";

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
    /** Shared, as each opens the JDK's modules anew. */
    private static final JavaFileManager JDK = COMPILER.getStandardFileManager(null, null, null);

    @Test
    void everySourceIsTidy() throws IOException {
        List<String> violations = new ArrayList<>();
        List<Path> files = sources();
        for (Path file : files) {
            violations.addAll(violations(file.toString(), Files.readString(file)));
        }
        assertTrue(files.size() > 20, "files read: " + files.size());
        assertEquals("", String.join("\n", violations));
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws IOException {
        Set<String> packages = new TreeSet<>();
        sources().stream().filter(file -> file.startsWith("src/main/java"))
                .forEach(file -> packages.add(file.getParent().toString()));
        packages.removeIf(directory -> Files.exists(Path.of(directory, "package-info.java")));
        assertEquals(Set.of(), packages, "packages without package-info.java");
    }

    @Test
    void theBuildNamesVersionsAndReasons() throws Exception {
        assertEquals(List.of(), pomViolations(Files.readString(Path.of("pom.xml"))));
    }

    @ParameterizedTest(name = "{2}")
    @CsvSource(quoteCharacter = '`', textBlock = """
            src/main/java/a/A.java,  /** A. */ public class A {}\\n, ok
            src/main/java/a/A.java,  class A {},                                            no newline
            src/main/java/a/A.java,  class A {\\t}\\n, a tab
            src/main/java/a/A.java,  class A {} \\n\\n, space at the end
            src/main/java/a/A.java,  class A {} //#110\\n, columns
            src/main/java/a/A.java,  class A {} // TO_DO\\n, something to be done
            src/main/java/a/A.java,  /** @au_thor me */ class A {}\\n, an author tag
            src/main/java/a/A.java,  class A {#500}\\n, lines in the file
            src/main/java/a/A.java,  `class A { @Deprecated\\n\\n void m() {#50} }\\n`, m() has 51 lines
            src/main/java/a/A.java,  `class A { @Deprecated\\n\\n void m() {#49} }\\n`, ok
            src/main/java/a/A.java,  import java.util.*; class A {}\\n, import java.util.*
            src/main/java/a/A.java,  import static java.lang.Math.*; class A {}\\n, import java.lang.Math.*
            src/main/java/a/A.java,  class StoreImpl {}\\n, the name StoreImpl
            src/main/java/a/A.java,  class A { record StringUtils() {} }\\n, the name StringUtils
            src/main/java/a/A.java,  interface IStore {}\\n, the name IStore
            src/main/java/a/A.java,  class Implication {}\\n, ok
            src/main/java/a/A.java,  public class A {}\\n, A has no Javadoc
            src/test/java/a/A.java,  public class A {}\\n, ok
            src/main/java/a/A.java,  class A { public enum B {} }\\n, B has no Javadoc
            src/test/java/a/A.java,  class A { @Disabled void m() {} }\\n, @Disabled
            src/test/java/a/A.java,  class A { void m() { Thread.sleep(1); } }\\n, Thread.sleep
            bench/java/a/A.java,     class A { void m() { Thread.sleep(1); } }\\n, ok
            src/main/java/a/A.java,  class A { void m() { System.out.println(); } }\\n, System.out
            src/main/java/io/holdfast/server/Main.java, class A { void m() { System.out.println(); } }\\n, ok
            src/main/java/a/A.java,  class A { String s = "System.out"; }\\n, ok
            """)
    void theRulesTellTidyFromUntidy(String path, String text, String expected) {
        List<String> told = violations(path, unfold(text));
        assertEquals(expected.equals("ok") ? 0 : 1, told.size(), told.toString());
        assertTrue(expected.equals("ok") || told.getFirst().contains(expected), told.toString());
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(textBlock = """
            <p><!-- Why. --><dependency><artifactId>a</artifactId><version>1</version></dependency></p>, ok
            <p><dependency><artifactId>a</artifactId><version>1</version></dependency></p>, no comment
            <p><!-- Why. --><dependency><artifactId>a</artifactId></dependency></p>, no version
            <p><plugin><artifactId>a</artifactId></plugin></p>, no version
            <p><plugin><artifactId>a</artifactId><version>1</version></plugin></p>, ok
            """)
    void theRulesOfTheBuildTellRightFromWrong(String pom, String expected) throws Exception {
        List<String> told = pomViolations(pom);
        assertEquals(expected, told.isEmpty() ? "ok" : told.getFirst().replaceAll(".*has ", ""));
    }

    /**
     * The text with its escapes resolved, split words joined, and {@code #n} as n columns, or as n line ends.
     */
    private static String unfold(String text) {
        String lines = text.replace("\\t", "\t").replace("_", "")
                .replace("#110", "x".repeat(COLUMNS_MAX));
        for (int count : new int[] {500, 50, 49}) {
            lines = lines.replace("#" + count, "\\n".repeat(count));
        }
        return lines.replace("\\n", "\n");
    }

    private static List<Path> sources() throws IOException {
        List<Path> files = new ArrayList<>();
        for (String root : ROOTS) {
            try (Stream<Path> tree = Files.walk(Path.of(root))) {
                tree.filter(path -> path.toString().endsWith(".java")).sorted().forEach(files::add);
            }
        }
        return files;
    }

    private static List<String> violations(String path, String text) {
        List<String> violations = new ArrayList<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String where = path + ":" + (i + 1) + ": ";
            String line = lines.get(i);
            LINES.forEach((pattern, name) -> {
                if (pattern.matcher(line).find()) {
                    violations.add(where + name);
                }
            });
            if (line.length() > COLUMNS_MAX) {
                violations.add(where + line.length() + " columns, more than " + COLUMNS_MAX);
            }
        }
        if (!text.endsWith("\n")) {
            violations.add(path + ": no newline at the end");
        }
        if (lines.size() > FILE_LINES_MAX) {
            violations.add(path + ": " + lines.size() + " lines in the file, more than " + FILE_LINES_MAX);
        }
        violations.addAll(new SyntaxRules(path, text).check());
        return violations;
    }

    /**
     * The rules that need the syntax of a source: the compiler's own tree of it, of which nothing is
     * resolved.
     */
    private static final class SyntaxRules extends TreePathScanner<Void, Void> {
        private final String path;
        private final List<String> violations = new ArrayList<>();
        private final CompilationUnitTree unit;
        private final Trees trees;
        private final SourcePositions positions;

        private SyntaxRules(String path, String text) {
            this.path = path;
            JavaFileObject source = new SimpleJavaFileObject(URI.create("text:///" + path), Kind.SOURCE) {
                @Override
                public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                    return text;
                }
            };
            JavacTask task = (JavacTask) COMPILER.getTask(null, JDK, null, List.of(), null, List.of(source));
            try {
                unit = task.parse().iterator().next();
            } catch (IOException e) {
                throw new IllegalStateException(path, e);
            }
            trees = Trees.instance(task);
            positions = trees.getSourcePositions();
        }

        private List<String> check() {
            scan(unit, null);
            return violations;
        }

        private void report(Tree tree, String what) {
            violations.add(path + ":" + line(positions.getStartPosition(unit, tree)) + ": " + what);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        @Override
        public Void visitImport(ImportTree tree, Void unused) {
            String name = tree.getQualifiedIdentifier().toString();
            if (name.endsWith("*")) {
                report(tree, "import " + name);
            }
            return super.visitImport(tree, unused);
        }

        @Override
        public Void visitClass(ClassTree tree, Void unused) {
            String name = tree.getSimpleName().toString();
            boolean isInterface = tree.getKind() == Tree.Kind.INTERFACE;
            if (NAMES.matcher(name).matches() || isInterface && INTERFACE_NAMES.matcher(name).matches()) {
                report(tree, "the name " + name + " says nothing");
            }
            boolean isPublic = tree.getModifiers().getFlags().contains(Modifier.PUBLIC);
            if (path.startsWith("src/main/") && isPublic && trees.getDocComment(getCurrentPath()) == null) {
                report(tree, name + " has no Javadoc");
            }
            return super.visitClass(tree, unused);
        }

        /** A method's lines are those after its annotations, whose arguments may be a table. */
        @Override
        public Void visitMethod(MethodTree tree, Void unused) {
            long start = tree.getModifiers().getAnnotations().stream()
                    .mapToLong(annotation -> positions.getEndPosition(unit, annotation)).max()
                    .orElse(positions.getStartPosition(unit, tree));
            if (tree.getBody() != null && tree.getReturnType() != null) {
                start = Math.max(start, positions.getStartPosition(unit, tree.getReturnType()));
            }
            long lines = line(positions.getEndPosition(unit, tree)) - line(start) + 1;
            if (lines > METHOD_LINES_MAX) {
                report(tree, tree.getName() + "() has " + lines + " lines, more than " + METHOD_LINES_MAX);
            }
            return super.visitMethod(tree, unused);
        }

        @Override
        public Void visitAnnotation(AnnotationTree tree, Void unused) {
            if (ANNOTATIONS.contains(tree.getAnnotationType().toString())) {
                report(tree, "@" + tree.getAnnotationType());
            }
            return super.visitAnnotation(tree, unused);
        }

        @Override
        public Void visitMemberSelect(MemberSelectTree tree, Void unused) {
            String where = MEMBERS.get(tree.toString());
            if (where != null && path.startsWith(where) && !path.equals(CONSOLE)) {
                report(tree, tree.toString());
            }
            return super.visitMemberSelect(tree, unused);
        }
    }

    private static List<String> pomViolations(String pom) throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new InputSource(new StringReader(pom)));
        List<String> violations = new ArrayList<>();
        for (String kind : List.of("dependency", "plugin")) {
            NodeList elements = document.getElementsByTagName(kind);
            for (int i = 0; i < elements.getLength(); i++) {
                Element element = (Element) elements.item(i);
                String name = kind + " " + child(element, "artifactId").getTextContent();
                if (child(element, "version") == null) {
                    violations.add(name + " has no version");
                }
                if (kind.equals("dependency") && !followsComment(element)) {
                    violations.add(name + " has no comment");
                }
            }
        }
        return violations;
    }

    private static Node child(Element element, String name) {
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeName().equals(name)) {
                return node;
            }
        }
        return null;
    }

    private static boolean followsComment(Element element) {
        Node before = element.getPreviousSibling();
        while (before != null && before.getNodeType() == Node.TEXT_NODE) {
            before = before.getPreviousSibling();
        }
        return before != null && before.getNodeType() == Node.COMMENT_NODE;
    }
}
