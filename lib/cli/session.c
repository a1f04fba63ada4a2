// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define IN_CAP	      (2 * GW_CTL_LINE)
#define UNSENT_MAX    (1024 * 1024) // no further call of a command above it
#define UNSENT_SEND   (32 * 1024)   // worth a system call though more is to come
#define TURN_COMMANDS 64
#define CLOCK_EVERY   8 // commands between two looks at the clock

uint64_t gw_ctl_clock_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

struct gw_ctl_session *gw_ctl_session_open(int fd, uint64_t now_ms)
{
	struct gw_ctl_session *s = calloc(1, sizeof(*s));
	char *in = malloc(IN_CAP + 1);

	if (s == NULL || in == NULL) {
		free(in);
		free(s);
		close(fd);
		return NULL;
	}
	s->fd = fd;
	s->in = in;
	s->writable = true;
	s->heard_ms = now_ms;
	s->sent_ms = now_ms;
	return s;
}

void gw_ctl_session_free(struct gw_ctl_session *s)
{
	if (s->running)
		gw_cli_end(&s->cli);
	close(s->fd);
	gw_buf_free(&s->out);
	free(s->in);
	free(s);
}

size_t gw_ctl_session_unsent(const struct gw_ctl_session *s)
{
	return s->out.len - s->out_pos;
}

uint32_t gw_ctl_session_interest(const struct gw_ctl_session *s)
{
	size_t unsent = gw_ctl_session_unsent(s);
	bool in = !s->eof && !s->closing && !s->running && unsent <= UNSENT_MAX;

	return (in ? (uint32_t)EPOLLIN : 0) | (unsent > 0 ? (uint32_t)EPOLLOUT : 0);
}

static bool flush(struct gw_ctl_session *s, uint64_t now_ms)
{
	size_t unsent = gw_ctl_session_unsent(s);
	ssize_t n;

	if (unsent == 0 || !s->writable)
		return false;
	n = send(s->fd, s->out.data + s->out_pos, unsent, MSG_DONTWAIT | MSG_NOSIGNAL);
	s->writable = n == (ssize_t)unsent;
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			s->dead = true;
		return false;
	}
	s->sent_ms = now_ms;
	s->out_pos += (size_t)n;
	if (s->out_pos == s->out.len) {
		gw_buf_reset(&s->out);
		s->out_pos = 0;
	} else if (s->out_pos > s->out.len / 2) {
		gw_buf_shift(&s->out, s->out_pos);
		s->out_pos = 0;
	}
	return true;
}

static void put_chunk(struct gw_ctl_session *s, struct gw_buf *scratch)
{
	if (scratch->failed) {
		s->dead = true;
	} else if (scratch->len > 0) {
		gw_buf_printf(&s->out, "D%zu\n", scratch->len);
		gw_buf_put(&s->out, scratch->data, scratch->len);
	}
	gw_buf_reset(scratch);
}

// An empty chunk: the next one is the error.
static void put_error_mark(struct gw_ctl_session *s)
{
	gw_buf_put(&s->out, "D0\n", 3);
}

static void put_end(struct gw_ctl_session *s, int errnum)
{
	if (errnum == 0)
		gw_buf_put(&s->out, "E0\n", 3);
	else
		gw_buf_printf(&s->out, "E%d\n", errnum);
	s->dead |= s->out.failed;
}

void gw_ctl_session_cut(struct gw_ctl_session *s, int errnum, const char *why)
{
	if (s->closing)
		return;
	put_error_mark(s);
	gw_buf_printf(&s->out, "D%zu\n%s\nE%d\n", strlen(why) + 1, why, errnum);
	s->closing = true;
	s->dead |= s->out.failed;
}

static void end_command(struct gw_ctl_session *s, struct gw_buf *scratch, int ret)
{
	if (ret != 0) {
		put_error_mark(s);
		gw_cli_error(&s->cli, scratch);
		put_chunk(s, scratch);
	}
	gw_cli_end(&s->cli);
	put_end(s, -ret);
	s->running = false;
	if (ret != 0 && s->strict)
		s->closing = true;
}

// True if the command wrote something or is over.
static bool step(struct gw_ctl_session *s, struct gw_buf *scratch)
{
	int ret = gw_cli_step(&s->cli, scratch);
	bool wrote = scratch->len > 0;

	put_chunk(s, scratch);
	if (ret != GW_CLI_AGAIN)
		end_command(s, scratch, ret);
	return wrote || !s->running;
}

