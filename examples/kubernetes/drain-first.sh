#!/bin/sh
# drain-first.sh NAMESPACE POD CONTAINER COMMAND...: runs the drain in the Pod, for as long as it takes, and
# again while it fails. When it has succeeded the Pod may be deleted: see statefulset.yaml.
# TRIES (100) and PAUSE (seconds, 10) say how often, and how long it waits between.
set -eu
[ $# -ge 4 ] || {
	echo "usage: $0 NAMESPACE POD CONTAINER COMMAND..." >&2
	exit 2
}
namespace=$1 pod=$2 container=$3
shift 3

# What is drained is this Pod, and not one that took its name meanwhile.
uid=$(kubectl -n "$namespace" get pod "$pod" -o 'jsonpath={.metadata.uid}')
try=1
until kubectl -n "$namespace" exec "$pod" -c "$container" -- "$@"; do
	[ "$try" -lt "${TRIES:-100}" ] || {
		echo "$pod: not drained after $try tries" >&2
		exit 1
	}
	try=$((try + 1))
	sleep "${PAUSE:-10}"
done
[ "$(kubectl -n "$namespace" get pod "$pod" -o 'jsonpath={.metadata.uid}')" = "$uid" ] || {
	echo "$pod: another Pod by now, and not drained" >&2
	exit 1
}
kubectl -n "$namespace" annotate --overwrite pod "$pod" "drainit.example/drained=$uid"
echo "$pod: drained; kubectl -n $namespace delete pod $pod"
