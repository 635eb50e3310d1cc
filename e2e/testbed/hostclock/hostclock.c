// A node's own CLOCK_REALTIME, which no namespace gives: preloaded into what runs on the node. The file named by
// HOST_CLOCK holds one int64, nanoseconds beside the machine's time; it is mapped, so a step is there at once and costs
// nothing. Deadlines by the real time are handed to the kernel as the machine's.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const int64_t BILLION = 1000000000;
static int64_t none;
static int64_t *beside = &none;

__attribute__((constructor)) static void map_clock(void) {
	const char *path = getenv("HOST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return;
	void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
	if (page != MAP_FAILED)
		beside = page;
	close(fd);
}

static void move(struct timespec *t, int64_t by) {
	int64_t nanos = (int64_t)t->tv_nsec + by % BILLION;
	t->tv_sec += by / BILLION;
	if (nanos < 0) {
		nanos += BILLION;
		t->tv_sec--;
	} else if (nanos >= BILLION) {
		nanos -= BILLION;
		t->tv_sec++;
	}
	t->tv_nsec = nanos;
}

static int64_t now_beside(void) { return __atomic_load_n(beside, __ATOMIC_RELAXED); }

static void *next(void **known, const char *name) {
	if (!*known)
		*known = dlsym(RTLD_NEXT, name);
	return *known;
}

int clock_gettime(clockid_t clock, struct timespec *t) {
	static void *real;
	int (*f)(clockid_t, struct timespec *) = next(&real, "clock_gettime");
	int result = f ? f(clock, t) : syscall(SYS_clock_gettime, clock, t);
	if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
		move(t, now_beside());
	return result;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone) {
	struct timespec now;
	(void)zone;
	if (clock_gettime(CLOCK_REALTIME, &now))
		return -1;
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *t) {
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}

// One by the monotonic clock, which begins at the machine's boot, is far from any date.
static struct timespec machine_time(const struct timespec *deadline) {
	struct timespec t = *deadline;
	if (t.tv_sec > BILLION)
		move(&t, -now_beside());
	return t;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
		const struct timespec *restrict deadline) {
	static void *real;
	int (*f)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *) = next(&real, "pthread_cond_timedwait");
	struct timespec t = machine_time(deadline);
	return f(cond, mutex, &t);
}

int sem_timedwait(sem_t *restrict sem, const struct timespec *restrict deadline) {
	static void *real;
	int (*f)(sem_t *, const struct timespec *) = next(&real, "sem_timedwait");
	struct timespec t = machine_time(deadline);
	return f(sem, &t);
}
