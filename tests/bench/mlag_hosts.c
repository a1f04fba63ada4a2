// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// Hosts behind both members of an MLAG pair, and the router before it, on packet sockets: what
// mlag_live.py drives. In the namespace of the links l1 (to device a), l2 (to b) and ra (router to
// a); host i has 10.2.1.0 + i and the MAC address 02:10 and that.
//
//   gw_mlag_hosts answer WHERE                     answers every question, on l1 (a), l2 (b), or
//                                                  either (each) as a hash of the host says
//   gw_mlag_hosts fill FIRST COUNT RATE            a packet to each host by a
//   gw_mlag_hosts latency FIRST COUNT RATE         the same; a's questions are answered on l2, and
//                                                  the time until a sends what waited is printed
//   gw_mlag_hosts flood COUNT SECONDS              made-up replies on l1 and l2

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/sched.h"

#define FIRST_IP  0x0a020100u
#define SUBNET	  0x0a000001u // /14; nobody is before FIRST_IP
#define ARP_LEN	  42
#define UDP_LEN	  60
#define BATCH	  64
#define HOSTS_MAX (1u << 17)

struct link {
	int fd;
	uint8_t out[BATCH][64];
	struct iovec iov[BATCH];
	struct mmsghdr msg[BATCH];
	unsigned n;
};

