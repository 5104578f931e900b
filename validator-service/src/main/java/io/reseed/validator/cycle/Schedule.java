package io.reseed.validator.cycle;

import io.reseed.events.BackupPolicy;
import io.reseed.events.CycleKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done for a shard, and when it was last done.
 *
 * @param declared how its backups shall be made; absent: as the configuration says
 * @param orders cycles that are wanted as soon as none is in flight
 * @param requestsSeen the last requests, so that each is done once
 * @param rotation how many cycles succeeded; decides what the next one checks
 * @param endedAt when the last cycle succeeded
 * @param soonAt when a cycle is to follow one whose new backup could not be read back
 * @param fresh how fresh cycles went
 */
record Schedule(
    @Nullable BackupPolicy declared,
    List<Order> orders,
    List<String> requestsSeen,
    long rotation,
    @Nullable Instant endedAt,
    @Nullable Instant soonAt,
    Fresh fresh) {
  static final Schedule EMPTY =
      new Schedule(null, List.of(), List.of(), 0, null, null, new Fresh(null, null, null));
  static final int ORDERS_MAX = 20;
  private static final int REQUESTS_MAX = 100;

  /**
   * A cycle that is wanted.
   *
   * @param backup what is to be examined; with kind EXAMINATION only
   */
  record Order(CycleKind kind, @Nullable String backup, Plan.Cause cause, String reason) {
    boolean sameAs(Order other) {
      return kind == other.kind && Objects.equals(backup, other.backup);
    }
  }

  /**
   * How fresh cycles went.
   *
   * @param endedAt when the last one ended, well or not
   * @param failedAt when the backup that the last one made was condemned at once
   * @param notBefore when the next one may begin that nobody asked for; absent: at once
   */
  record Fresh(
      @Nullable Instant endedAt, @Nullable Instant failedAt, @Nullable Instant notBefore) {}

  Schedule {
    orders = List.copyOf(orders);
    requestsSeen = List.copyOf(requestsSeen);
  }

  Schedule declared(@Nullable BackupPolicy policy) {
    return new Schedule(policy, orders, requestsSeen, rotation, endedAt, soonAt, fresh);
  }

  /** Nothing ended later than now, and nothing is put off for longer than until the latest. */
  Schedule takenUp(Instant now, Instant latest) {
    return new Schedule(
        declared,
        orders,
        requestsSeen,
        rotation,
        atMost(endedAt, now),
        atMost(soonAt, latest),
        new Fresh(
            atMost(fresh.endedAt(), now),
            atMost(fresh.failedAt(), now),
            atMost(fresh.notBefore(), latest)));
  }

  /** The earlier of two moments, of which another clock may have set the first. */
  static @Nullable Instant atMost(@Nullable Instant moment, Instant latest) {
    return moment != null && moment.isAfter(latest) ? latest : moment;
  }

  /** What is kept of a shard that is out of our care: what comes from elsewhere. */
  Schedule forgotten() {
    return new Schedule(declared, List.of(), requestsSeen, 0, null, null, EMPTY.fresh());
  }

  /** With an order; one of the same is not placed twice. */
  Schedule with(Order order) {
    if (orders.stream().anyMatch(order::sameAs)) {
      return this;
    }
    List<Order> all = new ArrayList<>(orders);
    all.add(order);
    return with(all);
  }

  Schedule without(Order order) {
    return with(orders.stream().filter(o -> !o.equals(order)).toList());
  }

  private Schedule with(List<Order> newer) {
    return new Schedule(declared, newer, requestsSeen, rotation, endedAt, soonAt, fresh);
  }

  /** Remembers a request. */
  Schedule seen(String request) {
    List<String> all = new ArrayList<>(requestsSeen);
    all.add(request);
    if (all.size() > REQUESTS_MAX) {
      all.removeFirst();
    }
    return new Schedule(declared, orders, all, rotation, endedAt, soonAt, fresh);
  }

  /** A cycle began: all orders that it fulfils are done. */
  Schedule begun(Plan plan, @Nullable Order done) {
    List<Order> rest =
        orders.stream()
            .filter(o -> !o.equals(done))
            .filter(o -> o.kind() != CycleKind.FRESH || plan.kind() != CycleKind.FRESH)
            .toList();
    Instant soon = plan.kind() == CycleKind.EXAMINATION ? soonAt : null;
    return new Schedule(declared, rest, requestsSeen, rotation, endedAt, soon, fresh);
  }

  /** A cycle did all that it was begun for. */
  Schedule succeeded(CycleKind kind, Instant at) {
    return switch (kind) {
      case EXAMINATION -> this;
      case REGULAR -> new Schedule(declared, orders, requestsSeen, rotation + 1, at, null, fresh);
      case FRESH ->
          new Schedule(
              declared, orders, requestsSeen, rotation + 1, at, null, new Fresh(at, null, null));
    };
  }

  /** A cycle failed. */
  Schedule failed(CycleKind kind, Instant at) {
    return kind == CycleKind.FRESH
        ? with(new Fresh(at, fresh.failedAt(), fresh.notBefore()))
        : this;
  }

  /** What a cycle made was condemned at once. */
  Schedule condemned(CycleKind kind, Instant at, @Nullable Instant notBefore) {
    return kind == CycleKind.FRESH ? with(new Fresh(at, at, notBefore)) : this;
  }

  private Schedule with(Fresh newer) {
    return new Schedule(declared, orders, requestsSeen, rotation, endedAt, soonAt, newer);
  }

  Schedule soon(Instant at) {
    return new Schedule(declared, orders, requestsSeen, rotation, endedAt, at, fresh);
  }
}
