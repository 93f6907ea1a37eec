/*
 * The far ends of many calls: sends RTP to a relay or a media server and judges what comes back.
 *
 *   load PORT SEED WARMUP_MS MEASURE_MS QUANTUM_US < plan
 *
 * The plan has one line for each far end: DST_PORT PAYLOAD_TYPE PAYLOAD_BYTES TALKS FROM. It sends to 127.0.0.1:DST_PORT,
 * and only when TALKS is 1; with a DST_PORT of 0 it sends to the far end that hears it, past any relay. FROM is the line
 * (counted from 0) whose packets it should get, or -1 when the other side makes packets of its own. Far end n has the address 127.16.0.0 + n and the port PORT (RTCP: PORT + 1, taken and dropped), so
 * that two sockets do for all of them and sendmmsg and recvmmsg work on packets of many calls at once.
 *
 * Each far end sends every 20 ms, all of them spread evenly over these 20 ms in an order made from SEED. Arrival is the
 * time stamp of the kernel (SO_TIMESTAMPNS), so it does not matter when this program gets to read: it sleeps until the
 * next packet is due, never for a socket, and whoever sends to it is not charged for waking it.
 *
 * Says "begin" and "end" at the bounds of the measured time and then one line of JSON, times in microseconds.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif
#define FIRST_ADDRESS 0x7f100000u
#define PERIOD 20000000ll
#define BATCH 16
#define READ_BATCH 64
#define MAX_BYTES 512
#define HEADER 12
#define MAGIC 0x6c6f6164u
#define BINS 200000 /* of 1 us */
#define DRAIN 300000000ll

struct far_end {
  uint16_t dst_port, sequence;
  uint8_t type, talks;
  int bytes, from, hearer;
  int64_t due;
  uint32_t sent, ssrc, timestamp;
  /* of what it hears */
  uint32_t highest, packets;
  int heard;
  uint16_t next_sequence;
  uint8_t *seen;
};

/* In front of the tone of a packet's payload. */
struct tag {
  uint32_t magic, sender, number;
  uint32_t run;
  int64_t at;
};

static struct far_end *ends;
static int count;
static int *order; /* by phase */
static uint32_t first, last; /* packets of the measured time: first <= number < last */
static uint64_t sent, received, duplicates, reordered, misdirected, malformed, own, gaps, still, outside, failed_sends;
static uint32_t latency[BINS + 1], late[BINS + 1];
static uint64_t sleeps, send_calls;
static int rtp, rtcp, own_port;
static uint32_t run; /* tells packets of this run from those that a peer held back since the one before */
static int measuring;

static int64_t now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
  exit(2);
}

static void record(uint32_t *histogram, int64_t ns) {
  int64_t bin = ns < 0 ? 0 : ns / 1000;
  histogram[bin > BINS ? BINS : bin]++;
}

static double quantile(const uint32_t *histogram, double q) {
  uint64_t total = 0, sum = 0;
  for (int i = 0; i <= BINS; i++) total += histogram[i];
  if (total == 0) return -1;
  uint64_t wanted = (uint64_t)(q * (total - 1));
  for (int i = 0; i <= BINS; i++) {
    sum += histogram[i];
    if (sum > wanted) return i;
  }
  return BINS;
}

static int open_socket(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), on = 1, size = 64 << 20;
  if (fd < 0) fail("socket");
  if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) < 0) setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) < 0) fail("SO_TIMESTAMPNS");
  if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) < 0) fail("IP_PKTINFO");
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("bind");
  return fd;
}

/* A payload that is no silence in any codec, with the bits that GSM wants in front. */
static void fill(uint8_t *payload, int bytes, uint8_t type, uint32_t seed) {
  for (int i = 0; i < bytes; i++) {
    seed = seed * 1664525u + 1013904223u;
    payload[i] = seed >> 24;
  }
  if (type == 3) payload[0] = 0xd0 | (payload[0] & 15);
}

