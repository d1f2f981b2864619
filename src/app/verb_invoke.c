/* logaudit invoke EVENT.json: the Lambda handler on an event, locally. Prints exactly the bytes Lambda would
 * return; an invocation that fails prints Lambda's error object and exits as the fault says. */
#include "file.h"
#include "handler.h"
#include "sink_file.h"
#include "verbs.h"

/* Lambda's own limit for an event is 6 MB. */
enum { MAX_EVENT = 8 << 20 };

static void write_error(struct sink *answer, const struct fault *fault) {
    struct buf out;
    struct fault ignored;
    buf_init(&out, 16384);
    handler_put_error(&out, fault);
    buf_add_byte(&out, '\n');
    answer->write(answer, buf_str(&out), &ignored);
    buf_fini(&out);
}

static enum exit_code invoke(const struct cli *cli, struct buf *event, struct sink *answer) {
    struct fault fault;
    enum exit_code code = EXIT_DONE;
    const char *path = cli->argument_count == 1 ? cli->arguments[0] : NULL;
    if (!path) {
        fault_set(&fault, FAULT_USAGE, "invoke needs one event file");
        return verb_fail(&fault);
    }
    if (!file_read(path, event, FAULT_USAGE, &fault))
        return verb_fail(&fault);
    struct request_context context = { .cli = cli, .logs_incomplete = true };
    struct totals totals;
    totals_init(&totals);
    bool ok = handler_run(&context, buf_str(event), path, answer, &totals, &code, &fault);
    totals_fini(&totals);
    if (ok)
        return code;
    write_error(answer, &fault);
    return verb_fail(&fault);
}

enum exit_code verb_invoke(const struct cli *cli) {
    struct buf event;
    struct fault fault;
    buf_init(&event, MAX_EVENT);
    struct sink *answer = sink_stdout_new();
    enum exit_code code = invoke(cli, &event, answer);
    if (!answer->close(answer, true, &fault) && code == EXIT_DONE)
        code = verb_fail(&fault);
    buf_fini(&event);
    return code;
}
