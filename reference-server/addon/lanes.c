/*
 * Lanes (see src/media/lanes.ts) in C: connected UDP sockets whose packets leave through one another with a new header.
 * A passive library without a thread of its own: the media thread calls work(), which sleeps and works in an even beat.
 *
 * One round takes at most BATCH packets: first all of them are received, then those that a route fits are sent, so that
 * each half runs with warm caches. What has not passed is left in two buffers of the caller, and work() returns:
 *
 *   records  Uint32: how many there are, whether more is to be read at once, 0, and for each its lane, its slot and its length
 *   slots    BATCH times SLOT bytes
 *
 * What has passed is tallied for each lane as src/media/core/tally.ts does, and settle() hands that over in a third one:
 *
 *   tally    Float64: packets, octets, furthest sequence number and timestamp as they came in, jitter, transit, time;
 *            and when the last round was
 *
 * The kernel tells once that something came to a lane (EPOLLET): half the polling, but what is not read then is not told
 * again, and to a full queue nothing comes. So a lane is read once where one packet is due, until it is empty where more
 * may have come, and now and then anyhow.
 *
 * Most far ends send in even time, and being told of each packet costs a tenth of what the packet does. So a lane whose
 * packet has passed is taken out of epoll, and read by the clock: in each beat in which its next packet should be there. After a
 * second, or where packets do not come as they should, the kernel is asked again, which shows in what beat they come now, and
 * whether any are left.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 256
#define SLOT 2048
#define RECORD 3
#define TALLY 8
#define NOW 7
#define NOWHERE UINT32_MAX
/* Rounds before the event loop has its turn. */
#define MOST_ROUNDS 16
/* Milliseconds in which a queue is emptied whatever comes, and in which one to which nothing comes is looked at. */
#define EMPTY_WITHIN 500
#define LOOK_WITHIN 600
/* Milliseconds between two packets until more is known. */
#define DISTANCE 20
/* Packets that are read by the clock in a row, and the longest distance between two of them in milliseconds. */
#define BY_CLOCK 50
#define MOST_DISTANCE 100
/* Fruitless looks for one packet, and for all of a row: then the kernel is asked again. */
#define MOST_TRIES 2
#define MOST_MISSES 10
/* Packets that the kernel tells of before the clock is tried again: from none to so many for a far end that is not even. */
#define MOST_PATIENCE 200
#define HEADER 12
#define MAX_SEQUENCE_JUMP 100
#define MAX_TIMESTAMP_JUMP 16000

struct lane {
  int fd; /* -1: nobody's */
  bool routed;
  uint32_t out;
  uint8_t type_in, type_out;
  uint32_t ssrc_in, ssrc_out;
  uint16_t sequence_add;
  uint32_t timestamp_add;
  uint32_t payload; /* octets, 0: any number */
  /* Of the packet that passed last, as it came in. */
  uint16_t sequence;
  uint32_t timestamp;
  /* Tally. */
  uint32_t packets;
  uint64_t octets;
  uint16_t furthest;
  uint32_t latest;
  bool timed; /* there is a transit */
  int32_t transit;
  double jitter, at;
  /* When it was read last and when there was nothing to read, what lies between two packets. */
  double read_at, emptied_at, distance;
  /* It is read until it is empty. */
  bool again;
  /* By the clock: when the next packet should be there, how many are left of the row, fruitless looks for it and in all. */
  double phase;
  uint16_t left, tries, misses;
  /* Asking the kernel: packets until the clock is tried, and how many it will be the next time that the clock fails. */
  uint16_t wait, patience;
};

struct core {
  int epoll;
  struct lane *lanes;
  /* For each lane when to read it by the clock; INFINITY where the kernel tells. On its own, as all are looked at in each beat. */
  double *due;
  uint32_t count;
  uint32_t *records;
  uint8_t *slots;
  double *tally;
  /* Lanes to be read although the kernel tells nothing of them, and whether that cannot wait for the next beat. */
  uint32_t behind[BATCH];
  uint32_t behind_count;
  bool urgent;
  /* The lane from which on the next round looks at the clock. */
  uint32_t first;
  /* When this round is, how long after the one before, and how far beats are apart. */
  double now, pause, beat;
  napi_ref records_ref, slots_ref, tally_ref;
};

