# Read by the scripts that run classes of this module: builds the program; `java NAME.java` then runs
# one from its source, and `probes` is the folder of them.
case ${1:-} in
  -h | --help)
    sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" # what the script says of itself
    exit
    ;;
esac
. "$root/acceptance/jdk.sh"
"$root/exacta" --version >&2
java+=" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -Xmx4g -XX:+UseTransparentHugePages"
java+=" -cp $(printf '%s:' "$root"/cli/target/lib/*.jar)"
probes=$root/acceptance/src/main/java/exacta/acceptance