static const uint8_t device_a[6] = {2, 0, 0, 0, 0xaa, 1}, device_b[6] = {2, 0, 0, 0, 0xaa, 2};
static const uint8_t pair_mac[6] = {0, 0, 0x5e, 0, 1, 0x0a}, core_a[6] = {2, 0, 0, 0, 0x0c, 1};
static struct link links[2], router;
static uint64_t sent_ns[HOSTS_MAX];

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static void link_open(struct link *l, const char *name)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name)};
	int room = 64 << 20, on = 1;

	l->fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
	if (l->fd < 0 || bind(l->fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		fprintf(stderr, "gw_mlag_hosts: %s: %s\n", name, strerror(errno));
		exit(1);
	}
	setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	setsockopt(l->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	setsockopt(l->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	for (unsigned i = 0; i < BATCH; i++) {
		l->iov[i].iov_base = l->out[i];
		l->msg[i].msg_hdr.msg_iov = &l->iov[i];
		l->msg[i].msg_hdr.msg_iovlen = 1;
	}
}

static void flush(struct link *l)
{
	for (unsigned done = 0; done < l->n;) {
		int n = sendmmsg(l->fd, l->msg + done, l->n - done, 0);

		if (n > 0)
			done += (unsigned)n;
		else if (errno != EAGAIN && errno != ENOBUFS)
			break;
	}
	l->n = 0;
}

static uint8_t *frame(struct link *l, unsigned len)
{
	if (l->n == BATCH)
		flush(l);
	l->iov[l->n].iov_len = len;
	return l->out[l->n++];
}

static void host_mac(uint32_t ip, uint8_t mac[6])
{
	const uint32_t net = htonl(ip);

	mac[0] = 2;
	mac[1] = 0x10;
	memcpy(mac + 2, &net, 4);
}

static void reply(struct link *l, const uint8_t to[6], uint32_t to_ip, uint32_t ip)
{
	static const uint8_t head[8] = {0, 1, 8, 0, 6, 4, 0, 2};
	const uint32_t from = htonl(ip), target = htonl(to_ip);
	uint8_t *f = frame(l, ARP_LEN);

	memcpy(f, to, 6);
	host_mac(ip, f + 6);
	f[12] = 8;
	f[13] = 6;
	memcpy(f + 14, head, sizeof(head));
	host_mac(ip, f + 22);
	memcpy(f + 28, &from, 4);
	memcpy(f + 32, to, 6);
	memcpy(f + 38, &target, 4);
}

static uint16_t sum(const uint8_t *p, unsigned n)
{
	uint32_t s = 0;

	for (unsigned i = 0; i < n; i += 2)
		s += (uint32_t)(p[i] << 8 | p[i + 1]);
	s = (s & 0xffff) + (s >> 16);
	return (uint16_t) ~((s & 0xffff) + (s >> 16));
}

static void packet(uint32_t ip)
{
	static const uint8_t from[6] = {2, 0, 0, 0, 0, 0xfa};
	static const uint8_t head[20] = {
		0x45, 0, 0, 46, 0, 0, 0x40, 0, 64, 17, 0, 0, 198, 51, 100, 9};
	const uint32_t dst = htonl(ip);
	uint8_t *f = frame(&router, UDP_LEN);
	uint16_t check;

	memset(f, 0, UDP_LEN);
	memcpy(f, core_a, 6);
	memcpy(f + 6, from, 6);
	f[12] = 8;
	memcpy(f + 14, head, sizeof(head));
	memcpy(f + 30, &dst, 4);
	check = htons(sum(f + 14, 20));
	memcpy(f + 24, &check, 2);
	f[35] = f[37] = 9; // ports
	f[39] = 26;	   // length
}

// The address that an ARP request asks for, 0: no request.
static uint32_t asked(const uint8_t *f, int len, uint8_t from[6], uint32_t *from_ip)
{
	uint32_t ip, spa;

	if (len < ARP_LEN || f[12] != 8 || f[13] != 6 || f[21] != 1)
		return 0;
	memcpy(&spa, f + 28, 4);
	memcpy(&ip, f + 38, 4);
	memcpy(from, f + 22, 6);
	*from_ip = ntohl(spa);
	return ntohl(ip);
}

// The devices want the CPUs: who waits here sleeps.
static void wait_input(long us)
{
	struct pollfd p[2] = {{links[0].fd, POLLIN, 0}, {links[1].fd, POLLIN, 0}};

	ppoll(p, 2, &(struct timespec){us / 1000000, us % 1000000 * 1000}, NULL);
}

static void answer(const char *where)
{
	uint8_t f[2048], from[6];

	for (;;) {
		wait_input(1000000);
		for (unsigned i = 0; i < 2; i++) {
			for (unsigned k = 0; k < 4 * BATCH; k++) {
				int len = (int)recv(links[i].fd, f, sizeof(f), 0);
				uint32_t from_ip, ip;
				unsigned by;

				if (len < 0)
					break;
				ip = asked(f, len, from, &from_ip);
				if (ip < FIRST_IP || ip >= FIRST_IP + HOSTS_MAX || ip == from_ip)
					continue;
				by = *where == 'a' ? 0 : *where == 'b' ? 1 : ip * 2654435761u >> 31;
				reply(&links[by], from, from_ip, ip);
			}
		}
		flush(&links[0]);
		flush(&links[1]);
	}
}

static uint32_t due(uint64_t start, uint32_t rate, uint32_t count)
{
	uint64_t n = (now_ns() - start) * rate / 1000000000;

	return n < count ? (uint32_t)n : count;
}

static void fill(uint32_t first, uint32_t count, uint32_t rate)
{
	uint64_t start = now_ns();

	for (uint32_t i = 0; i < count;) {
		for (uint32_t n = due(start, rate, count); i < n; i++)
			packet(FIRST_IP + first + i);
		flush(&router);
		nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
	}
}

static int order(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void latency(uint32_t first, uint32_t count, uint32_t rate)
{
	uint64_t start = now_ns(), *took = calloc(count, sizeof(*took));
	uint8_t f[2048], from[6];
	uint32_t n = 0, i = 0;

	while (took != NULL && n < count &&
		now_ns() < start + count * 1000000000ull / rate + 3000000000) {
		for (uint32_t k = due(start, rate, count); i < k; i++)
			packet(FIRST_IP + first + i);
		flush(&router);
		wait_input(50);
		for (unsigned k = 0; k < 4 * BATCH; k++) {
			int len = (int)recv(links[0].fd, f, sizeof(f), 0);
			uint32_t from_ip, ip, at;

			if (len < 0)
				break;
			ip = asked(f, len, from, &from_ip);
			at = ip - FIRST_IP - first;
			if (ip != 0 && at < count) {
				sent_ns[at] = now_ns();
				reply(&links[1], from, from_ip, ip);
				flush(&links[1]);
			} else if (len >= 34 && f[12] == 8 && f[13] == 0) {
				memcpy(&ip, f + 30, 4);
				at = ntohl(ip) - FIRST_IP - first;
				if (at < count && sent_ns[at] != 0) {
					took[n++] = now_ns() - sent_ns[at];
					sent_ns[at] = 0;
				}
			}
			if (n == count)
				break;
		}
	}
	qsort(took, n, sizeof(*took), order);
	printf("{\"count\": %u, \"lost\": %u", n, count - n);
	if (n > 0)
		printf(", \"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f",
			(double)took[n / 2] / 1e3, (double)took[n - 1 - n / 100] / 1e3,
			(double)took[n - 1] / 1e3);
	printf("}\n");
	free(took);
}

static void flood(uint32_t count, double seconds)
{
	static const uint8_t nobody[6] = {2, 9, 9, 9, 9, 9},
			     all[6] = {255, 255, 255, 255, 255, 255};
	const uint8_t *const to[] = {device_a, device_b, pair_mac, nobody, all};
	const uint32_t rate = (uint32_t)(count / seconds);
	uint64_t start = now_ns(), state = 1;

	for (uint32_t i = 0; i < count && now_ns() < start + (uint64_t)(2e9 * seconds);) {
		for (uint32_t n = due(start, rate, count); i < n; i++) {
			uint32_t r;

			state = state * 6364136223846793005u + 1442695040888963407u;
			r = (uint32_t)(state >> 33);
			// Of the subnet, but nobody who is there; one in eight of elsewhere.
			reply(&links[i & 1], to[r % 5], 0x0a020001,
				(r & 7) == 0 ? r : SUBNET + (r >> 3) % 0x1ff00);
		}
		flush(&links[0]);
		flush(&links[1]);
		nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
	}
	printf("{\"sent\": %u, \"seconds\": %.2f}\n", count, (double)(now_ns() - start) / 1e9);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	gw_sched_short_turns(); // as the devices, on the same CPUs
	link_open(&links[0], "l1");
	link_open(&links[1], "l2");
	link_open(&router, "ra");
	if (strcmp(what, "answer") == 0)
		answer(argv[2]);
	else if (strcmp(what, "fill") == 0 && argc == 5)
		fill((uint32_t)atoi(argv[2]), (uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4]));
	else if (strcmp(what, "latency") == 0 && argc == 5)
		latency((uint32_t)atoi(argv[2]), (uint32_t)atoi(argv[3]), (uint32_t)atoi(argv[4]));
	else if (strcmp(what, "flood") == 0 && argc == 4)
		flood((uint32_t)atoi(argv[2]), atof(argv[3]));
	else
		return 2;
	return 0;
}