static uint16_t get16(const uint8_t *p) { return (uint16_t)(p[0] << 8 | p[1]); }
static uint32_t get32(const uint8_t *p) { return (uint32_t)get16(p) << 16 | get16(p + 2); }
static void put16(uint8_t *p, uint16_t v) {
  p[0] = (uint8_t)(v >> 8);
  p[1] = (uint8_t)v;
}
static void put32(uint8_t *p, uint32_t v) {
  put16(p, (uint16_t)(v >> 16));
  put16(p + 2, (uint16_t)v);
}

/* The same as Route.pass in src/media/core/route.ts; relay tests run on both. */
static bool pass(struct lane *lane, uint8_t *packet, size_t length, double now) {
  if (!lane->routed || length <= HEADER || length > SLOT || packet[0] != 0x80) return false;
  if ((packet[1] & 0x7f) != lane->type_in || get32(packet + 8) != lane->ssrc_in) return false;
  if (lane->payload != 0 && length - HEADER != lane->payload) return false;
  uint16_t sequence = get16(packet + 2);
  uint32_t timestamp = get32(packet + 4);
  int16_t far = (int16_t)(uint16_t)(sequence - lane->sequence);
  int32_t later = (int32_t)(timestamp - lane->timestamp);
  if (far > MAX_SEQUENCE_JUMP || far < -MAX_SEQUENCE_JUMP) return false;
  if (later > MAX_TIMESTAMP_JUMP || later < -MAX_TIMESTAMP_JUMP) return false;
  if (far == 1 && later > 0) lane->distance = later / 8.0;
  lane->sequence = sequence;
  lane->timestamp = timestamp;
  packet[1] = (uint8_t)((packet[1] & 0x80) | lane->type_out);
  put16(packet + 2, (uint16_t)(sequence + lane->sequence_add));
  put32(packet + 4, timestamp + lane->timestamp_add);
  put32(packet + 8, lane->ssrc_out);
  lane->packets++;
  lane->octets += length - HEADER;
  if ((int16_t)(uint16_t)(sequence - lane->furthest) > 0) lane->furthest = sequence;
  if ((int32_t)(timestamp - lane->latest) > 0) lane->latest = timestamp;
  int32_t transit = (int32_t)((uint32_t)(int64_t)(now * 8 + 0.5) - timestamp);
  if (lane->timed) {
    int64_t off = (int32_t)((uint32_t)transit - (uint32_t)lane->transit);
    lane->jitter += ((double)(off < 0 ? -off : off) - lane->jitter) / 16;
  }
  lane->timed = true;
  lane->transit = transit;
  lane->at = now;
  return true;
}

static void release(struct core *core) {
  for (uint32_t i = 0; i < core->count; i++)
    if (core->lanes[i].fd >= 0) close(core->lanes[i].fd);
  free(core->lanes);
  free(core->due);
  core->lanes = NULL;
  core->due = NULL;
  core->count = 0;
  if (core->epoll >= 0) close(core->epoll);
  core->epoll = -1;
}

/* The thread ends, or nobody holds the core any more. */
static void finalize(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  release(data);
  free(data);
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, NULL, message);
  return NULL;
}

/* Reads `want` arguments, the first of which is a core; NULL after an exception. */
static struct core *arguments(napi_env env, napi_callback_info info, napi_value *args, size_t want) {
  size_t count = want;
  void *core = NULL;
  if (napi_get_cb_info(env, info, &count, args, NULL, NULL) != napi_ok || count < want ||
      napi_get_value_external(env, args[0], &core) != napi_ok || core == NULL) {
    fail(env, "a core and its arguments are due");
    return NULL;
  }
  if (((struct core *)core)->epoll < 0) {
    fail(env, "the core is closed");
    return NULL;
  }
  return core;
}

static bool lane_at(napi_env env, struct core *core, napi_value value, uint32_t *index) {
  if (napi_get_value_uint32(env, value, index) == napi_ok && *index < core->count && core->lanes[*index].fd >= 0) {
    return true;
  }
  fail(env, "no such lane");
  return false;
}

static napi_value number(napi_env env, int32_t value) {
  napi_value result = NULL;
  napi_create_int32(env, value, &result);
  return result;
}

