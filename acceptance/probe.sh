# As java.sh; and `model` is the file of the first argument, or the default model.
. "$root/acceptance/java.sh"
model=${1:-$($java "$probes/DefaultModel.java")}
