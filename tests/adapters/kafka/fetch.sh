#!/bin/sh
# Copies the jars of the Kafka broker for the tests into a cache folder, once, with Maven.
#
#   sh tests/adapters/kafka/fetch.sh        TONGBAN_CACHE names the cache folder (default: .cache at the root of the repository)
#
# The jars are copied beside their place and moved there when all are present, so a broken download never counts.
set -eu

version=4.3.1
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH='' cd -- "$here/../../.." && pwd)
cache=${TONGBAN_CACHE:-$root/.cache}
case $cache in
    /*) ;;
    *) cache=$root/$cache ;;
esac
home=$cache/kafka-$version
libs=$home/libs

if [ -e "$libs/complete" ]; then
    echo "kafka $version: the jars are in $libs"
    exit 0
fi
for tool in java mvn; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "kafka $version: '$tool' was not found; install a Java runtime (17 or newer) and Maven, or set" \
            "TONGBAN_KAFKA=host:port to a broker that runs" >&2
        exit 1
    fi
done

mkdir -p "$home"
partial=$(mktemp -d "$home/partial.XXXXXX")
trap 'rm -rf "$partial"' EXIT INT TERM
echo "kafka $version: copying the jars into $libs (about 54 MB)"
mvn -q -B -Dstyle.color=never -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$partial"
if [ ! -e "$partial/kafka_2.13-$version.jar" ]; then
    echo "kafka $version: Maven ended well, yet kafka_2.13-$version.jar is not among the jars" >&2
    exit 1
fi
find "$partial" -name '*.jar' | wc -l | tr -d ' ' >"$partial/complete"
chmod 755 "$partial"
rm -rf "$libs"
mv "$partial" "$libs"
echo "kafka $version: $(cat "$libs/complete") jars are in $libs"