/* create(records: Uint32Array, slots: Uint8Array, tally: Float64Array) → core */
static napi_value create(napi_env env, napi_callback_info info) {
  size_t count = 3, records = 0, slots = 0, tally = 0;
  napi_value args[3], result = NULL;
  napi_typedarray_type records_type, slots_type, tally_type;
  void *records_data = NULL, *slots_data = NULL, *tally_data = NULL;
  if (napi_get_cb_info(env, info, &count, args, NULL, NULL) != napi_ok || count < 3 ||
      napi_get_typedarray_info(env, args[2], &tally_type, &tally, &tally_data, NULL, NULL) != napi_ok ||
      tally_type != napi_float64_array || tally < TALLY ||
      napi_get_typedarray_info(env, args[0], &records_type, &records, &records_data, NULL, NULL) != napi_ok ||
      napi_get_typedarray_info(env, args[1], &slots_type, &slots, &slots_data, NULL, NULL) != napi_ok ||
      records_type != napi_uint32_array || slots_type != napi_uint8_array || records < (1 + BATCH) * RECORD ||
      slots < BATCH * SLOT) {
    return fail(env, "buffers for 256 records, 256 packets and a tally are due");
  }
  struct core *core = calloc(1, sizeof *core);
  if (core == NULL) return fail(env, "no memory");
  core->records = records_data;
  core->slots = slots_data;
  core->tally = tally_data;
  core->epoll = epoll_create1(EPOLL_CLOEXEC);
  if (core->epoll < 0) {
    free(core);
    return fail(env, "no epoll");
  }
  if (napi_create_external(env, core, finalize, NULL, &result) != napi_ok) {
    release(core);
    free(core);
    return fail(env, "no external");
  }
  /* The buffers live as long as this thread does: a strong reference each. */
  napi_create_reference(env, args[0], 1, &core->records_ref);
  napi_create_reference(env, args[1], 1, &core->slots_ref);
  napi_create_reference(env, args[2], 1, &core->tally_ref);
  return result;
}

static socklen_t place(napi_env env, napi_value address, napi_value port, struct sockaddr_storage *out) {
  char text[64];
  size_t length = 0;
  uint32_t number = 0;
  if (napi_get_value_string_utf8(env, address, text, sizeof text, &length) != napi_ok ||
      napi_get_value_uint32(env, port, &number) != napi_ok || number > 65535) {
    return 0;
  }
  memset(out, 0, sizeof *out);
  struct sockaddr_in *four = (struct sockaddr_in *)out;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
  if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)number);
    return sizeof *four;
  }
  if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
    six->sin6_family = AF_INET6;
    six->sin6_port = htons((uint16_t)number);
    return sizeof *six;
  }
  return 0;
}

/* The kernel tells what comes to a lane, also what is there already. */
static bool watch(struct core *core, uint32_t index, int fd) {
  struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = index};
  return epoll_ctl(core->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static bool grow(struct core *core, uint32_t *index) {
  for (uint32_t i = 0; i < core->count; i++) {
    if (core->lanes[i].fd < 0) {
      *index = i;
      return true;
    }
  }
  uint32_t more = core->count == 0 ? 64 : core->count * 2;
  struct lane *lanes = realloc(core->lanes, more * sizeof *lanes);
  if (lanes == NULL) return false;
  core->lanes = lanes;
  double *due = realloc(core->due, more * sizeof *due);
  if (due == NULL) return false;
  core->due = due;
  for (uint32_t i = core->count; i < more; i++) {
    lanes[i] = (struct lane){.fd = -1};
    due[i] = INFINITY;
  }
  *index = core->count;
  core->count = more;
  return true;
}

/* open(core, address, port, toAddress, toPort) → lane, or the negative error of the system */
static napi_value open_lane(napi_env env, napi_callback_info info) {
  napi_value args[5];
  struct core *core = arguments(env, info, args, 5);
  if (core == NULL) return NULL;
  struct sockaddr_storage here, there;
  socklen_t here_size = place(env, args[1], args[2], &here), there_size = place(env, args[3], args[4], &there);
  if (here_size == 0 || here_size != there_size) return number(env, -EINVAL);
  int yes = 1;
  int fd = socket(here.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return number(env, -errno);
  uint32_t index = 0;
  if (setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) < 0 ||
      bind(fd, (struct sockaddr *)&here, here_size) < 0 || connect(fd, (struct sockaddr *)&there, there_size) < 0) {
    int error = errno;
    close(fd);
    return number(env, -error);
  }
  if (!grow(core, &index) || !watch(core, index, fd)) {
    close(fd);
    return number(env, -ENOMEM);
  }
  /* Voice is never cut in pieces; and a packet that must not be needs no number from a table that all sockets share. */
  int whole = IP_PMTUDISC_DO;
  if (here.ss_family == AF_INET) (void)!setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &whole, sizeof whole);
  core->lanes[index] = (struct lane){.fd = fd, .distance = DISTANCE};
  return number(env, (int32_t)index);
}

