# Read by the scripts beside it: `java` is that of a JDK 25, or the script ends.
java=
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/*jdk*25* "$HOME"/.sdkman/candidates/java/25*; do
  if [ -x "$home/bin/java" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null; then
    java=$home/bin/java
    break
  fi
done
[ -n "$java" ] || { echo "no JDK 25 was found; install one and set JAVA_HOME" >&2; exit 2; }
