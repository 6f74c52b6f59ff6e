# Read by the program's launcher, and by the scripts that start other classes: finds the JDK.
release=25

# Whether a folder is a JDK of the right release: it can compile, and says so itself.
is_jdk() {
  [[ -n $1 && -x $1/bin/java && -x $1/bin/javac ]] || return 1
  if [[ -r $1/release ]]; then
    grep -q "^JAVA_VERSION=\"$release[\".]" "$1/release"
  else
    "$1/bin/java" -version 2>&1 | grep -q "version \"$release[\".]"
  fi
}

find_jdk() {
  local home java
  if is_jdk "${JAVA_HOME:-}"; then
    printf '%s\n' "$JAVA_HOME"
    return
  fi
  if java=$(command -v javac 2>/dev/null); then
    home=$(dirname "$(dirname "$(readlink -f "$java")")")
    if is_jdk "$home"; then
      printf '%s\n' "$home"
      return
    fi
  fi
  # Maven remembers the JDKs that it found on this machine.
  local remembered=$HOME/.m2/discovered-jdk-toolchains-cache.xml
  while IFS= read -r home; do
    if is_jdk "$home"; then
      printf '%s\n' "$home"
      return
    fi
  done < <(
    printf '%s\n' /usr/lib/jvm/* /opt/* /opt/java/* /usr/local/* "$HOME"/.sdkman/candidates/java/* \
      "$HOME"/.jdks/* "$HOME"/.asdf/installs/java/* /Library/Java/JavaVirtualMachines/*/Contents/Home
    if [[ -r $remembered ]]; then sed -n 's:.*<jdkHome>\(.*\)</jdkHome>.*:\1:p' "$remembered"; fi
  )
  return 1
}