/* close(core, lane): its number may be another's afterwards */
static napi_value close_lane(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint32_t index;
  struct core *core = arguments(env, info, args, 2);
  if (core == NULL || !lane_at(env, core, args[1], &index)) return NULL;
  close(core->lanes[index].fd);
  core->lanes[index] = (struct lane){.fd = -1};
  core->due[index] = INFINITY;
  for (uint32_t i = 0; i < core->count; i++)
    if (core->lanes[i].out == index) core->lanes[i].routed = false;
  return NULL;
}

/*
 * route(core, lane, out, ssrcIn, typeIn, ssrcOut, typeOut, sequence, timestamp, octets, lastSequence, lastTimestamp, jitter,
 * transit)
 */
static napi_value route(napi_env env, napi_callback_info info) {
  napi_value args[14];
  uint32_t index, out, value[9];
  double jitter, transit;
  struct core *core = arguments(env, info, args, 14);
  if (core == NULL || !lane_at(env, core, args[1], &index)) return NULL;
  if (napi_get_value_uint32(env, args[2], &out) != napi_ok) return fail(env, "a lane is due");
  if (out != NOWHERE && !lane_at(env, core, args[2], &out)) return NULL;
  for (int i = 0; i < 9; i++)
    if (napi_get_value_uint32(env, args[3 + i], &value[i]) != napi_ok) return fail(env, "numbers are due");
  if (napi_get_value_double(env, args[12], &jitter) != napi_ok ||
      napi_get_value_double(env, args[13], &transit) != napi_ok) {
    return fail(env, "numbers are due");
  }
  struct lane *lane = &core->lanes[index];
  lane->out = out;
  lane->ssrc_in = value[0];
  lane->type_in = (uint8_t)(value[1] & 0x7f);
  lane->ssrc_out = value[2];
  lane->type_out = (uint8_t)(value[3] & 0x7f);
  lane->sequence_add = (uint16_t)value[4];
  lane->timestamp_add = value[5];
  lane->payload = value[6];
  lane->sequence = (uint16_t)value[7];
  lane->timestamp = value[8];
  lane->packets = 0;
  lane->octets = 0;
  lane->furthest = lane->sequence;
  lane->latest = lane->timestamp;
  lane->jitter = jitter;
  lane->timed = transit >= INT32_MIN && transit <= INT32_MAX; /* not for NaN */
  lane->transit = lane->timed ? (int32_t)transit : 0;
  lane->routed = true;
  return NULL;
}

/* unroute(core, lane) */
static napi_value unroute(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint32_t index;
  struct core *core = arguments(env, info, args, 2);
  if (core == NULL || !lane_at(env, core, args[1], &index)) return NULL;
  core->lanes[index].routed = false;
  return NULL;
}

/* send(core, lane, packet: Uint8Array, length) */
static napi_value send_packet(napi_env env, napi_callback_info info) {
  napi_value args[4];
  napi_typedarray_type type;
  uint32_t index, length;
  size_t size = 0;
  void *packet = NULL;
  struct core *core = arguments(env, info, args, 4);
  if (core == NULL || !lane_at(env, core, args[1], &index)) return NULL;
  if (napi_get_typedarray_info(env, args[2], &type, &size, &packet, NULL, NULL) != napi_ok ||
      type != napi_uint8_array || napi_get_value_uint32(env, args[3], &length) != napi_ok || length > size) {
    return fail(env, "a packet and its length are due");
  }
  (void)!send(core->lanes[index].fd, packet, length, 0);
  return NULL;
}

/* settle(core, lane) → packets since the last call; the tally is filled when there are any */
static napi_value settle(napi_env env, napi_callback_info info) {
  napi_value args[2];
  uint32_t index;
  struct core *core = arguments(env, info, args, 2);
  if (core == NULL || !lane_at(env, core, args[1], &index)) return NULL;
  struct lane *lane = &core->lanes[index];
  /* Called for each lane now and then, also for one whose queue is so full that the kernel has nothing to tell. */
  if (core->due[index] == INFINITY && core->now - lane->emptied_at > LOOK_WITHIN && core->behind_count < BATCH) {
    core->behind[core->behind_count++] = index;
    lane->again = true;
  }
  uint32_t packets = lane->packets;
  if (packets > 0) {
    const double tally[NOW] = {packets,      (double)lane->octets, lane->furthest, lane->latest,
                               lane->jitter, lane->transit,        lane->at};
    memcpy(core->tally, tally, sizeof tally);
  }
  lane->packets = 0;
  lane->octets = 0;
  return number(env, (int32_t)(packets & 0x7fffffff));
}

