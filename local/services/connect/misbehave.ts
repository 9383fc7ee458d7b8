import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { errorAnswer } from "./connect-api-error.ts";
import type { Fault, FaultAfterEffect, FaultWithoutEffect } from "./faults.ts";

export function isWithoutEffect(fault: Fault): fault is FaultWithoutEffect {
  return ["error", "html", "reset", "hang"].includes(fault.kind);
}

/** The response instead of an answer. */
export function misbehave(fault: FaultWithoutEffect, outgoing: ServerResponse): Response {
  switch (fault.kind) {
    case "error":
      return errorAnswer(fault.name, fault.httpStatus, "This is a fault of the local Connect");
    case "html":
      return new Response(`<html><body><h1>${fault.httpStatus}</h1></body></html>`, {
        status: fault.httpStatus,
        headers: { "content-type": "text/html", "x-amzn-requestid": randomUUID() },
      });
    case "reset":
      return reset(outgoing);
    case "hang":
      return RESPONSE_ALREADY_SENT;
  }
}

/** The answer as it reaches the caller. */
export async function spoil(
  answer: Response,
  fault: FaultAfterEffect,
  outgoing: ServerResponse,
): Promise<Response> {
  switch (fault.kind) {
    case "lost-answer":
      return reset(outgoing);
    case "hang-after":
      return RESPONSE_ALREADY_SENT;
    case "truncate": {
      const body = await answer.text();
      return new Response(body.slice(0, body.length / 2), answer);
    }
    case "late":
      return answer;
  }
}

function reset(outgoing: ServerResponse): Response {
  outgoing.socket?.resetAndDestroy();
  return RESPONSE_ALREADY_SENT;
}
