#!/usr/bin/env bash
# Fetches Apache Kafka's jars from Maven Central for the tests that start a broker themselves.
# Needs Java 17 and Maven. Puts them outside the checkout; KAFKA_JARS names another place.
set -euo pipefail

version=4.3.1
folder=${KAFKA_JARS:-$HOME/.cache/tidegauge/kafka-$version}
if compgen -G "$folder/libs/kafka_*.jar" >/dev/null; then
  echo "$folder/libs is there"
  exit 0
fi
mkdir -p "$folder"

# kafka-tools without what it needs: else Kafka Connect comes along, and only the format tool is used.
cat >"$folder/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidegauge</groupId><artifactId>kafka-jars</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId>
      <version>$version</version>
    </dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId>
      <version>$version</version>
      <exclusions>
        <exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency>
      <groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId>
      <version>2.25.1</version>
    </dependency>
  </dependencies>
</project>
POM
cat >"$folder/log4j2.yaml" <<'LOG'
Configuration:
  Appenders:
    Console: { name: console, PatternLayout: { pattern: "%d %p %c: %m%n" } }
  Loggers:
    Root: { level: INFO, AppenderRef: [{ ref: console }] }
LOG
# In a folder of its own first: an interrupted download must not look complete.
(cd "$folder" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime \
  -DoutputDirectory="$folder/libs.part")
rm -rf "$folder/libs"
mv "$folder/libs.part" "$folder/libs"
echo "$folder/libs: $(find "$folder/libs" -name '*.jar' | wc -l) jars"
