/*
 * What the reads of a sampling tick cost without anything around them. Paths come on standard input, one per line.
 *   sampling-floor ROUNDS GAP_MS
 * Prints two figures, CPU milliseconds per round: every file opened, read and closed; every file kept open and read again.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_FILES = 8192, WARM_UP = 3 };

static char *paths[MOST_FILES];
static int files[MOST_FILES];
static int count;
static char content[1 << 18];

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static long read_round(int keep)
{
    long bytes = 0;
    for (int i = 0; i < count; i++) {
        int file = keep ? files[i] : open(paths[i], O_RDONLY | O_CLOEXEC);
        ssize_t length = file < 0 ? -1 : pread(file, content, sizeof content, 0);
        if (length > 0)
            bytes += length;
        if (!keep && file >= 0)
            close(file);
    }
    return bytes;
}

static double measure(int keep, int rounds, int gap_ms)
{
    double start = 0;
    for (int round = -WARM_UP; round < rounds; round++) {
        if (round == 0)
            start = cpu_ms();
        usleep(gap_ms * 1000);
        if (read_round(keep) == 0) {
            fprintf(stderr, "nothing could be read\n");
            exit(1);
        }
    }
    return (cpu_ms() - start) / rounds;
}

int main(int argc, char **argv)
{
    char line[4096];
    if (argc != 3)
        return 2;
    while (count < MOST_FILES && fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        paths[count] = strdup(line);
        files[count++] = open(line, O_RDONLY | O_CLOEXEC);
    }
    double opened = measure(0, atoi(argv[1]), atoi(argv[2]));
    double kept = measure(1, atoi(argv[1]), atoi(argv[2]));
    printf("%.4f %.4f\n", opened, kept);
    return 0;
}
