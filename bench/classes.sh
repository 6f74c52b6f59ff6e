# Read by the scripts beside it: builds the program, and this room's classes, into `classes`.
"$root/exacta" --version >&2
classes=$root/bench/target/classes
mkdir -p "$classes"
"$(dirname "$java")/javac" -Xlint:none -d "$classes" -cp "$root/cli/target/lib/*" \
  "$root"/bench/src/main/java/exacta/bench/*.java "$root"/bench/src/main/java/exacta/bench/chain/*.java