/* The time of the next packet, that is the first one which a later beat finds. */
static void wait_for_next(struct core *core, uint32_t index) {
  struct lane *lane = &core->lanes[index];
  double half = core->beat / 2;
  lane->phase += lane->distance * (floor((core->now + half - lane->phase) / lane->distance) + 1);
  /* Neither beats nor the thread's waking are exact. */
  core->due[index] = lane->phase - half;
}

/* From now on the kernel is asked again. */
static void by_kernel(struct core *core, uint32_t index) {
  if (watch(core, index, core->lanes[index].fd))
    core->due[index] = INFINITY;
  else
    wait_for_next(core, index);
}

/* A packet passed of which the kernel has told: the ones after it may be looked for by the clock. */
static void by_clock(struct core *core, uint32_t index) {
  struct lane *lane = &core->lanes[index];
  if (lane->wait > 0) {
    lane->wait--;
    return;
  }
  if (lane->again || lane->distance < core->beat || lane->distance > MOST_DISTANCE) return;
  /* Who looks late does not see when packets come. */
  if (core->pause > 1.5 * core->beat) return;
  if (epoll_ctl(core->epoll, EPOLL_CTL_DEL, lane->fd, NULL) < 0) return;
  lane->left = BY_CLOCK;
  lane->tries = lane->misses = 0;
  lane->phase = core->now;
  wait_for_next(core, index);
}

/* The packet that was due by the clock was there. */
static void came(struct core *core, uint32_t index) {
  struct lane *lane = &core->lanes[index];
  lane->tries = 0;
  if (--lane->left > 0) {
    wait_for_next(core, index);
    return;
  }
  lane->patience = 0;
  by_kernel(core, index);
}

/* It was not: it should be in the next beat. */
static void missed(struct core *core, uint32_t index) {
  struct lane *lane = &core->lanes[index];
  if (++lane->tries <= MOST_TRIES && ++lane->misses <= MOST_MISSES) {
    core->due[index] = core->now + core->beat / 2;
    return;
  }
  lane->wait = lane->patience;
  lane->patience = (uint16_t)(lane->patience * 2 + 1 < MOST_PATIENCE ? lane->patience * 2 + 1 : MOST_PATIENCE);
  by_kernel(core, index);
}

/* Lanes that have something to read: those left behind, those that are due, and those that the kernel tells. */
static uint32_t waiting(struct core *core, uint32_t *lanes) {
  uint32_t count = core->behind_count;
  memcpy(lanes, core->behind, count * sizeof *lanes);
  core->behind_count = 0;
  core->urgent = false;
  uint32_t first = core->first < core->count ? core->first : 0;
  for (uint32_t looked = 0, i = first; looked < core->count; looked++, i = i + 1 < core->count ? i + 1 : 0) {
    /* Those that are left behind are among them already. */
    if (core->due[i] > core->now || core->lanes[i].again) continue;
    if (count == BATCH) {
      /* The rest has its turn at once. */
      core->first = i;
      core->urgent = true;
      break;
    }
    lanes[count++] = i;
  }
  if (count == BATCH) return count;
  struct epoll_event events[BATCH];
  int ready = epoll_wait(core->epoll, events, (int)(BATCH - count), 0);
  if (ready == (int)(BATCH - count)) core->urgent = true;
  for (int i = 0; i < ready; i++) lanes[count++] = events[i].data.u32;
  return count;
}

/* Reads one packet; gives its length, negative where none was. Notes whether there may be another. */
static ssize_t take(struct core *core, uint32_t index, uint8_t *slot) {
  struct lane *lane = &core->lanes[index];
  double now = core->now;
  bool due = core->due[index] <= now;
  /* A packet longer than a slot is cut off, and handed up as that. */
  ssize_t length = recv(lane->fd, slot, SLOT, 0);
  if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
    lane->emptied_at = now;
    lane->again = false;
    if (due) missed(core, index);
    return -1;
  }
  /* Other errors are the far end's, told by ICMP, and say nothing of what lies behind them. */
  bool late = core->pause > 0.6 * lane->distance || now - lane->read_at > 1.5 * lane->distance ||
              (core->due[index] == INFINITY && now - lane->emptied_at > EMPTY_WITHIN);
  if (length < 0 || late) lane->again = true;
  if (length >= 0) lane->read_at = now;
  if (lane->again && core->behind_count < BATCH) {
    core->behind[core->behind_count++] = index;
    core->urgent = true;
  }
  if (due && length >= 0) came(core, index);
  return length;
}

