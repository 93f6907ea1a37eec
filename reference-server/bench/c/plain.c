/*
 * The least that a relay in user space can do, as the limit that others are held against: for each packet one recvfrom
 * and one sendto on sockets that epoll says are ready, nothing looked at but where it came from.
 *
 *   plain CALLS
 *
 * Prints the two ports of each call, one pair a line, then "ready". Ends when its standard input does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

struct side {
  int fd, known;
  struct sockaddr_in remote;
};

int main(int argc, char **argv) {
  int calls = argc == 2 ? atoi(argv[1]) : 0, poll = epoll_create1(0);
  struct side *sides = calloc(2 * calls, sizeof *sides);
  if (calls < 1 || sides == NULL || poll < 0) {
    fprintf(stderr, "usage: plain CALLS\n");
    return 2;
  }
  /* Usual limits are below the sockets of 800 calls. */
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  for (int i = 0; i < 2 * calls; i++) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    sides[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    if (sides[i].fd < 0 || bind(sides[i].fd, (struct sockaddr *)&address, sizeof address) < 0 ||
        getsockname(sides[i].fd, (struct sockaddr *)&address, &size) < 0 ||
        epoll_ctl(poll, EPOLL_CTL_ADD, sides[i].fd, &event) < 0) {
      fprintf(stderr, "plain: socket %d: %s\n", i, strerror(errno));
      return 2;
    }
    printf("%d%c", ntohs(address.sin_port), i % 2 ? '\n' : ' ');
  }
  printf("ready\n");
  fflush(stdout);
  struct epoll_event over = {.events = EPOLLIN, .data.u32 = (unsigned)(2 * calls)};
  epoll_ctl(poll, EPOLL_CTL_ADD, STDIN_FILENO, &over);
  struct epoll_event events[64];
  char packet[2048];
  for (;;) {
    int n = epoll_wait(poll, events, 64, -1);
    for (int i = 0; i < n; i++) {
      unsigned at = events[i].data.u32;
      if (at == (unsigned)(2 * calls)) return 0;
      struct side *side = &sides[at], *other = &sides[at ^ 1];
      socklen_t size = sizeof side->remote;
      ssize_t length = recvfrom(side->fd, packet, sizeof packet, 0, (struct sockaddr *)&side->remote, &size);
      if (length < 0) continue;
      side->known = 1;
      if (other->known) sendto(other->fd, packet, length, 0, (struct sockaddr *)&other->remote, sizeof other->remote);
    }
  }
}