static void build(struct far_end *end, int index, uint8_t *packet, int64_t at) {
  packet[0] = 0x80;
  packet[1] = end->type | (end->sent == 0 ? 0x80 : 0);
  packet[2] = end->sequence >> 8;
  packet[3] = end->sequence & 255;
  uint32_t timestamp = htonl(end->timestamp), ssrc = htonl(end->ssrc);
  memcpy(packet + 4, &timestamp, 4);
  memcpy(packet + 8, &ssrc, 4);
  fill(packet + HEADER, end->bytes, end->type, end->sent);
  if (end->bytes >= (int)sizeof(struct tag) && end->type != 3) {
    struct tag tag = {MAGIC, index, end->sent, run, at};
    memcpy(packet + HEADER, &tag, sizeof tag);
  }
}

/* Sends what is due, gives when the next packet is. */
static int64_t send_due(int64_t time, int64_t stop, int *at) {
  static uint8_t packets[BATCH][HEADER + MAX_BYTES];
  static char controls[BATCH][CMSG_SPACE(sizeof(struct in_pktinfo))];
  struct mmsghdr messages[BATCH];
  struct iovec vectors[BATCH];
  struct sockaddr_in targets[BATCH];
  for (;;) {
    int n = 0;
    int64_t stamp = now(CLOCK_REALTIME);
    while (n < BATCH) {
      int index = order[*at];
      struct far_end *end = &ends[index];
      if (end->due > time || end->due >= stop) break;
      if (end->talks) {
        build(end, index, packets[n], stamp);
        targets[n] = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(end->dst_port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (end->dst_port == 0) {
          targets[n].sin_port = htons(own_port);
          targets[n].sin_addr.s_addr = htonl(FIRST_ADDRESS + end->hearer);
        }
        vectors[n] = (struct iovec){packets[n], HEADER + end->bytes};
        memset(&messages[n], 0, sizeof messages[n]);
        struct msghdr *header = &messages[n].msg_hdr;
        *header = (struct msghdr){.msg_name = &targets[n], .msg_namelen = sizeof targets[n], .msg_iov = &vectors[n], .msg_iovlen = 1, .msg_control = controls[n], .msg_controllen = sizeof controls[n]};
        struct cmsghdr *control = CMSG_FIRSTHDR(header);
        control->cmsg_level = IPPROTO_IP;
        control->cmsg_type = IP_PKTINFO;
        control->cmsg_len = CMSG_LEN(sizeof(struct in_pktinfo));
        struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(FIRST_ADDRESS + index)};
        memcpy(CMSG_DATA(control), &info, sizeof info);
        if (end->sent >= first && end->sent < last) {
          sent++;
          record(late, now(CLOCK_MONOTONIC) - end->due);
        }
        n++;
      }
      end->sent++;
      end->sequence++;
      end->timestamp += 160;
      end->due += PERIOD;
      *at = (*at + 1) % count;
    }
    if (n > 0) {
      int done = 0;
      while (done < n) {
        int result = sendmmsg(rtp, messages + done, n - done, 0);
        send_calls++;
        /* The far side's ICMP errors are told here; the packet itself is lost and counts as such. */
        if (result < 0) failed_sends++, done++;
        else done += result;
      }
    }
    if (n < BATCH) return ends[order[*at]].due;
  }
}

static void hear(int index, const uint8_t *packet, int length, const struct sockaddr_in *source, int64_t at) {
  struct far_end *end = &ends[index];
  if (length < HEADER || packet[0] >> 6 != 2 || (packet[1] & 127) != end->type) {
    malformed += measuring;
    return;
  }
  struct tag tag;
  uint16_t port = ntohs(source->sin_port);
  if (end->from < 0) {
    /* Made by the other side: whether it is continuous and says something. */
    uint16_t sequence = packet[2] << 8 | packet[3];
    if (port != end->dst_port) misdirected += measuring;
    if (measuring) {
      own++;
      if (end->heard && sequence != end->next_sequence) gaps++;
      int same = 1;
      for (int i = HEADER + 1; i < length; i++) same &= packet[i] == packet[HEADER];
      if (same) still++;
      end->packets++;
      end->heard = 1;
    }
    end->next_sequence = sequence + 1;
    return;
  }
  if (length < HEADER + (int)sizeof tag) {
    malformed += measuring;
    return;
  }
  memcpy(&tag, packet + HEADER, sizeof tag);
  if (tag.magic != MAGIC) {
    malformed += measuring;
    return;
  }
  if (tag.run != run) {
    outside++;
    return;
  }
  if ((int)tag.sender != end->from || (port != end->dst_port && ends[end->from].dst_port != 0)) {
    misdirected += measuring;
    return;
  }
  if (tag.number < first || tag.number >= last) {
    outside++;
    return;
  }
  uint32_t place = tag.number - first;
  if (end->seen[place]) {
    duplicates++;
    return;
  }
  end->seen[place] = 1;
  received++;
  end->packets++;
  if (end->heard && tag.number < end->highest) reordered++;
  if (!end->heard || tag.number > end->highest) end->highest = tag.number;
  end->heard = 1;
  record(latency, at - tag.at);
}

