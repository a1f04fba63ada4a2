// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "cli/run.h"

#include "cli/registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

// One call of a streaming command shall keep its thread for a fraction of a millisecond.
#define CALL_OCTETS (32 * 1024)
#define CALL_ROWS   128

int gw_cli_begin(struct gw_cli *cli, char *line, bool json)
{
	unsigned column;
	int ret;

	cli->command = NULL;
	cli->syntax.column = 0;
	cli->syntax.expect.n = 0;
	cli->err.code = 0;
	cli->json = json;
	cli->texted = false;
	cli->listed = cli->inside = false;
	cli->rows = 0;
	ret = gw_cli_split(&cli->match, line, &column);
	if (ret != 0) {
		cli->syntax.column = column + 1;
		return gw_err_set(&cli->err, -ret,
			ret == -E2BIG
				? "too many words: the one at column %u is number 65"
				: "the quotation mark at column %u has no partner before a blank",
			column + 1);
	}
	if (cli->match.n_words == 0)
		return 0;
	cli->command = gw_cli_find(&cli->match);
	if (cli->command == NULL)
		return gw_cli_syntax_explain(&cli->match, &cli->syntax, &cli->err);
	return 0;
}

static void finish(struct gw_cli *cli)
{
	if (!cli->json) {
		if (cli->value != NULL && !cli->texted)
			gw_render(cli->out, cli->value, 0);
	} else if (cli->listed) {
		gw_buf_str(cli->out, cli->rows == 0 ? "[]" : "\n]");
		gw_buf_str(cli->out, cli->inside ? "}\n" : "\n");
	} else if (cli->value != NULL) {
		gw_buf_json(cli->out, cli->value, 0);
		gw_buf_str(cli->out, "\n");
	} else {
		gw_buf_str(cli->out, "{}\n");
	}
}

int gw_cli_step(struct gw_cli *cli, struct gw_buf *out)
{
	int ret = 0;

	cli->out = out;
	cli->rows_now = 0;
	if (cli->command != NULL)
		ret = cli->command->fn(cli);
	gw_table_flush(&cli->table, out);
	if (ret > 0)
		return GW_CLI_AGAIN;
	if (ret < 0 && cli->err.code == 0)
		gw_err_set(&cli->err, -ret, "%s", strerrordesc_np(-ret) ?: "unknown error");
	// A value that the function asked for in vain is an error even if it did not notice.
	if (cli->err.code != 0)
		return -cli->err.code;
	finish(cli);
	return 0;
}

void gw_cli_error(struct gw_cli *cli, struct gw_buf *out)
{
	if (!cli->json) {
		gw_buf_printf(out, "%s\n", cli->err.text);
		return;
	}
	// Rows are out already: the error becomes the last of them, so that it stays one value.
	if (cli->rows > 0)
		gw_buf_str(out, ",\n");
	else if (cli->inside)
		gw_buf_str(out, "[");
	gw_cli_error_json(out, &cli->err, &cli->syntax);
	if (cli->inside)
		gw_buf_str(out, "]}\n");
	else if (cli->rows > 0)
		gw_buf_str(out, "]\n");
}

void gw_cli_end(struct gw_cli *cli)
{
	json_decref(cli->value);
	cli->value = NULL;
	if (cli->listed)
		gw_table_free(&cli->table);
	cli->listed = cli->inside = false;
	if (cli->state != NULL) {
		if (cli->drop != NULL)
			cli->drop(cli->state);
		free(cli->state);
		cli->state = NULL;
	}
}

struct gw_err *gw_cli_err(struct gw_cli *cli)
{
	return &cli->err;
}

int gw_cli_fail(struct gw_cli *cli, int errnum, const char *fmt, ...)
{
	char text[sizeof(cli->err.text)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return gw_err_set(&cli->err, errnum, "%s", text);
}

void gw_cli_put(struct gw_cli *cli, json_t *value)
{
	json_decref(cli->value);
	cli->value = value;
	if (value == NULL)
		gw_cli_fail(cli, ENOMEM, "the result cannot be shown: no memory");
}

void gw_cli_text(struct gw_cli *cli, const char *fmt, ...)
{
	va_list ap;

	if (cli->json)
		return;
	cli->texted = true;
	va_start(ap, fmt);
	gw_buf_vprintf(cli->out, fmt, ap);
	va_end(ap);
}

void gw_cli_list(struct gw_cli *cli)
{
	cli->listed = true;
}

void gw_cli_list_in(struct gw_cli *cli, json_t *object, const char *key)
{
	cli->listed = true;
	if (cli->json && json_is_object(object)) {
		gw_buf_json(cli->out, object, 0);
		cli->out->len -= cli->out->len > 0; // it goes on
		gw_buf_printf(
			cli->out, "%s\"%s\": ", json_object_size(object) > 0 ? ", " : "", key);
		cli->inside = true;
	}
	if (object == NULL)
		gw_cli_fail(cli, ENOMEM, "the result cannot be shown: no memory");
	json_decref(object);
}

void gw_cli_row(struct gw_cli *cli, json_t *row)
{
	cli->listed = true;
	cli->rows_now++;
	if (row == NULL) {
		gw_cli_fail(cli, ENOMEM, "the result cannot be shown: no memory");
	} else if (cli->json) {
		gw_buf_str(cli->out, cli->rows == 0 ? "[\n" : ",\n");
		gw_buf_json(cli->out, row, 0);
		json_decref(row);
		cli->rows++;
	} else if (cli->texted) {
		json_decref(row);
	} else {
		gw_table_row(&cli->table, cli->out, row);
	}
}

bool gw_cli_full(struct gw_cli *cli)
{
	return cli->rows_now >= CALL_ROWS || cli->out->len >= CALL_OCTETS;
}

void *gw_cli_state(struct gw_cli *cli, size_t size, void (*drop)(void *state))
{
	if (cli->state == NULL)
		cli->state = calloc(1, size);
	cli->drop = drop;
	return cli->state;
}
