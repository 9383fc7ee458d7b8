import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failureReasons, reasonNames } from "../../events/failure-reasons.ts";
import { classifyError } from "./classify-error.ts";

function thrown(name: string, httpStatus?: number, more: object = {}): Error {
  const $metadata = { httpStatusCode: httpStatus, requestId: "request-1" };
  return Object.assign(new Error("Connect's own words"), { name, $metadata, ...more });
}

/** Error name, status → kind, reason, whether the contact may have moved. */
const meanings: [string, number | undefined, string, string?, boolean?][] = [
  ["InvalidRequestException", 400, "refused", "InvalidRequest", false],
  ["ResourceNotFoundException", 404, "refused", "ResourceNotFound", false],
  ["AccessDeniedException", 403, "failed", "AccessDenied", false],
  ["ServiceQuotaExceededException", 402, "failed", "ServiceQuotaExceeded", false],
  ["IdempotencyException", 409, "failed", "DuplicateRequest", true],
  ["InternalServiceException", 500, "failed", "ConnectUnavailable", true],
  ["SyntaxError", 200, "failed", "ConnectUnavailable", true],
  ["TimeoutError", undefined, "failed", "ConnectUnavailable", true],
  ["UnknownError", 503, "failed", "ConnectUnavailable", true],
  ["ValidationException", 400, "failed", "ConnectUnavailable", true],
  ["toString", 400, "failed", "ConnectUnavailable", true],
  ["ThrottlingException", 429, "throttled"],
  ["TooManyRequestsException", 429, "throttled"],
  ["ThrottlingException", 400, "throttled"],
  ["LimitExceededException", 429, "throttled"],
  ["InvalidActiveRegionException", 400, "refused", "InvalidRequest", false],
  ["ExpiredTokenException", 403, "failed", "AccessDenied", false],
  ["InvalidSignatureException", 403, "failed", "AccessDenied", false],
  ["UnrecognizedClientException", 403, "failed", "AccessDenied", false],
  ["RequestExpired", 400, "failed", "AccessDenied", false],
  ["CredentialsProviderError", undefined, "failed", "AccessDenied", false],
  ["InvalidRequestException", 500, "failed", "ConnectUnavailable", true],
  ["ResourceNotFoundException", 503, "failed", "ConnectUnavailable", true],
  ["AccessDeniedException", 502, "failed", "ConnectUnavailable", true],
  ["IdempotencyException", 500, "failed", "ConnectUnavailable", true],
  ["ThrottlingException", 500, "failed", "ConnectUnavailable", true],
  ["InvalidRequestException", undefined, "failed", "ConnectUnavailable", true],
];

