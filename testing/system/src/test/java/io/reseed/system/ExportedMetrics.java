package io.reseed.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.reseed.installation.Installation;
import io.reseed.installation.ServiceProcess;
import io.reseed.testkit.Parts;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** What the alert rules ask for is what running services export: names and labels. */
final class ExportedMetrics {
  private static final Duration TIMEOUT = Duration.ofSeconds(90);
  private static final Pattern SELECTOR = Pattern.compile("\\b(reseed_[a-z_]+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");
  private static final Pattern ALTERNATIVES = Pattern.compile("\\|");
  private static final Pattern LABEL_LIST = Pattern.compile("by \\((\\w+)\\) \\((reseed_[a-z_]+)");

  private ExportedMetrics() {}

  /** Waits until the services together export every series that an alert's rule reads. */
  static void awaitAll(Installation installation) throws IOException {
    Set<Series> wanted = seriesOfTheRules();
    assertThat(wanted).hasSizeGreaterThan(8);
    awaitExported(installation, wanted);
  }

  private static void awaitExported(Installation installation, Set<Series> wanted)
      throws IOException {
    try {
      Awaitility.await()
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .untilAsserted(
              () -> {
                List<String> exported = new ArrayList<>();
                for (ServiceProcess service : installation.services()) {
                  exported.addAll(samples(service));
                }
                assertThat(wanted).allMatch(series -> exported.stream().anyMatch(series::is));
              });
    } catch (ConditionTimeoutException e) {
      String log = Files.readString(installation.service("validator-service").log());
      throw new AssertionError(installation.commandLine().run("status") + "\n" + log, e);
    }
  }

  /** A metric with labels of which each must be there, with a value or with any. */
  private record Series(String name, Set<String> labels) implements Comparable<Series> {
    boolean is(String sample) {
      return (sample.startsWith(name + "{") || sample.startsWith(name + " "))
          && labels.stream().allMatch(sample::contains);
    }

    @Override
    public int compareTo(Series other) {
      return toString().compareTo(other.toString());
    }
  }

  private static Set<Series> seriesOfTheRules() throws IOException {
    String rules =
        Files.readString(Parts.root().resolve("deploy/prometheus/reseed-alerts.yml"))
            .replaceAll("(?m)#.*$", "")
            .replace("reseed:cycles:sum", "reseed_cycles_total"); // is recorded from it
    Set<Series> series = new TreeSet<>();
    Matcher selector = SELECTOR.matcher(rules);
    while (selector.find()) {
      series.add(new Series(selector.group(1), Set.of()));
      Matcher label = MATCHER.matcher(selector.group(2) == null ? "" : selector.group(2));
      while (label.find()) {
        for (String value : ALTERNATIVES.splitAsStream(label.group(2)).toList()) {
          series.add(new Series(selector.group(1), Set.of(label.group(1) + "=\"" + value + "\"")));
        }
      }
    }
    Matcher grouped = LABEL_LIST.matcher(rules);
    while (grouped.find()) {
      if (!Set.of("job", "instance").contains(grouped.group(1))) { // Prometheus adds these
        series.add(new Series(grouped.group(2), Set.of(grouped.group(1) + "=\"")));
      }
    }
    return series;
  }

  private static List<String> samples(ServiceProcess service) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(service.httpEndpoint().resolve("/q/metrics"))
            .timeout(Duration.ofSeconds(10))
            .header("accept", "text/plain")
            .build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // as Prometheus asks; no upgrade on the way
            .connectTimeout(Duration.ofSeconds(5))
            .build()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
      return answer.body().lines().filter(line -> line.startsWith("reseed_")).toList();
    }
  }
}