static void drain(int fd) {
  static uint8_t packets[READ_BATCH][2048];
  static char controls[READ_BATCH][128];
  struct mmsghdr messages[READ_BATCH];
  struct iovec vectors[READ_BATCH];
  struct sockaddr_in sources[READ_BATCH];
  for (;;) {
    for (int i = 0; i < READ_BATCH; i++) {
      vectors[i] = (struct iovec){packets[i], sizeof packets[i]};
      messages[i].msg_hdr = (struct msghdr){.msg_name = &sources[i], .msg_namelen = sizeof sources[i], .msg_iov = &vectors[i], .msg_iovlen = 1, .msg_control = controls[i], .msg_controllen = sizeof controls[i]};
    }
    int n = recvmmsg(fd, messages, READ_BATCH, MSG_DONTWAIT, NULL);
    if (n <= 0) return;
    if (fd != rtcp) {
      for (int i = 0; i < n; i++) {
        struct msghdr *header = &messages[i].msg_hdr;
        uint32_t to = 0;
        int64_t at = 0;
        for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c)) {
          if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            at = t.tv_sec * 1000000000ll + t.tv_nsec;
          } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            to = ntohl(info.ipi_addr.s_addr);
          }
        }
        if (to < FIRST_ADDRESS || to - FIRST_ADDRESS >= (uint32_t)count) misdirected++;
        else hear(to - FIRST_ADDRESS, packets[i], messages[i].msg_len, &sources[i], at);
      }
    }
    if (n < READ_BATCH) return;
  }
}

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec + u.ru_stime.tv_sec + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static unsigned dropped(void) {
  uint32_t info[SK_MEMINFO_VARS];
  socklen_t size = sizeof info;
  if (getsockopt(rtp, SOL_SOCKET, SO_MEMINFO, info, &size) < 0) return 0;
  return info[SK_MEMINFO_DROPS];
}

