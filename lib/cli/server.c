// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/server.h"

#include "base/log.h"
#include "cli/listen.h"
#include "cli/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

GW_LOG_MODULE("ctl");

#define POLL_NS	 200000 // about the longest stay in gw_ctl_poll()
#define CHECK_MS 250	// between two looks at the clients' time limits
#define ACCEPTS	 8	// per poll

struct gw_ctl_server {
	int listener;
	int epoll;
	char *path;
	bool listening; // the epoll object watches the listener
	bool polling;
	struct gw_ctl_limits limits;
	struct gw_ctl_session *sessions[GW_CTL_CLIENTS];
	unsigned n_sessions;
	unsigned turn; // the session to serve next
	uint64_t checked_ms;
	struct gw_buf scratch;
};

static int watch(struct gw_ctl_server *s, int op, int fd, uint32_t events, void *ptr)
{
	struct epoll_event ev = {.events = events, .data.ptr = ptr};

	return epoll_ctl(s->epoll, op, fd, &ev);
}

int gw_ctl_open(const char *path, struct gw_ctl_server **server, struct gw_err *err)
{
	struct gw_ctl_server *s = calloc(1, sizeof(*s));
	int ret = 0;

	if (s == NULL)
		return gw_err_set(err, ENOMEM, "control socket %s: no memory", path);
	s->limits = (struct gw_ctl_limits){.idle_ms = 60000, .half_ms = 10000, .unread_ms = 30000};
	s->listener = -1;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->path = strdup(path);
	if (s->epoll < 0 || s->path == NULL)
		ret = gw_err_set(err, ENOMEM, "control socket %s: no epoll object", path);
	if (ret == 0) {
		s->listener = gw_listen(path, err);
		ret = s->listener < 0 ? s->listener : 0;
	}
	if (ret == 0 && watch(s, EPOLL_CTL_ADD, s->listener, EPOLLIN, NULL) != 0)
		ret = gw_err_set(err, errno, "control socket %s: cannot wait for it", path);
	if (ret != 0) {
		gw_ctl_close(s);
		return ret;
	}
	s->listening = true;
	*server = s;
	return 0;
}

void gw_ctl_close(struct gw_ctl_server *s)
{
	if (s == NULL)
		return;
	for (unsigned i = 0; i < s->n_sessions; i++)
		gw_ctl_session_free(s->sessions[i]);
	if (s->listener >= 0 && s->path != NULL) {
		unlink(s->path);
		close(s->listener);
	}
	if (s->epoll >= 0)
		close(s->epoll);
	gw_buf_free(&s->scratch);
	free(s->path);
	free(s);
}

int gw_ctl_fd(const struct gw_ctl_server *s)
{
	return s->epoll;
}

struct gw_ctl_limits *gw_ctl_limits(struct gw_ctl_server *s)
{
	return &s->limits;
}

unsigned gw_ctl_clients(const struct gw_ctl_server *s)
{
	return s->n_sessions;
}

