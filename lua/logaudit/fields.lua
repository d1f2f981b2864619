--- What logs call things. Edit freely: the next run uses it.
---
--- A key is compared without case and without "_", "-", "@", "$" and blanks: user_id is userId, User-ID and
--- USERID. A dot goes into an object (or the first element of a list); a key that itself holds a dot is found
--- as well. The same names hold for key=value pairs in text. In every list the first that has a usable value
--- wins. "=Name" holds for exactly this spelling.

return {
  keys = {
    -- Who acted. What names the actor comes before what may name the one acted upon.
    user_id = {
      "actor_user_name", "user_id", "enduser.id", "user.id", "attributes.enduser.id", "attributes.user.id", "attributes.user.name",
      "userIdentity.userName", "userIdentity.sessionContext.sessionIssuer.userName", "userIdentity.arn",
      "userIdentity.invokedBy", "userIdentity.principalId",
      "actor.alternateId", "actor.user.email", "actor.email", "actor.login", "actor.username", "actor.name", "actor",
      "protoPayload.authenticationInfo.principalEmail", "authenticationInfo.principalEmail",
      "properties.initiatedBy.user.userPrincipalName", "properties.userPrincipalName",
      "initiatedBy.user.userPrincipalName", "userPrincipalName",
      "impersonatedUser.username", "user.username", "user.name", "user.email", "user.login", "user.userName",
      "user", "username", "user_name", "usr", "usr.id", "usr.name", "user_email", "userEmail",
      "data.details.request.auth.user.user_id", "data.user_id", "data.user_name", "data.username",
      "entity.user.email", "sender.login", "actor_name", "actor_email", "actor_id",
      "principal", "principalEmail", "principalName", "attr.principalName", "attr.user",
      "accountName", "account_name", "account.name", "account", "subject.user",
      "SubjectUserName", "TargetUserName", "winlog.event_data.TargetUserName", "usrName", "authentication_id",
      "fields.user_id", "fields.user", "Properties.UserId", "Properties.UserName", "auth.metadata.username", "auth.display_name",
      "record.user_name", "customer_id", "member_id", "login", "login_name", "loginName",
      "sasl_username", "auth_user", "authuser", "remote_user", "ruser", "acct",
      "email", "client_username", "ClientUsername", "cs-username", "c-username", "db_user", "owner_id",
      "context.user.id", "context.user_id", "context.userId", "context.user", "extra.user_id",
      "request.user", "request.user_id", "meta.user_id", "metadata.user_id", "details.user_id",
      "session.user", "event.user",
      "identity.user", "identity.email", "identity", "CreatedBy", "UserKey", "suser", "duser", "by_user",
    },
    action = {
      "event.action", "action", "eventName", "event_name", "event_action", "activity", "activity_name",
      "operation", "operationName", "operation_name", "protoPayload.methodName", "methodName", "verb",
      "actionName", "eventTypeName", "attributes.action",
      "event_type", "eventType", "event.type", "event", "command", "act", "type",
    },
    outcome = {
      "event.outcome", "outcome", "outcome.result", "result", "result_type", "resultType", "auth_result",
      "login_result", "status", "success", "succeeded", "successful", "ok", "authenticated", "authorized",
      "allowed", "granted", "res", "decision", "responseElements.ConsoleLogin", "resultStatus", "disposition",
    },
    service = {
      "service.name", "resource.service.name", "service", "service_name", "serviceName", "svc", "app", "app_name", "appName", "application",
      "application_name", "eventSource", "component", "microservice", "kubernetes.container_name",
      "kubernetes.labels.app", "k8s.container.name", "container_name", "container.name", "container",
      "SYSLOG_IDENTIFIER", "program", "programname", "ident", "tag", "logger_name", "logger", "source", "module",
      "subsystem", "job", "protoPayload.serviceName", "s-sitename", "_SYSTEMD_UNIT",
      "resource.labels.container_name", "resource.labels.service_name", "resource.labels.function_name",
      "resource.labels.module_id", "resource.labels.job_name",
    },
    host = {
      "host.name", "hostname", "host", "host_name", "HOSTNAME", "_HOSTNAME", "machine", "machine_name",
      "MachineName", "computer", "computer_name", "node", "node_name", "kubernetes.host",
      "k8s.node.name", "resource.host.name", "resource.k8s.pod.name", "instance", "instance_id", "server", "server_name", "device",
      "s-computername", "hostIdentifier", "winlog.computer_name",
    },
    level = {
      "record.error_severity", "level", "severity", "log.level", "log_level", "loglevel", "levelname", "level_name", "lvl", "severity_text",
      "severityText", "log_severity", "=s", "=@l", "priority", "sev", "LogLevel",
      "fields.level", "fields.severity", "fields.lvl", "attributes.level", "labels.level", "event.severity", "error_severity",
    },
    -- Whom the request came from; what a proxy was told by the client comes last.
    ip = {
      "ip", "client_ip", "clientIp", "source_ip", "src_ip", "srcip", "sourceIPAddress", "source_ip_address",
      "remote_ip", "remote_addr", "remoteAddress", "remote_address", "ip_address", "ipAddress", "ipaddr",
      "client.ip", "client.ipAddress", "client.address", "source.ip", "source.address", "callerIpAddress",
      "protoPayload.requestMetadata.callerIp", "requestMetadata.callerIp", "properties.ipAddress",
      "properties.initiatedBy.user.ipAddress", "initiatedBy.user.ipAddress", "context.ip_address",
      "context.client_ip", "data.ip", "data.details.request.ip", "sourceIPs", "request.client_ip",
      "request.remote_ip", "request.remote_addr", "request.ip", "request.remoteAddress", "req.remoteAddress",
      "httpRequest.remoteIp", "httpRequest.clientIp", "http.client_ip", "http.remote_addr", "network.client.ip",
      "eventData.sourceIP", "parameters.message_info.connection_info.client_ip", "identity.claims.ipaddr",
      "actor_ip", "visitor_ip", "visitorIp", "user_ip", "userIp", "peer_ip", "peer.address", "peer_addr", "peer",
      "client_addr", "clientAddr", "clientAddress", "client_address", "ClientHost", "ClientIP", "ClientIPAddress",
      "c-ip", "rip", "rhost", "src", "saddr", "srcaddr", "src_addr", "sourceAddress", "addr", "addr.remote",
      "attr.remote", "origin.address", "winlog.event_data.IpAddress", "record.connection_from",
      "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4", "remote", "remoteIp", "caller_ip", "origin_ip", "ip_src",
      "from_ip", "host_ip", "client",
      "attributes.client.address", "remote_host", "downstream_remote_address", "oip", "lastKnownIP", "x_real_ip", "request_X-Real-Ip",
      "id.orig_h", "x_forwarded_for", "xff", "http_x_forwarded_for", "forwarded_for", "IPV4", "address",
    },
    request_id = {
      "request_id", "requestId", "req_id", "reqId", "request.id", "req.id", "http.request_id", "http.request.id",
      "x_request_id", "correlation_id", "correlationId", "trace_id", "traceId", "trace.id", "traceID",
      "dd.trace_id", "otelTraceID", "transaction_id", "transactionId", "operation.id", "eventID", "rid", "reqid",
      "awsRequestId", "function_request_id", "lambda_request_id", "record.requestId", "requestContext.requestId",
      "x_amzn_requestid", "amzn_trace_id", "x_amzn_trace_id", "xrayTraceId", "connection_id", "x-edge-request-id",
    },
    status = {
      "status", "status_code", "statusCode", "http.status_code", "http_status", "httpStatus", "http_status_code",
      "http.response.status_code", "response.status", "response.status_code", "response_status", "res.statusCode",
      "responseStatus.code", "response_code", "responseCode", "resp_status", "sc-status",
      "DownstreamStatus", "OriginStatus", "EdgeResponseStatus", "elb_status_code", "httpRequest.status",
      "data.details.response.statusCode", "attributes.http.status_code",
      "attributes.http.response.status_code", "http.status", "http.response.status", "http.response_status",
      "http.response_code", "http.code", "http_code", "res.status", "code",
    },
    method = {
      "http.method", "http_method", "request_method", "requestMethod", "http.request.method", "request.method",
      "req.method", "cs-method", "RequestMethod", "httpRequest.requestMethod", "ClientRequestMethod",
      "attributes.http.request.method", "attributes.http.method", "http.request_method", "request.httpMethod",
      "requestContext.http.method", "requestContext.httpMethod", "httpRequest.httpMethod", "method",
    },
    path = {
      "path", "request_path", "http.path", "http.target", "http.url", "url.path", "url", "uri", "request_uri",
      "requestUri", "requestURI", "request.uri", "request.path", "request.url", "req.url", "cs-uri-stem",
      "RequestPath", "httpRequest.requestUrl", "ClientRequestURI", "attributes.url.path",
      "attributes.http.target", "attributes.http.url", "http.uri", "http.request.uri", "http.request.path", "req.path",
      "req.uri", "httpRequest.uri", "requestContext.http.path", "requestContext.path", "endpoint", "resource_path", "target",
    },
    route = { "route", "http.route", "attributes.http.route", "request.route", "path_template", "url.template", "route_name" },
  },

  -- Names that stand for nobody.
  nobody = { "0", "unknown", "[unknown]", "<unknown>", "n/a", "(unknown)", "null", "undefined" },

  -- By unit. "text": the value says so ("2.5s"), or it is guessed from its size. "go": an integer of
  -- nanoseconds, which is how Go's encoder prints a duration.
  durations = {
    ms = {
      "duration_ms", "durationMs", "elapsed_ms", "elapsedMs", "latency_ms", "latencyMs", "response_time_ms",
      "responseTimeMs", "query_time_ms", "queryTimeMs", "took_ms", "tookMs", "request_time_ms", "time_ms",
      "execution_time_ms", "executionTimeMs", "processing_time_ms", "processingTimeMs", "total_time_ms",
      "duration_millis", "durationMillis", "elapsed_millis", "elapsedMilliseconds", "runtime_ms", "pause_ms",
      "upstream_response_time_ms", "response_ms", "wait_ms", "lock_wait_ms", "ElapsedMilliseconds",
      "time-taken", "responseTime", "gc_pause_ms", "attr.durationMillis", "took_millis", "elasticsearch.slowlog.took_millis",
        "record.metrics.durationMs", "responseLatency", "integrationLatency",
    },
    s = {
      "duration_s", "duration_sec", "duration_secs", "duration_seconds", "durationSeconds", "elapsed_s",
      "elapsed_sec", "elapsed_seconds", "latency_s", "latency_seconds", "request_time", "requestTime",
      "query_time", "queryTime", "upstream_response_time", "response_time_s", "response_time_seconds",
      "execution_time_s", "execution_time_seconds", "time_s", "took_s", "took_seconds", "processing_time_s",
      "request_processing_time", "target_processing_time", "runtime_s", "rt", "urt",
    },
    us = {
      "duration_us", "durationUs", "duration_micros", "durationMicros", "elapsed_us", "latency_us",
      "response_time_us", "request_time_us", "took_us", "time_us", "query_time_us", "processing_time_us",
    },
    ns = {
      "duration_ns", "durationNs", "duration_nanos", "durationNanos", "elapsed_ns", "latency_ns", "took_ns",
      "event.duration", "OriginDuration", "time_ns",
    },
    min = { "duration_min", "duration_minutes", "elapsed_minutes" },
    go = { "=Duration" },
    text = {
      "duration", "elapsed", "elapsed_time", "latency", "response_time", "took", "time_taken", "timeTaken",
      "time_elapsed", "execution_time", "executionTime", "exec_time", "processing_time", "processingTime",
      "total_time", "totalTime", "runtime", "run_time", "call_time", "http.duration",
      "httpRequest.latency", "request.duration", "response.duration", "dur", "service",
    },
  },

  times = {
    "record.log_time", "timestamp", "@timestamp", "time", "ts", "eventTime", "event_time", "datetime", "date_time", "date",
    "log_time", "logTime", "asctime", "time_iso8601", "timestamp_iso", "published", "created_at", "createdAt",
    "creationTime", "CreationTime", "CreationDate", "occurred_at", "occurredAt", "event.created", "eventTimestamp",
    "event_timestamp", "requestReceivedTimestamp", "stageTimestamp", "receiveTimestamp", "t.$date", "=t", "start_time",
    "startTime", "StartLocal", "StartUTC", "EdgeStartTimestamp", "time_local", "TimeCreated", "TimeGenerated",
    "UtcTime", "EventTime", "ActivityDateTime", "properties.activityDateTime", "id.time", "date_create",
    "__REALTIME_TIMESTAMP", "time_unix_nano", "timeUnixNano", "observedTimeUnixNano", "=@t", "query_timestamp", "unixTime", "calendarTime",
    "requestTimeEpoch", "requestTime", "epoch", "event_date", "data.date", "utc_time",
    "instant.epochSecond",
  },

  -- What rules search in a JSON record: each of these that is a string, in the order they stand in it.
  texts = {
    "message", "msg", "log", "event", "text", "body", "short_message", "full_message", "log.message",
    "event.message", "event.original", "textPayload", "jsonPayload.message", "record.message", "log_message", "@m", "@mt",
    "error", "error.message", "error.msg", "error.reason", "error.type", "error.kind", "error.stack",
    "error.stack_trace", "error.detail", "error_message", "error_msg", "error_code",
    "error_type", "error_description", "err", "err.message", "err.msg", "err.stack", "err.type", "exception",
    "exception.message", "exception.type", "exception.stacktrace", "exception.exception_message",
    "exception.exception_class", "exception_message", "exception_class", "reason", "failure_reason",
    "status_message", "detail", "details", "details.message", "description", "cause",
    "stack", "stack_trace", "stacktrace", "traceback", "exc_info", "exc_text", "warning", "warnings",
    "query", "sql", "statement", "db.statement", "data.description", "attr.error", "protoPayload.status.message",
    "properties.message", "responseElements.ConsoleLogin", "additionalEventData.message", "debugContext.message",
    "displayMessage", "outcome.reason", "fault", "problem", "summary",
  },

  -- Beyond the words every logger uses (trace, debug, info, notice, warn, error, critical and their kin).
  levels = {
    t = "trace", v = "trace", verbose = "trace", vrb = "trace", trc = "trace", trce = "trace", finest = "trace", finer = "trace",
    d = "debug", dbg = "debug", fine = "debug", debug1 = "debug", debug2 = "debug", debug3 = "debug",
    debug4 = "debug", debug5 = "debug", dbug = "debug",
    i = "info", inf = "info", informational = "info", information = "info", config = "info", log = "info",
    statement = "info", detail = "info", hint = "info", default = "info", normal = "info", note = "notice",
    n = "notice", system = "notice",
    w = "warn", wrn = "warn", warning = "warn", medium = "warn",
    e = "error", err = "error", eror = "error", severe = "error", failure = "error", fail = "error",
    high = "error",
    f = "critical", c = "critical", ftl = "critical", fatal = "critical", crit = "critical", panic = "critical",
    p = "critical", dpanic = "critical", emerg = "critical", emergency = "critical", alert = "critical",
    a = "critical", wtf = "critical", off = "info", parse = "error", deprecated = "notice", success = "info", any = "info",
    -- Redis
    ["#"] = "warn", ["*"] = "notice",
    -- pino, bunyan
    ["10"] = "trace", ["20"] = "debug", ["30"] = "info", ["40"] = "warn", ["50"] = "error", ["60"] = "critical",
  },

  -- Keys whose number is syslog's severity.
  syslog_keys = {
    "PRIORITY", "syslog_severity", "syslog.severity.code", "log.syslog.severity.code", "severity_code",
    "syslog.severity", "level", "severity",
  },
  syslog_levels = {
    ["0"] = "critical", ["1"] = "critical", ["2"] = "critical", ["3"] = "error", ["4"] = "warn", ["5"] = "notice",
    ["6"] = "info", ["7"] = "debug",
  },

  outcomes = {
    success = "success", succeeded = "success", successful = "success", succeed = "success", ok = "success",
    okay = "success", pass = "success", passed = "success", accepted = "success", accept = "success",
    allow = "success", allowed = "success", grant = "success", granted = "success", permitted = "success",
    authorized = "success", authenticated = "success", completed = "success", complete = "success", yes = "success",
    ["true"] = "success", done = "success", permit = "success",
    failure = "failure", failed = "failure", fail = "failure", error = "failure", denied = "failure",
    deny = "failure", reject = "failure", rejected = "failure", refused = "failure", blocked = "failure",
    block = "failure", forbidden = "failure", unauthorized = "failure", unauthenticated = "failure",
    invalid = "failure", declined = "failure", timeout = "failure", ["no"] = "failure", ["false"] = "failure",
    unsuccessful = "failure", aborted = "failure", cancelled = "failure", canceled = "failure", dropped = "failure",
  },
}
