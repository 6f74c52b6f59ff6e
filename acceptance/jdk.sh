# Read by scripts that know `root`: `java` is that of the program's JDK, or the script ends.
. "$root/cli/jdk.sh"
java=$(find_jdk)/bin/java || {
  echo "no JDK $release was found; install one or set JAVA_HOME to it" >&2
  exit 2
}
