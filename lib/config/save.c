// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

#include "config/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// A value that stands one level deep: its line ends (strings have none) take the indent along.
static int put_indented(const char *buf, size_t size, void *out)
{
	const char *line;

	while ((line = memchr(buf, '\n', size)) != NULL) {
		fwrite(buf, 1, (size_t)(line + 1 - buf), out);
		fputs("  ", out);
		size -= (size_t)(line + 1 - buf);
		buf = line + 1;
	}
	fwrite(buf, 1, size, out);
	return ferror(out) ? -1 : 0;
}

static int put_value(FILE *out, json_t *value)
{
	return json_dump_callback(value, put_indented, out, JSON_INDENT(2) | JSON_ENCODE_ANY);
}

static int put_elements(FILE *out, json_t *(*next)(size_t *))
{
	const char *before = "";
	size_t cursor = 0;
	json_t *value;
	int rc = 0;

	fputc('[', out);
	while (rc == 0 && (value = next(&cursor)) != NULL) {
		fprintf(out, "%s\n    ", before);
		rc = json_dumpf(value, out, JSON_ENCODE_ANY);
		json_decref(value);
		before = ",";
	}
	fputs(*before == '\0' ? "]" : "\n  ]", out);
	return rc;
}

static int put_sections(FILE *out, gw_conf_edit_fn edit, void *arg, struct gw_err *err)
{
	const char *before = "{";
	int rc = 0;

	errno = 0;
	for (struct gw_conf_section *s = gw_conf_sections; rc == 0 && s != NULL; s = s->next) {
		json_t *value;

		if (edit != NULL && (s->save_next != NULL || s->reserved))
			continue;
		value = json_incref(s->kept);
		if (s->save_next == NULL && s->save != NULL)
			value = s->save();
		if (value == NULL && s->save_next == NULL)
			continue;
		if (edit != NULL)
			edit(s->value.key, value, arg);
		fprintf(out, "%s\n  \"%s\": ", before, s->value.key);
		rc = value == NULL ? put_elements(out, s->save_next) : put_value(out, value);
		json_decref(value);
		before = ",";
	}
	fputs(*before == '{' ? "{}\n" : "\n}\n", out);
	if (fflush(out) != 0 || ferror(out)) {
		rc = errno == 0 ? EIO : errno;
		return gw_err_set(err, rc, "writing the configuration: %s", strerror(rc));
	}
	if (rc < 0)
		return gw_err_set(err, ENOMEM,
			"writing the configuration: no memory, or a value "
			"that JSON cannot hold");
	return 0;
}

int gw_conf_write(FILE *out, struct gw_err *err)
{
	return put_sections(out, NULL, NULL, err);
}

int gw_conf_write_edited(FILE *out, gw_conf_edit_fn edit, void *arg, struct gw_err *err)
{
	return put_sections(out, edit, arg, err);
}

// Names of files on the disk only after their contents: else a power failure leaves an empty one.
static int sync_folder(const char *path)
{
	char folder[PATH_MAX];
	char *slash;
	int fd, rc;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	fd = open(slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = fsync(fd) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

static FILE *open_new(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	FILE *out;

	if (fd < 0 && errno == EEXIST && unlink(path) == 0) // of a process that ended while saving
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return NULL;
	out = fdopen(fd, "w");
	if (out == NULL)
		close(fd);
	return out;
}

static int write_new(const char *path, const struct stat *old, struct gw_err *err)
{
	FILE *out = open_new(path);
	int rc;

	if (out == NULL)
		return gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	rc = gw_conf_write(out, err);
	if (rc == 0 && old != NULL &&
		(fchown(fileno(out), old->st_uid, old->st_gid) < 0 ||
			fchmod(fileno(out), old->st_mode & 07777) < 0))
		rc = gw_err_set(
			err, errno, "%s: keeping owner and mode: %s", path, strerror(errno));
	if (rc == 0 && fsync(fileno(out)) < 0)
		rc = gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	if (fclose(out) != 0 && rc == 0)
		rc = gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	return rc;
}

int gw_conf_save(const char *path, struct gw_err *err)
{
	char target[PATH_MAX], temporary[PATH_MAX + 16];
	struct stat st;
	bool exists;
	int rc;

	// What a symbolic link points at is replaced, not the link.
	if (realpath(path, target) == NULL) {
		if (errno != ENOENT || strlen(path) >= sizeof(target))
			return gw_err_set(err, errno, "%s: %s", path, strerror(errno));
		strcpy(target, path);
	}
	exists = stat(target, &st) == 0;
	if (exists && !S_ISREG(st.st_mode))
		return gw_err_set(err, EINVAL, "%s: not a regular file", path);
	snprintf(temporary, sizeof(temporary), "%s.%d.tmp", target, (int)getpid());
	rc = write_new(temporary, exists ? &st : NULL, err);
	if (rc == 0 && rename(temporary, target) < 0)
		rc = gw_err_set(err, errno, "%s: %s", path, strerror(errno));
	if (rc < 0) {
		unlink(temporary);
		return rc;
	}
	rc = sync_folder(target);
	return rc < 0 ? gw_err_set(err, -rc, "%s: syncing its folder: %s", path, strerror(-rc)) : 0;
}