describe("classifyError", () => {
  it("returns every reason that the function does not find by itself", () => {
    const byConnect = reasonNames.filter((reason) => !("withoutRequest" in failureReasons[reason]));
    assert.deepEqual([...new Set(meanings.flatMap(([, , , reason]) => reason ?? []))], byConnect);
  });

  for (const [name, status, kind, reason, mayHaveMoved] of meanings) {
    it(`classifies ${name} with ${status ?? "no"} status as ${reason ?? kind}`, () => {
      const error = classifyError(thrown(name, status));
      assert.equal(error.kind, kind);
      if (error.kind === "throttled") return;
      assert.deepEqual(
        { reason: error.refusal.reason, mayHaveMoved: error.mayHaveMoved, error: error.refusal.error },
        { reason, mayHaveMoved, error: { name, httpStatus: status, requestId: "request-1" } },
      );
    });
  }

  it("keeps Connect's message of a refusal, cut to fit", () => {
    const error = classifyError(
      Object.assign(thrown("InvalidRequestException", 400), { message: "x".repeat(5_000) }),
    );
    assert.ok(error.kind === "refused");
    assert.equal(error.refusal.message, `${"x".repeat(1024)}…`);
  });

  it("drops the message of a foreign error, which can echo a body", () => {
    const syntaxError = Object.assign(new SyntaxError('Unexpected token, "secret"'), {
      $response: { statusCode: 503 },
    });
    const error = classifyError(syntaxError);
    assert.ok(error.kind === "failed");
    assert.equal(error.refusal.message, "Connect answered 503 with an unreadable response (SyntaxError)");
    const internal = classifyError(thrown("InternalServiceException", 500));
    assert.ok(internal.kind === "failed");
    assert.equal(internal.refusal.message, "Connect answered 500 (InternalServiceException)");
    const silent = classifyError(thrown("TimeoutError"));
    assert.ok(silent.kind === "failed");
    assert.equal(silent.refusal.message, "Connect did not answer (TimeoutError)");
  });

  it("names a timeout for a request that timed out, and a reset for a reset", () => {
    const nameOf = (error: unknown) => {
      const classified = classifyError(error);
      return classified.kind === "throttled" ? "" : classified.refusal.error.name;
    };
    assert.equal(nameOf(thrown("AbortError")), "TimeoutError");
    assert.equal(nameOf(thrown("TimeoutError", undefined, { code: "ECONNRESET" })), "ECONNRESET");
  });

  it("requests one immediate retry after a broken connection and after a corrected clock", () => {
    const retriedAtOnce = (error: Error) => {
      const classified = classifyError(error);
      return classified.kind === "failed" && classified.retryAtOnce;
    };
    for (const code of ["ECONNRESET", "EPIPE"])
      assert.ok(retriedAtOnce(thrown("Error", undefined, { code })), code);
    for (const name of ["InvalidSignatureException", "RequestTimeTooSkewed", "RequestExpired"])
      assert.ok(retriedAtOnce(thrown(name, 403)), name);
    const corrected = { httpStatusCode: 403, clockSkewCorrected: true };
    assert.ok(retriedAtOnce(thrown("AccessDeniedException", 403, { $metadata: corrected })));
    assert.ok(!retriedAtOnce(thrown("Error", undefined, { code: "ECONNREFUSED" })));
    assert.ok(!retriedAtOnce(thrown("AccessDeniedException", 403)));
    assert.ok(!retriedAtOnce(thrown("ExpiredTokenException", 403)));
  });

  it("keeps the code of an error without a response, and says what to check", () => {
    const described = (code: string) => {
      const error = classifyError(thrown("Error", undefined, { code }));
      assert.ok(error.kind === "failed");
      assert.equal(error.refusal.error.name, code);
      return error.refusal.message;
    };
    assert.match(described("ENOTFOUND"), /^Connect did not answer \(ENOTFOUND\): .*DNS/);
    assert.match(described("ECONNREFUSED"), /\(ECONNREFUSED\): .*security groups/);
    for (const code of ["CERT_HAS_EXPIRED", "DEPTH_ZERO_SELF_SIGNED_CERT", "ERR_TLS_CERT_ALTNAME_INVALID"])
      assert.match(described(code), /: .*certificate/);
    assert.equal(described("EMFILE"), "Connect did not answer (EMFILE)");
  });

  it("knows when no byte was sent, so that Connect cannot have moved the contact", () => {
    const facts = (name: string, httpStatus?: number, more?: object) => {
      const error = classifyError(thrown(name, httpStatus, more));
      assert.ok(error.kind === "failed");
      return [error.refusal.reason, error.mayHaveMoved, error.retryAtOnce];
    };
    const unsent = ["ConnectUnavailable", false, false];
    const connect = { syscall: "connect" };
    for (const code of ["ECONNREFUSED", "EHOSTUNREACH", "ETIMEDOUT", "ENETUNREACH"])
      assert.deepEqual(facts("Error", undefined, { code, syscall: "connect" }), unsent, code);
    for (const code of ["ENOTFOUND", "EAI_AGAIN"])
      assert.deepEqual(facts("Error", undefined, { code, syscall: "getaddrinfo" }), unsent, code);
    for (const code of [
      "CERT_HAS_EXPIRED",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ])
      assert.deepEqual(facts("Error", undefined, { code }), unsent, code);
    const ofAll = { code: "ETIMEDOUT", errors: [connect, connect] };
    assert.deepEqual(facts("AggregateError", undefined, ofAll), unsent);
  });

  it("does not believe that nothing was sent unless that is certain", () => {
    const mayHaveMoved = (more: object, httpStatus?: number) => {
      const error = classifyError(thrown("Error", httpStatus, more));
      return error.kind === "failed" && error.mayHaveMoved;
    };
    for (const syscall of ["read", "write", undefined])
      for (const code of ["ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "EPIPE"])
        assert.ok(mayHaveMoved({ code, syscall }), `${syscall} ${code}`);
    for (const code of [
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "ERR_TLS_DH",
    ])
      assert.ok(mayHaveMoved({ code }), code);
    for (const errors of [[], [{ syscall: "connect" }, { syscall: "read" }], [null]])
      assert.ok(mayHaveMoved({ code: "ETIMEDOUT", syscall: "connect", errors }));
    assert.ok(mayHaveMoved({ code: "CERT_HAS_EXPIRED" }, 502));
    assert.ok(mayHaveMoved({ code: "ECONNREFUSED", syscall: "connect" }, 502));
  });

  it("takes no code from an error with a response, or from one that is not Node's", () => {
    const nameOf = (error: unknown) => {
      const classified = classifyError(error);
      return classified.kind === "throttled" ? "" : classified.refusal.error.name;
    };
    assert.equal(
      nameOf(thrown("InternalServiceException", 500, { code: "EFOO" })),
      "InternalServiceException",
    );
    assert.equal(nameOf(thrown("Error", undefined, { code: 23 })), "Error");
    assert.equal(nameOf(thrown("Error", undefined, { code: "a text\nwith a secret" })), "Error");
    assert.equal(nameOf(thrown("AbortError", undefined, { code: "ABORT_ERR" })), "TimeoutError");
  });

  it("accepts any thrown value", () => {
    for (const value of ["text", 1, {}, null, undefined, new Error("")])
      assert.equal(classifyError(value).kind, "failed");
  });
});

describe("an answer that is no answer of Connect", () => {
  const messageOf = (name: string, httpStatusCode: number) => {
    const result = classifyError({ name, $metadata: { httpStatusCode } });
    assert.ok(result.kind === "failed");
    return result.refusal.message;
  };

  it("is unreadable if its status is a success, or its body could not be parsed", () => {
    assert.equal(
      messageOf("EmptyAnswer", 200),
      "Connect answered 200 with an unreadable response (EmptyAnswer)",
    );
    assert.equal(messageOf("Odd", 399), "Connect answered 399 with an unreadable response (Odd)");
    assert.equal(
      messageOf("SyntaxError", 502),
      "Connect answered 502 with an unreadable response (SyntaxError)",
    );
  });

  it("is named by its status and error otherwise", () => {
    assert.equal(messageOf("Odd", 400), "Connect answered 400 (Odd)");
    assert.equal(messageOf("constructor", 400), "Connect answered 400 (constructor)");
  });
});