static void complete(struct gw_ctl_session *s, struct gw_buf *scratch, char *partial)
{
	json_t *list = gw_cli_complete(partial);

	gw_buf_json(scratch, list, JSON_COMPACT);
	gw_buf_str(scratch, "\n");
	json_decref(list);
	put_chunk(s, scratch);
	put_end(s, 0);
}

// The next whole line without its newline; NULL: there is none.
static char *take_line(struct gw_ctl_session *s)
{
	char *newline = memchr(s->in + s->in_scan, '\n', s->in_len - s->in_scan);
	char *line = s->in + s->in_pos;
	size_t len = newline != NULL ? (size_t)(newline - line) : s->in_len - s->in_pos;

	if (len >= GW_CTL_LINE) {
		gw_ctl_session_cut(s, EMSGSIZE, "a request is longer than 65536 octets");
		return NULL;
	}
	if (newline == NULL) {
		s->in_scan = s->in_len;
		return NULL;
	}
	*newline = '\0';
	s->in_pos = s->in_scan = (size_t)(newline + 1 - s->in);
	s->half_ms = 0;
	if (len < 2 || strchr("tjcTJ", line[0]) == NULL || line[1] != ' ' ||
		memchr(line, '\0', len) != NULL) {
		gw_ctl_session_cut(s, EPROTO,
			"this is no request: expected t, j, T, J or c, a blank and a command");
		return NULL;
	}
	return line;
}

static bool receive(struct gw_ctl_session *s, uint64_t now_ms)
{
	ssize_t n;

	if (!s->readable || s->eof || s->closing)
		return false;
	// What is left is less than a line: there is room for one after this.
	if (s->in_pos > 0) {
		memmove(s->in, s->in + s->in_pos, s->in_len - s->in_pos);
		s->in_len -= s->in_pos;
		s->in_scan -= s->in_pos;
		s->in_pos = 0;
	}
	n = recv(s->fd, s->in + s->in_len, IN_CAP - s->in_len, MSG_DONTWAIT);
	s->readable = n == (ssize_t)(IN_CAP - s->in_len);
	if (n < 0) {
		if (errno != EAGAIN && errno != EINTR)
			s->dead = true;
		return false;
	}
	s->heard_ms = now_ms;
	s->eof = n == 0;
	s->in_len += (size_t)n;
	return true;
}

static char *next_line(struct gw_ctl_session *s, uint64_t now_ms)
{
	char *line = take_line(s);

	if (line == NULL && receive(s, now_ms))
		line = take_line(s);
	if (line == NULL && s->in_pos < s->in_len && s->half_ms == 0)
		s->half_ms = now_ms;
	if (line == NULL && s->eof)
		s->closing = true;
	return line;
}

static void begin(struct gw_ctl_session *s, struct gw_buf *scratch, char *line)
{
	int ret;

	if (line[0] == 'c') {
		complete(s, scratch, line + 2);
		return;
	}
	s->strict = line[0] == 'T' || line[0] == 'J';
	s->running = true;
	ret = gw_cli_begin(&s->cli, line + 2, line[0] == 'j' || line[0] == 'J');
	if (ret != 0)
		end_command(s, scratch, ret);
	else
		step(s, scratch);
}

bool gw_ctl_session_turn(
	struct gw_ctl_session *s, struct gw_buf *scratch, uint64_t now_ms, uint64_t deadline_ns)
{
	bool did = gw_ctl_session_unsent(s) >= UNSENT_SEND && flush(s, now_ms);
	bool more = false;

	for (unsigned n = 1; !s->closing && !s->dead; n++) {
		char *line;

		more = gw_ctl_session_unsent(s) <= UNSENT_MAX;
		if (!more || n > TURN_COMMANDS ||
			(n % CLOCK_EVERY == 0 && gw_ctl_clock_ns() > deadline_ns))
			break;
		more = false;
		if (s->running) {
			did |= step(s, scratch);
		} else {
			line = next_line(s, now_ms);
			if (line == NULL)
				break;
			begin(s, scratch, line);
			did = true;
		}
		if (s->running)
			break;
	}
	if (!more || gw_ctl_session_unsent(s) >= UNSENT_SEND)
		did |= flush(s, now_ms);
	if (s->closing && gw_ctl_session_unsent(s) == 0)
		s->dead = true;
	return did || s->dead;
}