// One client too many: a short answer fits into any new socket.
static void refuse(int fd)
{
	char text[128];
	char answer[160];

	snprintf(text, sizeof(text), "%d clients are connected already, which is the most",
		GW_CTL_CLIENTS);
	snprintf(answer, sizeof(answer),
		"D0\n"
		"D%zu\n%s\nE%d\n",
		strlen(text) + 1, text, EUSERS);
	if (send(fd, answer, strlen(answer), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		LOG(DEBUG, "a client that is one too many went away");
	close(fd);
}

static void accept_some(struct gw_ctl_server *s, uint64_t now_ms)
{
	for (int i = 0; i < ACCEPTS; i++) {
		int fd = accept4(s->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct gw_ctl_session *session;

		if (fd < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED))
			return;
		if (fd < 0) {
			// Out of descriptors or memory: the listener stays readable, look later.
			LOG(WARNING, "%s: no client can be accepted: %s", s->path, strerror(errno));
			watch(s, EPOLL_CTL_DEL, s->listener, 0, NULL);
			s->listening = false;
			return;
		}
		if (s->n_sessions == GW_CTL_CLIENTS) {
			refuse(fd);
			continue;
		}
		session = gw_ctl_session_open(fd, now_ms);
		if (session == NULL)
			continue;
		session->interest = EPOLLIN;
		if (watch(s, EPOLL_CTL_ADD, fd, EPOLLIN, session) != 0) {
			gw_ctl_session_free(session);
			continue;
		}
		s->sessions[s->n_sessions++] = session;
	}
}

static bool take_events(struct gw_ctl_server *s, uint64_t now_ms)
{
	struct epoll_event ev[GW_CTL_CLIENTS + 1];
	int n = epoll_wait(s->epoll, ev, GW_CTL_CLIENTS + 1, 0);

	for (int i = 0; i < n; i++) {
		struct gw_ctl_session *session = ev[i].data.ptr;

		if (session == NULL) {
			accept_some(s, now_ms);
			continue;
		}
		session->readable |= (ev[i].events & EPOLLIN) != 0;
		session->writable |= (ev[i].events & EPOLLOUT) != 0;
		// Closed on both sides: nobody is there to read an answer.
		session->dead |= (ev[i].events & (EPOLLHUP | EPOLLERR)) != 0;
	}
	return n > 0;
}

static void check_limits(struct gw_ctl_server *s, struct gw_ctl_session *c, uint64_t now_ms)
{
	if (gw_ctl_session_unsent(c) > 0) {
		if (now_ms - c->sent_ms > s->limits.unread_ms) {
			LOG(INFO, "%s: a client that does not read is cut off", s->path);
			c->dead = true;
		}
		return;
	}
	c->sent_ms = now_ms;
	if (c->running) {
		c->heard_ms = now_ms;
		return;
	}
	if (c->half_ms != 0 && now_ms - c->half_ms > s->limits.half_ms)
		gw_ctl_session_cut(c, ETIMEDOUT, "the rest of the request did not come");
	else if (now_ms - c->heard_ms > s->limits.idle_ms)
		c->closing = true;
}

static void check(struct gw_ctl_server *s, uint64_t now_ms)
{
	if (now_ms - s->checked_ms < CHECK_MS)
		return;
	s->checked_ms = now_ms;
	for (unsigned i = 0; i < s->n_sessions; i++)
		check_limits(s, s->sessions[i], now_ms);
	if (!s->listening)
		s->listening = watch(s, EPOLL_CTL_ADD, s->listener, EPOLLIN, NULL) == 0;
}

static void remove_dead(struct gw_ctl_server *s)
{
	for (unsigned i = 0; i < s->n_sessions;) {
		struct gw_ctl_session *c = s->sessions[i];

		if (!c->dead) {
			i++;
			continue;
		}
		s->sessions[i] = s->sessions[--s->n_sessions];
		gw_ctl_session_free(c);
	}
}

static bool serve(struct gw_ctl_server *s, struct gw_ctl_session *c, uint64_t now_ms, uint64_t end)
{
	bool did = gw_ctl_session_turn(c, &s->scratch, now_ms, end);
	uint32_t interest = gw_ctl_session_interest(c);

	if (interest != c->interest) {
		c->interest = interest;
		c->dead |= watch(s, EPOLL_CTL_MOD, c->fd, interest, c) != 0;
	}
	return did;
}

bool gw_ctl_poll(struct gw_ctl_server *s)
{
	uint64_t now_ns = gw_ctl_clock_ns();
	uint64_t now_ms = now_ns / 1000000;
	uint64_t end = now_ns + POLL_NS;
	bool did;

	// A command that waits by polling would find itself here again.
	if (s->polling)
		return false;
	s->polling = true;
	did = take_events(s, now_ms);
	check(s, now_ms);
	remove_dead(s);
	for (unsigned i = 0; i < s->n_sessions; i++) {
		if (s->turn >= s->n_sessions)
			s->turn = 0;
		did |= serve(s, s->sessions[s->turn++], now_ms, end);
		if (gw_ctl_clock_ns() > end)
			break;
	}
	remove_dead(s);
	s->polling = false;
	return did;
}
