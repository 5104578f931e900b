package io.reseed.failover;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reseed.events.ShardStatus;
import io.reseed.events.codec.EventCodec;
import io.reseed.events.codec.EventJson;
import io.reseed.failover.EventInbox.Outcome;
import io.reseed.failover.machine.FailoverState;
import io.reseed.fleet.Failure;
import io.reseed.fleet.FailureCode;
import io.reseed.kafka.EventPublisher;
import io.reseed.service.ServiceIdentity;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP: takes events from shell hooks, and shows the shards of this instance. */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
class FailoverResource {
  private static final Logger LOG = LoggerFactory.getLogger(FailoverResource.class);

  private final FailoverApplication application;
  private final EventInbox inbox;
  private final EventDoor door;
  private final JsonMapper json = JsonMapper.builder().addModule(EventJson.types()).build();

  FailoverResource(FailoverApplication application) {
    this.application = application;
    this.door = application.door();
    if (door.isOpen()) {
      LOG.warn("events are taken from everybody who comes to the port setting=reseed.http.open");
    }
    ServiceIdentity identity = application.identity();
    this.inbox =
        new EventInbox(
            identity.topicPrefix(),
            "/reseed/%s/%s".formatted(identity.service(), identity.instance()));
  }

  /**
   * Publishes an event and answers 202 once Kafka acknowledged it, 400 with what to fix when it is
   * none, 401, 403, 415 and 421 as {@link EventDoor} says, 413 when it is too large, 503 when Kafka
   * did not acknowledge it in time or the tokens cannot be read: then it may be sent again, readers
   * know duplicates.
   */
  @POST
  @Path("events")
  @Consumes(MediaType.WILDCARD)
  public Response publish(
      @QueryParam("type") @Nullable String type, @Context HttpHeaders headers, byte[] body)
      throws InterruptedException {
    Map<String, String> named = lowerCased(headers);
    Optional<EventDoor.Refusal> refusal = door.refusal(named);
    if (refusal.isPresent()) {
      return Response.status(refusal.get().status()).entity(refusal.get().failure()).build();
    }
    if (body.length > EventCodec.VALUE_BYTES_MAX) {
      return answer(
          Response.Status.REQUEST_ENTITY_TOO_LARGE,
          Failure.of(
              FailureCode.RECORD_TOO_LARGE,
              "the document has %d bytes".formatted(body.length),
              "At most %d are read.".formatted(EventCodec.VALUE_BYTES_MAX)));
    }
    EventInbox.Request request =
        new EventInbox.Request(type, named, UUID.randomUUID().toString(), Instant.now());
    return switch (inbox.receive(request, body)) {
      case Outcome.Refused refused -> answer(Response.Status.BAD_REQUEST, refused.failure());
      case Outcome.Accepted accepted -> publish(accepted);
    };
  }

  private Response publish(Outcome.Accepted accepted) throws InterruptedException {
    EventPublisher publisher = application.running().publisher();
    try {
      publisher.publishAndWait(accepted.publication());
    } catch (KafkaException e) {
      LOG.warn("event not published key={}", accepted.key(), e);
      return answer(
          Response.Status.SERVICE_UNAVAILABLE,
          Failure.of(
              FailureCode.KAFKA_UNREACHABLE,
              "Kafka did not acknowledge the event in time",
              "Send it again; a duplicate does no harm."));
    }
    LOG.info("event published topic={} key={}", accepted.publication().topic(), accepted.key());
    return Response.accepted(Map.of("topic", accepted.publication().topic(), "key", accepted.key()))
        .build();
  }

  private static Map<String, String> lowerCased(HttpHeaders headers) {
    Map<String, String> lowerCased = new HashMap<>();
    headers
        .getRequestHeaders()
        .forEach(
            (name, values) -> lowerCased.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    return lowerCased;
  }

  private static Response answer(Response.Status status, Failure failure) {
    return Response.status(status).entity(failure).build();
  }

  /** The status, as last published, of every shard that this instance holds. */
  @GET
  @Path("shards")
  public String shards() throws JsonProcessingException {
    List<ShardStatus> statuses =
        application.running().shards().snapshot().values().stream()
            .map(FailoverState::status)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparing(ShardStatus::shard))
            .toList();
    return json.writeValueAsString(statuses);
  }
}