static void read_plan(unsigned seed) {
  char line[200];
  int room = 0;
  while (fgets(line, sizeof line, stdin) != NULL) {
    int port, type, bytes, talks, from;
    if (sscanf(line, "%d %d %d %d %d", &port, &type, &bytes, &talks, &from) != 5 || bytes > MAX_BYTES) {
      fprintf(stderr, "load: not a line of a plan: %s", line);
      exit(2);
    }
    if (count == room) {
      room = room ? 2 * room : 256;
      ends = realloc(ends, room * sizeof *ends);
      if (ends == NULL) fail("realloc");
    }
    ends[count++] = (struct far_end){.dst_port = port, .type = type, .bytes = bytes, .talks = talks, .from = from, .sequence = 100};
  }
  order = malloc(count * sizeof *order);
  if (count == 0 || order == NULL) {
    fprintf(stderr, "load: the plan is empty\n");
    exit(2);
  }
  for (int i = 0; i < count; i++) order[i] = i;
  for (int i = count - 1; i > 0; i--) {
    seed = seed * 1664525u + 1013904223u;
    int j = (seed >> 8) % (i + 1), keep = order[i];
    order[i] = order[j];
    order[j] = keep;
  }
  for (int i = 0; i < count; i++) {
    if (ends[i].from >= count) {
      fprintf(stderr, "load: line %d hears a line that is not there\n", i);
      exit(2);
    }
    if (ends[i].from >= 0) ends[ends[i].from].hearer = i;
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fprintf(stderr, "usage: load PORT SEED WARMUP_MS MEASURE_MS QUANTUM_US < plan\n");
    return 2;
  }
  own_port = atoi(argv[1]);
  run = (uint32_t)(now(CLOCK_REALTIME) / 1000);
  int64_t warmup = atoll(argv[3]) * 1000000ll, measure = atoll(argv[4]) * 1000000ll, quantum = atoll(argv[5]) * 1000ll;
  read_plan((unsigned)atoi(argv[2]));
  first = warmup / PERIOD;
  last = first + measure / PERIOD;
  warmup = first * PERIOD;
  measure = (int64_t)(last - first) * PERIOD;
  for (int i = 0; i < count; i++) {
    /* Sequence numbers begin anew, so it is another stream to whoever heard the one before. */
    ends[i].ssrc = run * 2654435761u + i;
    ends[i].seen = calloc(last - first, 1);
    if (ends[i].seen == NULL) fail("calloc");
  }
  rtp = open_socket(own_port);
  rtcp = open_socket(own_port + 1);
  prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
  /* Where it may: it must not wait behind what it measures, nor behind anything else on a busy machine. */
  struct sched_param priority = {.sched_priority = 1};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) setpriority(PRIO_PROCESS, 0, -20);

  int64_t start = now(CLOCK_MONOTONIC) + 50000000ll, begin = start + warmup, end = begin + measure;
  for (int i = 0; i < count; i++) ends[order[i]].due = start + PERIOD * i / count;
  int at = 0;
  int64_t due = start, drained = 0;
  double cpu_before = 0, cpu_after = 0;
  unsigned drops_before = 0;
  for (;;) {
    int64_t time = now(CLOCK_MONOTONIC);
    if (!measuring && cpu_after == 0 && time >= begin) {
      drain(rtp);
      cpu_before = cpu();
      drops_before = dropped();
      sleeps = send_calls = 0;
      measuring = 1;
      printf("begin\n");
      fflush(stdout);
    }
    if (measuring && time >= end) {
      drain(rtp);
      cpu_after = cpu();
      measuring = 0;
      printf("end\n");
      fflush(stdout);
    }
    if (time >= end + DRAIN) break;
    if (due <= time && due < end) due = send_due(time, end, &at);
    if (time - drained > 1000000) {
      drain(rtp);
      drain(rtcp);
      drained = time;
    }
    int64_t until = due;
    time = now(CLOCK_MONOTONIC);
    if (until < time + quantum) until = time + quantum;
    if (until > drained + 1000000) until = drained + 1000000 > time ? drained + 1000000 : time + quantum;
    if (until >= end && due >= end && time < end) until = end;
    struct timespec t = {until / 1000000000ll, until % 1000000000ll};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL);
    sleeps++;
  }
  drain(rtp);
  int silent = 0;
  for (int i = 0; i < count; i++) silent += ends[i].packets == 0;
  printf("{\"seconds\":%.6f,\"sent\":%llu,\"received\":%llu,\"duplicates\":%llu,\"reordered\":%llu,\"misdirected\":%llu,"
         "\"malformed\":%llu,\"own\":%llu,\"gaps\":%llu,\"still\":%llu,\"deaf\":%d,\"failedSends\":%llu,\"dropped\":%u,"
         "\"latency\":{\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f,\"max\":%.0f},"
         "\"late\":{\"p50\":%.0f,\"p99\":%.0f,\"p999\":%.0f,\"max\":%.0f},\"cpu\":%.6f,\"sleeps\":%llu,\"sendCalls\":%llu}\n",
         measure / 1e9, (unsigned long long)sent, (unsigned long long)received, (unsigned long long)duplicates,
         (unsigned long long)reordered, (unsigned long long)misdirected, (unsigned long long)malformed,
         (unsigned long long)own, (unsigned long long)gaps, (unsigned long long)still, silent,
         (unsigned long long)failed_sends, dropped() - drops_before, quantile(latency, 0.5), quantile(latency, 0.99),
         quantile(latency, 0.999), quantile(latency, 1), quantile(late, 0.5), quantile(late, 0.99), quantile(late, 0.999),
         quantile(late, 1), cpu_after - cpu_before, (unsigned long long)sleeps, (unsigned long long)send_calls);
  return 0;
}
