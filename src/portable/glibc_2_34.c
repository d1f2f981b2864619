/* Functions of glibc 2.35 and 2.36 that static libraries of Debian 12 ask for: the C++ runtime (Vectorscan is
 * C++) and Expat. With these, a program linked with them runs on Amazon Linux 2023, whose glibc is 2.34. Only
 * LOGAUDIT_PORTABLE builds have this file. */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

/* Both seed hash tables. */
__attribute__((visibility("default"))) void arc4random_buf(void *buf, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t got = getrandom((char *)buf + done, size - done, 0);
        if (got < 0 && errno != EINTR)
            abort();
        done += got > 0 ? (size_t)got : 0;
    }
}

__attribute__((visibility("default"))) uint32_t arc4random(void) {
    uint32_t value;
    arc4random_buf(&value, sizeof value);
    return value;
}

struct search {
    uintptr_t address;
    struct dl_find_object *found;
};

static int look_at(struct dl_phdr_info *object, size_t size, void *context) {
    struct search *s = context;
    (void)size;
    const ElfW(Phdr) *frames = NULL;
    uintptr_t start = UINTPTR_MAX, end = 0;
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *p = &object->dlpi_phdr[i];
        uintptr_t from = object->dlpi_addr + p->p_vaddr;
        if (p->p_type == PT_GNU_EH_FRAME)
            frames = p;
        if (p->p_type != PT_LOAD)
            continue;
        start = from < start ? from : start;
        end = from + p->p_memsz > end ? from + p->p_memsz : end;
    }
    if (!frames || s->address < start || s->address >= end)
        return 0;
    *s->found = (struct dl_find_object){ .dlfo_map_start = (void *)start, // NOLINT(performance-no-int-to-ptr)
                                         .dlfo_map_end = (void *)end,     // NOLINT(performance-no-int-to-ptr)
                                         // NOLINTNEXTLINE(performance-no-int-to-ptr)
                                         .dlfo_eh_frame = (void *)(object->dlpi_addr + frames->p_vaddr) };
    return 1;
}

/* How the unwinder finds the frames of an address when a C++ exception is thrown: Vectorscan does so for
 * patterns that it refuses. What glibc answers from an index is looked up here. */
__attribute__((visibility("default"))) int _dl_find_object(void *address, struct dl_find_object *result) {
    struct search search = { (uintptr_t)address, result };
    return dl_iterate_phdr(look_at, &search) ? 0 : -1;
}