/* Takes what waits, at most one packet of each lane, and passes on what may pass; gives how many were taken. */
static uint32_t turn(struct core *core, uint32_t *handed_up) {
  uint32_t lanes[BATCH], from[BATCH], taken = 0;
  uint16_t lengths[BATCH];
  bool told[BATCH];
  uint32_t count = waiting(core, lanes);
  for (uint32_t i = 0; i < count; i++) {
    if (lanes[i] >= core->count || core->lanes[lanes[i]].fd < 0) continue;
    told[taken] = core->due[lanes[i]] == INFINITY;
    ssize_t length = take(core, lanes[i], core->slots + taken * SLOT);
    if (length < 0) continue;
    from[taken] = lanes[i];
    lengths[taken++] = (uint16_t)length;
  }
  for (uint32_t i = 0; i < taken; i++) {
    uint8_t *packet = core->slots + i * SLOT;
    struct lane *lane = &core->lanes[from[i]];
    if (pass(lane, packet, lengths[i], core->now)) {
      /* What the kernel does not take is lost, as it would be on its way. */
      if (lane->out < core->count && core->lanes[lane->out].fd >= 0)
        (void)!send(core->lanes[lane->out].fd, packet, lengths[i], 0);
      if (told[i] && core->due[from[i]] == INFINITY) by_clock(core, from[i]);
    } else {
      /* Something else begins: nothing is known of its time. */
      if (core->due[from[i]] != INFINITY) by_kernel(core, from[i]);
      uint32_t *record = core->records + ++*handed_up * RECORD;
      record[0] = from[i];
      record[1] = i;
      record[2] = lengths[i];
    }
  }
  return taken;
}

static double milliseconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void sleep_until(double time) {
  struct timespec t = {.tv_sec = (time_t)(time / 1e3)};
  t.tv_nsec = (long)((time - (double)t.tv_sec * 1e3) * 1e6);
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

/*
 * work(core, now, length, until) → packets taken. Sleeps until the next multiple of `length` by the clock that says `now`,
 * unless something was left behind; does a round; and so on until `until` or until packets are handed up. Milliseconds.
 */
static napi_value work(napi_env env, napi_callback_info info) {
  napi_value args[4];
  double now, length, until;
  struct core *core = arguments(env, info, args, 4);
  if (core == NULL) return NULL;
  if (napi_get_value_double(env, args[1], &now) != napi_ok || napi_get_value_double(env, args[2], &length) != napi_ok ||
      napi_get_value_double(env, args[3], &until) != napi_ok || !(now >= 0 && now < 1e15) ||
      !(length >= 0.1 && length <= 1000) || !(until < now + 1000)) {
    return fail(env, "a time, a length and an end are due");
  }
  core->beat = length;
  double ahead = milliseconds() - now;
  uint32_t taken = 0, handed_up = 0;
  for (int rounds = 0; rounds == 0 || (handed_up == 0 && (now < until || core->urgent)); rounds++) {
    if (rounds >= MOST_ROUNDS) break;
    if (!core->urgent) sleep_until(((double)(int64_t)(now / length) + 1) * length + ahead);
    /* What a round leaves behind for the next at once has waited as long as the rest. */
    double before = core->urgent ? core->pause : 0;
    now = milliseconds() - ahead;
    core->pause = before + now - core->now;
    core->now = now;
    taken += turn(core, &handed_up);
  }
  core->records[0] = handed_up;
  core->records[1] = core->urgent;
  core->tally[NOW] = now;
  return number(env, (int32_t)taken);
}

/* destroy(core): closes every lane; the core is of no use any more */
static napi_value destroy(napi_env env, napi_callback_info info) {
  napi_value args[1];
  struct core *core = arguments(env, info, args, 1);
  if (core == NULL) return NULL;
  release(core);
  napi_delete_reference(env, core->records_ref);
  napi_delete_reference(env, core->slots_ref);
  napi_delete_reference(env, core->tally_ref);
  return NULL;
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback call;
  } functions[] = {
      {"create", create}, {"open", open_lane}, {"close", close_lane}, {"route", route},
      {"send", send_packet}, {"unroute", unroute}, {"settle", settle}, {"work", work}, {"destroy", destroy},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    napi_value function;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].call, NULL, &function) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, function) != napi_ok) {
      return NULL;
    }
  }
  return exports;
}
