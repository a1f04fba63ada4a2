// SPDX-License-Identifier: BSD-3-Clause
// Copyright (c) 2026 The Godwit Authors

// A million hosts from a file: time and memory.

#include "config/fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#else
#define SANITIZED 0
#endif

#define N_HOSTS 1000000u

static uint64_t sum;

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long peak_mib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss / 1024;
}

static int host_row(struct gw_conf *conf, const void *row, size_t index, struct gw_err *err)
{
	const struct fixture_host *h = row;

	sum += h->ip.ip4;
	// The last host repeats an address.
	if (index == N_HOSTS - 1 && h->ip.ip4 == 0x0a000000)
		return gw_conf_fail(conf, err, EEXIST, "ip", "is that of %s",
			gw_conf_place(conf, "/hosts/0/ip"));
	return 0;
}

static void generate(const char *path, uint32_t last)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	fputs("{\n  \"name\": \"up\",\n  \"hosts\": [\n", out);
	for (uint32_t i = 0; i < N_HOSTS; i++) {
		uint32_t ip = i == N_HOSTS - 1 ? last : 0x0a000000 + i;

		fprintf(out,
			"    { \"ip\": \"10.%u.%u.%u\", \"mac\": \"02:00:00:%02x:%02x:%02x\", "
			"\"interface\": \"access-%u\" }%s\n",
			ip >> 16 & 255, ip >> 8 & 255, ip & 255, i >> 16, i >> 8 & 255, i & 255,
			i % 16, i == N_HOSTS - 1 ? "" : ",");
	}
	fputs("  ]\n}\n", out);
	assert_int_equal(fclose(out), 0);
}

static void a_million_hosts(void **state)
{
	double start = cpu_seconds(), opened, checked, applied;
	const char *path = *state;
	struct gw_err err = {0};
	struct gw_conf *conf;

	sum = 0;
	assert_int_equal(gw_conf_open(path, &conf, &err), 0);
	opened = cpu_seconds();
	assert_int_equal(gw_conf_check(conf, &err), 0);
	checked = cpu_seconds();
	assert_int_equal(gw_conf_apply(conf, &err), 0);
	applied = cpu_seconds();
	printf("%zu MB: open %.3f s, check %.3f s, apply %.3f s, peak %ld MiB\n",
		conf->len / 1000000, opened - start, checked - opened, applied - checked,
		peak_mib());
	gw_conf_close(conf);
	assert_true(sum == 2 * (N_HOSTS * UINT64_C(0x0a000000) + UINT64_C(999999) * 500000));
	if (!SANITIZED) {
		assert_true(opened - start < 2.5);
		assert_true(peak_mib() < 200);
	}
}

static void the_last_of_them_wrong(void **state)
{
	const char *path = *state;
	struct gw_err err = {0};
	struct gw_conf *conf;
	char expected[200];

	generate(path, 0x0a000000);
	assert_int_equal(gw_conf_open(path, &conf, &err), 0);
	assert_int_equal(gw_conf_check(conf, &err), -EEXIST);
	snprintf(expected, sizeof(expected),
		"%s:1000003: /hosts/999999/ip: is that of /hosts/0/ip (line 4)", path);
	assert_string_equal(err.text, expected);
	gw_conf_close(conf);
}

static int setup(void **state)
{
	static char path[] = "/tmp/gw-large-XXXXXX";
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	close(fd);
	*state = path;
	fixture_register();
	fixture_hosts.check_row = host_row;
	fixture_hosts.apply_row = host_row;
	generate(path, 0x0a000000 + N_HOSTS - 1);
	return 0;
}

static int teardown(void **state)
{
	return unlink(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_hosts),
		cmocka_unit_test(the_last_of_them_wrong),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
