package io.reseed.failover;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The running application: what shell hooks, probes and people see of it over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = RealParts.class, restrictToAnnotatedClass = true)
class FailoverHttpTest {
  private static final String DOCUMENT =
      """
      {"shard": "%s", "failed": "db-1:3306", "promoted": "db-2:3306", "reason": "dead",
       "occurredAt": "2026-11-21T12:00:00Z", "publisher": "orchestrator"}\
      """;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // an upgrade on the way may hang
          .build();

  @TestHTTPResource("/")
  URI root = URI.create("http://injected.before.each.test");

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder post(String path, String body) {
    return HttpRequest.newBuilder(root.resolve(path))
        .timeout(Duration.ofSeconds(20))
        .setHeader("authorization", "Bearer " + RealParts.TOKEN)
        .setHeader("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private void awaitShard(String shard, String condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(send(HttpRequest.newBuilder(root.resolve("shards"))).body())
                    .contains("\"" + shard + "\"")
                    .contains("\"" + condition + "\""));
  }

  @Test
  void aBareDocumentIsPublishedAndReachesItsShard() throws Exception {
    HttpResponse<String> response =
        send(post("events?type=primary-failed", DOCUMENT.formatted("commerce/bare")));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    awaitShard("commerce/bare", "UNDECLARED");
  }

  @Test
  void aCloudEventInBinaryModeIsPublished() throws Exception {
    HttpResponse<String> response =
        send(
            post("events", DOCUMENT.formatted("commerce/binary"))
                .header("ce-specversion", "1.0")
                .header("ce-id", "7")
                .header("ce-source", "/orchestrator")
                .header("ce-type", "io.reseed.primary-failed.v1")
                .setHeader("content-type", "application/json"));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    awaitShard("commerce/binary", "UNDECLARED");
  }

  @Test
  void aCloudEventInStructuredModeIsPublished() throws Exception {
    String event =
        """
        {"specversion": "1.0", "id": "8", "source": "/hook", "type": "io.reseed.primary-failed.v1",
         "datacontenttype": "application/json", "data": %s}\
        """
            .formatted(DOCUMENT.formatted("commerce/structured"));
    HttpResponse<String> response =
        send(post("events", event).setHeader("content-type", "application/cloudevents+json"));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    awaitShard("commerce/structured", "UNDECLARED");
  }

  @Test
  void aDocumentThatBreaksARuleIsRefusedWithFieldAndRule() throws Exception {
    HttpResponse<String> response =
        send(
            post(
                "events?type=primary-failed",
                DOCUMENT.formatted("commerce/x").replace("db-2:3306", "db-1:3306")));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("promoted").contains("must differ from the failed server");
  }

  @Test
  void whatNamesNoTypeOrOneThatOutsidersDoNotWriteIsRefused() throws Exception {
    assertThat(send(post("events", "{}")).body()).contains("TYPE_MISSING");
    HttpResponse<String> foreign = send(post("events?type=seeding-assigned", "{}"));
    assertThat(foreign.statusCode()).isEqualTo(400);
    assertThat(foreign.body()).contains("UNKNOWN_EVENT_TYPE").contains("primary-failed");
    assertThat(send(post("events?type=primary-failed", "")).statusCode()).isEqualTo(400);
    assertThat(send(post("events?type=primary-failed", "not json")).statusCode()).isEqualTo(400);
  }

  /** As a web page may send it from the browser of somebody who can come to the port. */
  @Test
  void whatHasNoTokenOrIsNoJsonIsRefusedAndNothingIsPublished() throws Exception {
    HttpResponse<String> unknown =
        send(
            post("events?type=primary-failed", DOCUMENT.formatted("commerce/stranger"))
                .setHeader("authorization", "Bearer " + RealParts.TOKEN + "x"));
    assertThat(unknown.statusCode()).isEqualTo(401);
    assertThat(unknown.body()).contains("TOKEN_REFUSED").doesNotContain(RealParts.TOKEN);
    HttpResponse<String> form =
        send(
            post("events?type=primary-failed", DOCUMENT.formatted("commerce/stranger"))
                .setHeader("content-type", "text/plain"));
    assertThat(form.statusCode()).isEqualTo(415);
    assertThat(form.body()).contains("MEDIA_TYPE_REFUSED");
    assertThat(send(HttpRequest.newBuilder(root.resolve("shards"))).body())
        .doesNotContain("commerce/stranger");
  }

  @Test
  void aTooLargeDocumentIsRefused() throws Exception {
    assertThat(send(post("events?type=primary-failed", "x".repeat(950_000))).statusCode())
        .isEqualTo(413);
  }

  @Test
  void itIsReadyAndShowsMetrics() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(
                        send(HttpRequest.newBuilder(root.resolve("q/health/ready"))).statusCode())
                    .isEqualTo(200));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(IOException.class)
        .untilAsserted(
            () ->
                assertThat(send(HttpRequest.newBuilder(root.resolve("q/metrics"))).body())
                    .contains("reseed_shards_condition")
                    .contains("reseed_shards_unobserved")
                    .contains("reseed_observation_age_seconds")
                    .contains("reseed_dead_letters"));
  }
}
