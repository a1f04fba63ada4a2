// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/client_int.h"
#include "cli/listen.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LOOK_MS	   200 // a signal that comes just before poll() is noticed this late
#define CHUNK_MAX  (1u << 30)
#define READ_AHEAD (64 * 1024)

static int connect_error(const char *path, int errnum, struct gw_err *err)
{
	const char *hint = "";

	if (errnum == ENOENT)
		hint = "; is it running, and with this --socket?";
	else if (errnum == ECONNREFUSED)
		hint = "; the process that made it has ended";
	else if (errnum == EACCES)
		hint = "; be root or a member of the socket's group";
	return gw_err_set(err, errnum, "cannot connect to %s: %s%s", path,
		strerrordesc_np(errnum) ?: "unknown error", hint);
}

int gw_client_open(
	const char *path, const atomic_int *stop, struct gw_client **client, struct gw_err *err)
{
	struct gw_client *c = calloc(1, sizeof(*c));
	struct sockaddr_un address;
	int ret;

	if (c == NULL)
		return gw_err_set(err, ENOMEM, "cannot connect to %s: no memory", path);
	ret = gw_unix_address(path, &address, err);
	if (ret != 0) {
		free(c);
		return ret;
	}
	c->stop = stop;
	c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		ret = connect_error(path, errno, err);
		gw_client_close(c);
		return ret;
	}
	*client = c;
	return 0;
}

void gw_client_close(struct gw_client *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		close(c->fd);
	gw_buf_free(&c->in);
	gw_buf_free(&c->out);
	free(c);
}

bool gw_client_stale(struct gw_client *c)
{
	char octet;

	// Between two commands the other side has nothing to say.
	return recv(c->fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
		(errno != EAGAIN && errno != EINTR);
}

size_t gw_client_unsent(const struct gw_client *c)
{
	return c->out.len - c->out_pos;
}

void gw_client_ask(struct gw_client *c, char mode, const char *command, size_t len)
{
	char head[2] = {mode, ' '};

	gw_buf_put(&c->out, head, 2);
	gw_buf_put(&c->out, command, len);
	gw_buf_put(&c->out, "\n", 1);
}

static void send_some(struct gw_client *c)
{
	ssize_t n = send(
		c->fd, c->out.data + c->out_pos, gw_client_unsent(c), MSG_DONTWAIT | MSG_NOSIGNAL);

	if (n < 0 && errno != EAGAIN && errno != EINTR) {
		// Closed, but an answer that says why may be there to read.
		c->deaf = true;
		c->out_pos = c->out.len;
	} else if (n > 0) {
		c->out_pos += (size_t)n;
	}
	if (c->out_pos == c->out.len) {
		gw_buf_reset(&c->out);
		c->out_pos = 0;
	}
}

static int receive_some(struct gw_client *c, struct gw_err *err)
{
	ssize_t n;

	if (c->in_pos > 0) {
		gw_buf_shift(&c->in, c->in_pos);
		c->in_pos = 0;
	}
	if (!gw_buf_room(&c->in, READ_AHEAD))
		return gw_err_set(err, ENOMEM, "no memory for the answer");
	n = recv(c->fd, c->in.data + c->in.len, READ_AHEAD, MSG_DONTWAIT);
	if (n > 0)
		c->in.len += (size_t)n;
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		return gw_err_set(err, ECONNRESET, "the other side closed the connection");
	return 0;
}

int gw_client_wait(struct gw_client *c, struct gw_err *err)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};

	if (c->out.failed)
		return gw_err_set(err, ENOMEM, "no memory for the request");
	for (;;) {
		int n;

		if (c->stop != NULL && atomic_load(c->stop) != 0)
			return gw_err_set(err, EINTR, "interrupted");
		p.events = gw_client_unsent(c) > 0 ? POLLIN | POLLOUT : POLLIN;
		n = poll(&p, 1, LOOK_MS);
		if (n < 0 && errno != EINTR)
			return gw_err_set(err, errno, "poll: %s", strerrordesc_np(errno));
		if (n > 0)
			break;
	}
	if (gw_client_unsent(c) > 0)
		send_some(c);
	if ((p.revents & (POLLIN | POLLHUP | POLLERR)) != 0)
		return receive_some(c, err);
	return 0;
}

enum gw_client_part gw_client_next(struct gw_client *c, struct gw_client_piece *piece)
{
	char *head = c->in.data + c->in_pos;
	size_t left = c->in.len - c->in_pos;
	char *newline = left > 0 ? memchr(head, '\n', left) : NULL;
	unsigned long number;
	char *end;

	if (newline == NULL)
		return left > 16 ? GW_CLIENT_GARBAGE : GW_CLIENT_NONE;
	number = strtoul(head + 1, &end, 10);
	if (end != newline || end == head + 1 || (head[0] != 'D' && head[0] != 'E') ||
		number > CHUNK_MAX)
		return GW_CLIENT_GARBAGE;
	left -= (size_t)(newline + 1 - head);
	if (head[0] == 'E') {
		c->in_pos += (size_t)(newline + 1 - head);
		c->error_next = false;
		piece->errnum = (int)number;
		return GW_CLIENT_END;
	}
	if (left < number)
		return GW_CLIENT_NONE;
	c->in_pos += (size_t)(newline + 1 - head) + number;
	if (number == 0) {
		c->error_next = true;
		return gw_client_next(c, piece);
	}
	piece->data = newline + 1;
	piece->len = number;
	return c->error_next ? GW_CLIENT_ERROR : GW_CLIENT_DATA;
}

static void keep_error(struct gw_err *err, const struct gw_client_piece *p)
{
	size_t len = p->len > 0 && p->data[p->len - 1] == '\n' ? p->len - 1 : p->len;

	// The number follows with the end of the answer.
	gw_err_set(err, EIO, "%.*s", (int)len, p->data);
}

int gw_client_run(struct gw_client *c, char mode, const char *command, gw_client_output_fn output,
	void *arg, struct gw_err *err)
{
	struct gw_client_piece piece;
	int ret;

	if (strchr(command, '\n') != NULL)
		return gw_err_set(err, EINVAL, "a command is one line");
	gw_client_ask(c, mode, command, strlen(command));
	for (;;) {
		switch (gw_client_next(c, &piece)) {
		case GW_CLIENT_NONE:
			ret = gw_client_wait(c, err);
			if (ret != 0)
				return ret;
			break;
		case GW_CLIENT_ERROR:
			// Before it knows the mode the other side speaks text.
			if (mode == 't' || mode == 'T' || strchr("{,", piece.data[0]) == NULL) {
				keep_error(err, &piece);
				break;
			}
			__attribute__((fallthrough));
		case GW_CLIENT_DATA:
			output(arg, piece.data, piece.len);
			break;
		case GW_CLIENT_END:
			if (piece.errnum != 0 && err != NULL)
				err->code = piece.errnum;
			// One client too many: the connection failed, not the command.
			return piece.errnum == EUSERS ? -EUSERS : piece.errnum;
		case GW_CLIENT_GARBAGE:
			return gw_err_set(err, EPROTO, "the other side speaks another protocol");
		}
	}
}
