/* SPDX-License-Identifier: MIT */
/* One event loop. The hard idea is the end of a turn: tasks run until none is
 * left (they may defer more), and only then what was buried is freed, so that
 * a task, or a callback further up the stack, never looks at freed memory. */
#include "server/loop.h"

#include "server/files.h"

#include <stdlib.h>
#include <time.h>

bool loop_init(struct loop *l, struct app *app, unsigned index)
{
    *l = (struct loop){.app = app, .index = index};
    l->mem = mem_malloc;
    l->tasks_end = &l->tasks;
    l->read_buffer = malloc(LOOP_READ);
    if (l->read_buffer == NULL || uv_loop_init(&l->uv) != 0) {
        free(l->read_buffer);
        l->read_buffer = NULL;
        return false;
    }
    return true;
}

void loop_release(struct loop *l)
{
    loop_leave(l);
    uv_run(&l->uv, UV_RUN_DEFAULT);
    loop_leave(l);
    if (uv_loop_close(&l->uv) != 0)
        sl_panic(__FILE__, __LINE__, "a handle of the loop is still open");
    free(l->read_buffer);
    free(l->wire);
    free(l->tunnel);
    l->read_buffer = l->wire = l->tunnel = NULL;
}

int64_t loop_now(const struct loop *l)
{
    return (int64_t)uv_now(&l->uv);
}

int64_t loop_wall(const struct loop *l)
{
    struct timespec now;

    (void)l;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void loop_defer(struct loop *l, struct loop_task *task)
{
    if (task->queued)
        return;
    task->queued = true;
    task->next = NULL;
    *l->tasks_end = task;
    l->tasks_end = &task->next;
}

void loop_bury(struct loop *l, struct loop_dead *dead)
{
    dead->next = l->dead;
    l->dead = dead;
}

static void run_tasks(struct loop *l)
{
    while (l->tasks != NULL) {
        struct loop_task *task = l->tasks;

        l->tasks = task->next;
        if (l->tasks == NULL)
            l->tasks_end = &l->tasks;
        task->queued = false;
        task->run(task);
    }
}

void loop_leave(struct loop *l)
{
    if (l->leaving)
        return;
    l->leaving = true;
    do {
        struct loop_dead *dead;

        run_tasks(l);
        dead = l->dead;
        l->dead = NULL;
        while (dead != NULL) {
            struct loop_dead *next = dead->next;

            dead->bury(dead);
            dead = next;
        }
    } while (l->tasks != NULL || l->dead != NULL);
    l->leaving = false;
}
