#include "credentials_inside.h"

#include "mem.h"
#include "timestamp.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CHAIN = 16, MAX_PROCESS_OUTPUT = 64 * 1024, PROCESS_SECONDS = 60 };

/* ---- values ---- */

static char *copy(struct str s) {
    return mem_copy(s.len ? s.ptr : "", s.len);
}

void credentials_set(struct credentials *c, struct str id, struct str secret, struct str token,
                     int64_t expires) {
    *c = (struct credentials){ copy(id), copy(secret), token.len ? copy(token) : NULL, expires };
}

void credentials_copy(struct credentials *to, const struct credentials *from) {
    credentials_set(to, str_c(from->id), str_c(from->secret), str_c(from->token), from->expires);
}

static void wipe(char *text) {
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

void credentials_fini(struct credentials *c) {
    wipe(c->id);
    wipe(c->secret);
    wipe(c->token);
    *c = (struct credentials){ 0 };
}

int64_t credentials_time(struct str text) {
    struct time_rules utc = { 0 };
    struct stamp stamp;
    return stamp_parse(text, &utc, &stamp) ? stamp.micros / 1000000 : 0;
}

enum found credentials_failed(const struct search *s, const char *format, ...) {
    va_list args;
    char text[sizeof s->fault->text];
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fault_set(s->fault, FAULT_INPUT, "%s", text);
    return FAILED;
}

enum found credentials_from_json(const struct search *s, struct str text, const char *token_key,
                                 const char *who, struct credentials *out) {
    struct fault ignored; /* it would quote nothing, but its position is of no use either */
    struct json_doc *doc = json_doc_parse(text, who, FAULT_INPUT, &ignored);
    if (!doc)
        return credentials_failed(s, "%s: what it answers is no JSON", who);
    const struct json_node *root = json_doc_root(doc);
    struct str id = json_str(json_member(root, "AccessKeyId"));
    struct str secret = json_str(json_member(root, "SecretAccessKey"));
    const char *expires = json_c(json_member(root, "Expiration"), NULL);
    bool whole = id.len && secret.len;
    if (whole)
        credentials_set(out, id, secret, json_str(json_member(root, token_key)),
                        expires ? credentials_time(str_c(expires)) : 0);
    json_doc_free(doc);
    return whole ? FOUND : credentials_failed(s, "%s: its answer lacks AccessKeyId or SecretAccessKey", who);
}

/* ---- the environment ---- */

static enum found from_environment(const struct search *s, struct credentials *out) {
    const char *id = settings_variable(s->settings, "AWS_ACCESS_KEY_ID");
    const char *secret = settings_variable(s->settings, "AWS_SECRET_ACCESS_KEY");
    if (!id && !secret)
        return NONE;
    if (!id || !secret)
        return credentials_failed(s, "AWS_%s is set, AWS_%s is not",
                                  id ? "ACCESS_KEY_ID" : "SECRET_ACCESS_KEY",
                                  id ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID");
    credentials_set(out, str_trim(str_c(id)), str_trim(str_c(secret)),
                    str_trim(str_c(settings_variable(s->settings, "AWS_SESSION_TOKEN"))), 0);
    return FOUND;
}

static enum found from_web_identity(const struct search *s, struct credentials *out) {
    const char *file = settings_variable(s->settings, "AWS_WEB_IDENTITY_TOKEN_FILE");
    struct role role = { .arn = settings_variable(s->settings, "AWS_ROLE_ARN"),
                         .session = settings_variable(s->settings, "AWS_ROLE_SESSION_NAME") };
    if (!file)
        return NONE;
    if (!role.arn)
        return credentials_failed(s, "AWS_WEB_IDENTITY_TOKEN_FILE is set, but AWS_ROLE_ARN is not");
    return credentials_web_identity(s, &role, file, out);
}

/* ---- a process ---- */

/* Reads what the process prints until it ends; false when it takes too long or prints too much. */
static bool read_process(int fd, struct buf *out) {
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    time_t until = time(NULL) + PROCESS_SECONDS;
    for (;;) {
        int left = (int)(until - time(NULL)) * 1000;
        if (left <= 0 || poll(&wait, 1, left) <= 0)
            return false;
        char *room = buf_room(out, 4096);
        ssize_t n = room ? read(fd, room, 4096) : -1;
        if (n <= 0)
            return n == 0;
        out->len += (size_t)n;
    }
}

static bool start_process(const char *command, pid_t *pid, int *fd) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY,
                                     0); /* ours may be a log */
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    char shell[] = "sh", option[] = "-c", *line = mem_copy(command, strlen(command));
    char *arguments[] = { shell, option, line, NULL };
    int error = posix_spawn(pid, "/bin/sh", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    free(line);
    close(ends[1]);
    *fd = ends[0];
    if (error)
        close(ends[0]);
    return error == 0;
}

static enum found from_process(const struct search *s, const char *command, struct credentials *out) {
    static const char who[] = "credential_process";
    struct buf output;
    pid_t pid;
    int fd, status = 0;
    if (!start_process(command, &pid, &fd))
        return credentials_failed(s, "%s: it cannot be started: %s", who, strerror(errno));
    buf_init(&output, MAX_PROCESS_OUTPUT);
    bool whole = read_process(fd, &output);
    close(fd);
    if (!whole)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    enum found found = FAILED;
    if (!whole)
        credentials_failed(s, "%s: it was still running after %d seconds, or printed too much", who,
                           PROCESS_SECONDS);
    else if (!WIFEXITED(status) || WEXITSTATUS(status))
        credentials_failed(s, "%s: it failed (exit code %d)", who,
                           WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    else
        found = credentials_from_json(s, buf_str(&output), "SessionToken", who, out);
    if (output.ptr)
        explicit_bzero(output.ptr, output.capacity);
    buf_fini(&output);
    return found;
}

/* ---- profiles ---- */

/* The profiles on the way, to see when they go in a circle. */
struct chain {
    const char *names[MAX_CHAIN];
    size_t count;
};

static const char *get(const struct search *s, const char *profile, const char *key) {
    return settings_get(s->settings, SECTION_PROFILE, profile, key);
}

static enum found from_static(const struct search *s, const char *profile, struct credentials *out) {
    const char *id = get(s, profile, "aws_access_key_id"), *secret = get(s, profile, "aws_secret_access_key");
    if (!id && !secret)
        return NONE;
    if (!id || !secret)
        return credentials_failed(s, "profile '%s': it has no %s", profile,
                                  id ? "aws_secret_access_key" : "aws_access_key_id");
    credentials_set(out, str_c(id), str_c(secret), str_c(get(s, profile, "aws_session_token")), 0);
    return FOUND;
}

static enum found from_sso(const struct search *s, const char *profile, struct credentials *out) {
    struct sso sso = { .profile = profile,
                       .session = get(s, profile, "sso_session"),
                       .start_url = get(s, profile, "sso_start_url"),
                       .region = get(s, profile, "sso_region"),
                       .account = get(s, profile, "sso_account_id"),
                       .role = get(s, profile, "sso_role_name") };
    if (!sso.session && !sso.start_url && !sso.account && !sso.role)
        return NONE;
    if (sso.session) {
        if (!settings_has(s->settings, SECTION_SSO_SESSION, sso.session))
            return credentials_failed(s, "profile '%s': there is no [sso-session %s]", profile, sso.session);
        sso.region = settings_get(s->settings, SECTION_SSO_SESSION, sso.session, "sso_region");
        sso.start_url = settings_get(s->settings, SECTION_SSO_SESSION, sso.session, "sso_start_url");
    }
    if (!sso.account || !sso.role)
        return credentials_failed(s, "profile '%s': it has no %s", profile,
                                  sso.account ? "sso_role_name" : "sso_account_id");
    if (!sso.region || !sso.start_url)
        return credentials_failed(s, "%s '%s': it has no %s", sso.session ? "sso-session" : "profile",
                                  sso.session ? sso.session : profile,
                                  sso.region ? "sso_start_url" : "sso_region");
    return credentials_sso(s, &sso, out);
}

static enum found from_source(const struct search *s, const char *profile, const char *source,
                              struct credentials *out) {
    enum found found;
    if (strcmp(source, "Environment") == 0)
        found = from_environment(s, out);
    else if (strcmp(source, "EcsContainer") == 0)
        found = credentials_container(s, out);
    else if (strcmp(source, "Ec2InstanceMetadata") == 0)
        found = credentials_metadata(s, out);
    else
        return credentials_failed(
            s,
            "profile '%s': credential_source: Environment, EcsContainer or Ec2InstanceMetadata was expected",
            profile);
    return found == NONE ? credentials_failed(s, "profile '%s': credential_source %s has no credentials",
                                              profile, source)
                         : found;
}

static enum found from_profile(const struct search *s, const char *profile, struct chain *chain,
                               struct credentials *out);

/* What the role is assumed with. */
static enum found base_of_role(const struct search *s, const char *profile, const char *source_profile,
                               const char *source, struct chain *chain, struct credentials *out) {
    if (!source_profile)
        return from_source(s, profile, source, out);
    if (strcmp(source_profile, profile) == 0) {
        enum found own = from_static(s, profile, out);
        return own == NONE ? credentials_failed(s, "profile '%s': it names itself and has no keys", profile)
                           : own;
    }
    if (!settings_has(s->settings, SECTION_PROFILE, source_profile))
        return credentials_failed(s, "profile '%s': there is no source_profile '%s'", profile,
                                  source_profile);
    enum found found = from_profile(s, source_profile, chain, out);
    return found == NONE
               ? credentials_failed(s, "profile '%s': it says nothing about credentials", source_profile)
               : found;
}

static enum found from_role(const struct search *s, const char *profile, struct chain *chain,
                            struct credentials *out) {
    struct role role = { .arn = get(s, profile, "role_arn"),
                         .session = get(s, profile, "role_session_name"),
                         .external_id = get(s, profile, "external_id"),
                         .duration = get(s, profile, "duration_seconds") };
    const char *source_profile = get(s, profile, "source_profile"),
               *source = get(s, profile, "credential_source");
    const char *token_file = get(s, profile, "web_identity_token_file");
    if (!role.arn)
        return token_file ? credentials_failed(
                                s, "profile '%s': it has a web_identity_token_file but no role_arn", profile)
                          : NONE;
    if (source_profile && source)
        return credentials_failed(
            s, "profile '%s': source_profile or credential_source was expected, not both", profile);
    if (!source_profile && !source)
        return token_file ? credentials_web_identity(s, &role, token_file, out)
                          : credentials_failed(s,
                                               "profile '%s': role_arn needs source_profile, "
                                               "credential_source or web_identity_token_file",
                                               profile);
    if (get(s, profile, "mfa_serial"))
        return credentials_failed(
            s, "profile '%s': a role with mfa_serial cannot be used: there is nobody to ask", profile);
    struct credentials base = { 0 };
    enum found found = base_of_role(s, profile, source_profile, source, chain, &base);
    if (found == FOUND)
        found = credentials_assume(s, &role, &base, out);
    credentials_fini(&base);
    return found;
}

/* Of the profile that is asked for the role counts, of those behind it the keys. */
static enum found from_profile(const struct search *s, const char *profile, struct chain *chain,
                               struct credentials *out) {
    for (size_t i = 0; i < chain->count; i++)
        if (strcmp(chain->names[i], profile) == 0)
            return credentials_failed(s, "profile '%s': source_profile leads back to it", profile);
    if (chain->count == MAX_CHAIN)
        return credentials_failed(s, "profile '%s': more than %d profiles in a row", profile, MAX_CHAIN);
    chain->names[chain->count++] = profile;
    enum found found = chain->count > 1 ? from_static(s, profile, out) : NONE;
    const char *process = get(s, profile, "credential_process");
    if (found == NONE)
        found = from_role(s, profile, chain, out);
    if (found == NONE)
        found = from_sso(s, profile, out);
    if (found == NONE && process)
        found = from_process(s, process, out);
    return found == NONE ? from_static(s, profile, out) : found;
}

static enum found from_own_profile(const struct search *s, struct credentials *out) {
    const char *name = settings_profile(s->settings);
    struct chain chain = { .count = 0 };
    if (settings_profile_named(s->settings) && !settings_has(s->settings, SECTION_PROFILE, name))
        return credentials_failed(s, "AWS_PROFILE: there is no profile '%s'", name);
    return from_profile(s, name, &chain, out);
}

/* ---- the chain ---- */

bool credentials_find(const struct settings *settings, const struct crypto *crypto, struct credentials *out,
                      struct fault *fault) {
    static enum found (*const places[])(const struct search *s, struct credentials *out) = {
        from_environment, from_own_profile, from_web_identity, credentials_container, credentials_metadata,
    };
    struct search s = { settings, crypto, fault };
    *out = (struct credentials){ 0 };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        enum found found = places[i](&s, out);
        if (found != NONE)
            return found == FOUND || fault_context(fault, "no credentials for AWS");
    }
    return fault_set(
        fault, FAULT_INPUT,
        "no credentials for AWS: there are none in the environment, in the profile '%s', from a web "
        "identity, a container or the machine's metadata service (docs/aws.md)",
        settings_profile(settings));
}
