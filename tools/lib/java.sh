# Running Java; sourced by the launchers, that of the sources and that of the packages, which set java_home.

# Those of the broker alone; the user's own options come after them and win.
broker_options=()

# Sets java_options: those that all of Holdfast's Java runs with.
set_java_options() {
  # The parallel collector: what lives long is small here, since what is queued is on disk, and the cores are few.
  local collector=(-XX:+UseParallelGC)
  # Two collectors are an error, so the user's choice replaces the default.
  case "${HOLDFAST_JAVA_OPTS:-}" in *-XX:+Use*GC*) collector=() ;; esac
  # Compact headers: the heap holds many small objects. No perf data: a kill -9 would leave its file behind.
  # Netty would load the flight recorder at the start, for events of its buffers. The C library would keep the
  # 30 MB that the compilers take while a broker warms up.
  # shellcheck disable=SC2206  # the options are words
  java_options=("${collector[@]}" "${broker_options[@]}" -XX:+UseCompactObjectHeaders -XX:-UsePerfData -XX:+ExitOnOutOfMemoryError
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.jfr.enabled=false
    -XX:TrimNativeHeapInterval=5000 ${HOLDFAST_JAVA_OPTS:-})
  # RocksDB would run ldd at every start to find out which C library this is.
  if [ -z "${ROCKSDB_MUSL_LIBC:-}" ]; then
    ROCKSDB_MUSL_LIBC=$(grep -qs '^LIBC="musl"' "$java_home/release" && echo true || echo false)
    export ROCKSDB_MUSL_LIBC
  fi
}

# Replaces this process by Java: signals meant for the launcher reach the broker.
run_java() {
  set_java_options
  exec "$java_home/bin/java" "${java_options[@]}" "$@"
}

# Adds to broker_options a heap of half the memory that the broker is told to take, if it is: by these flags, else by
# a variable, else by its file, of which this reads a line as the default file has it. Where that says it otherwise,
# the broker finds the heap too large, and says so.
set_heap() {
  local flag before="" bytes="" file=${HOLDFAST_CONFIG:-/etc/holdfast/holdfast.yaml}
  for flag in "$@"; do
    case "$before$flag" in
      --set=memory-bytes=* | --set\ memory-bytes=* | --limits-memory-bytes=*) bytes=${flag##*=} ;;
      --limits-memory-bytes\ *) bytes=$flag ;;
      --config=*) file=${flag#*=} ;;
      --config\ *) file=$flag ;;
    esac
    case $flag in --set | --limits-memory-bytes | --config) before="$flag " ;; *) before="" ;; esac
  done
  bytes=${bytes:-${HOLDFAST_LIMITS_MEMORY_BYTES:-}}
  if [ -z "$bytes" ] && [ -r "$file" ]; then
    bytes=$(sed -n 's/^ \{1,\}memory-bytes: *\([0-9]*\).*/\1/p' "$file" | tail -n 1)
  fi
  case $bytes in
    "" | 0 | *[!0-9]*) ;; # what is no number, the broker refuses
    *) broker_options+=("-Xmx$((bytes / 2))") ;;
  esac
}

# Replaces this process by the broker, with the cache of its classes if there is one. If there is none, or it is
# older than what it holds, one is made meanwhile, for the next start: so nobody waits for it, and a packaged
# broker gets it, too, for whatever JDK is there. Java itself ignores a cache that is damaged or not its own.
# $1 is the folder of holdfast.jar and its lib, $2 that of the cache.
run_broker() {
  local jar=$1/holdfast.jar caches=$2 version cache
  # Netty would look through all jars for its library, and unpack it, at every start.
  broker_options+=("-Djava.library.path=$1/lib/native")
  shift 2
  set_heap "$@"
  version=$(sed -n 's/^JAVA_RUNTIME_VERSION="\(.*\)"$/\1/p' "$java_home/release")
  cache=$caches/holdfast-$version.aot
  # What a package brings is as old as its release; when it was installed, the time of the last change of status tells.
  if [ -e "$cache" ] &&
    [ -z "$(find "$jar" "${jar%/*}/lib" "$java_home/release" -cnewer "$cache" -print -quit 2>/dev/null)" ]; then
    run_java -XX:AOTCache="$cache" -XX:+VerifySharedSpaces -Xlog:aot=off -Xlog:cds=off -jar "$jar" "$@"
  fi
  if [ "${HOLDFAST_BUILD:-}" != no ]; then
    (make_cache "$jar" "$cache" </dev/null >/dev/null 2>&1 &) # no child of the broker
  fi
  run_java -jar "$jar" "$@"
}

# Makes the cache $2 of the classes of $1, and of what the compilers know of them, by a broker that serves a
# thousand clients, one after the other, and ends: so many that what the first clients of later starts need is
# known to be worth compiling. It gets its name when it is whole. Where it cannot be made, there is none.
make_cache() {
  local unfinished=$2.unfinished line port id
  # Being made; or its maker was killed, and it is old.
  find "$unfinished" -maxdepth 0 -mmin +15 -exec rm -rf {} + || :
  mkdir -p "${2%/*}" && mkdir "$unfinished" || exit 0
  trap 'rm -rf "$unfinished"' EXIT
  # It is another broker than the one that is configured, and not the one that a supervisor waits for.
  unset "${!HOLDFAST_@}" NOTIFY_SOCKET WATCHDOG_USEC
  set_java_options
  echo 'data: data' >"$unfinished/holdfast.yaml" # so that the classes that read one are among them
  # Were this shell killed, it would go on.
  coproc timeout 600 nice -n 10 "$java_home/bin/java" "${java_options[@]}" \
    -XX:AOTCacheOutput="$unfinished/cache" -jar "$1" --port 0 --config "$unfinished/holdfast.yaml"
  while read -r line && [[ $line != "Holdfast is ready: "* ]]; do :; done <&"${COPROC[0]}"
  port=${line##*:}
  for id in c{1000..1999}; do
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '\x10\x11\x00\x04MQTT\x04\x00\x00\x00\x00\x05%s' "$id" >&3                  # CONNECT
    printf '\x82\x0a\x00\x01\x00\x05%s\x01\x32\x0a\x00\x05%s\x00\x02x' "$id" "$id" >&3 # SUBSCRIBE, PUBLISH
    printf '\xe0\x00' >&3                                                             # DISCONNECT
    while read -r -d '' -u 3 _; do :; done                                            # to the end of file
  done
  kill "$COPROC_PID"
  cat <&"${COPROC[0]}"
  mv "$unfinished/cache" "$2"
}
