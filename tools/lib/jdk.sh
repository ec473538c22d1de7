# Finding a JDK; sourced by the scripts of tools/ and bench/ and by the launcher.

# The oldest JDK that Holdfast is built with and runs on.
HOLDFAST_JDK_RELEASE=25

# Its programs without which it will not do; the packages, which build nothing, need no compiler.
HOLDFAST_JDK_PROGRAMS="java javac"

# Prints the feature release of the JDK (or JRE) in $1, e.g. 25, from its `release` file; or nothing.
jdk_release() {
  sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null | head -n 1
}

# True when $1 is the home of a JDK that is new enough and has the programs.
jdk_fits() {
  local release program
  [ -n "$1" ] || return 1
  for program in $HOLDFAST_JDK_PROGRAMS; do
    [ -x "$1/bin/$program" ] || return 1
  done
  release=$(jdk_release "$1")
  [ -n "$release" ] && [ "$release" -ge "$HOLDFAST_JDK_RELEASE" ]
}

# Prints the home that the `java` on the PATH belongs to, its links followed; or nothing.
jdk_on_path() {
  local java
  java=$(command -v java) || return 0
  java=$(readlink -f "$java") || return 0
  dirname "$(dirname "$java")"
}

# Prints the home of a JDK 25 or newer: JAVA_HOME, else the PATH's, else one of the usual places.
# Returns 1 when there is none.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(jdk_on_path)" \
      /usr/lib/jvm/* "${HOME:-/root}"/.sdkman/candidates/java/* /opt/*; do
    if jdk_fits "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}

# What to tell a user for whom find_jdk found nothing.
explain_missing_jdk() {
  cat >&2 <<EOT
Holdfast needs a JDK $HOLDFAST_JDK_RELEASE or newer, and none was found in JAVA_HOME, on the PATH, in
/usr/lib/jvm, ~/.sdkman or /opt. Set JAVA_HOME, or install one:
  Debian, where it has it:  apt-get install openjdk-$HOLDFAST_JDK_RELEASE-jdk-headless
  elsewhere:                https://adoptium.net/temurin/releases/?version=$HOLDFAST_JDK_RELEASE
EOT
}
