// What runs in the function's own process: the loop of Lambda's Node.js runtime around the handler of the asset. It is
// started with the variables that Lambda sets, and talks with the Runtime API only. It is plain JavaScript because
// stripping types would nearly double the start of each instance.
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const runtimeApi = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;

const handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER).catch(async (error) => {
  await call("POST", "/init/error", describeError(error));
  process.exit(1);
});
for (;;) await runInvocation();

async function loadHandler(taskRoot, name) {
  const dot = name.lastIndexOf(".");
  const file = join(taskRoot, name.slice(0, dot));
  const module = await importFirst([`${file}.mjs`, `${file}.js`]);
  const exported = module[name.slice(dot + 1)];
  if (typeof exported !== "function") throw new Error(`${name} is undefined or not exported`);
  return exported;
}

async function importFirst([path, ...others]) {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (error.code === "ERR_MODULE_NOT_FOUND" && others.length > 0) return importFirst(others);
    throw error;
  }
}

async function runInvocation() {
  const { headers, body } = await call("GET", "/invocation/next");
  const requestId = headers["lambda-runtime-aws-request-id"];
  process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
  try {
    const result = await handler(JSON.parse(body), makeContext(headers));
    await call("POST", `/invocation/${requestId}/response`, result ?? null);
  } catch (error) {
    await call("POST", `/invocation/${requestId}/error`, describeError(error));
  }
}

function makeContext(headers) {
  const deadlineMs = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

function describeError(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: error.stack?.split("\n") ?? [] }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(`${runtimeApi}${path}`, { method }, async (incoming) => {
      let text = "";
      for await (const chunk of incoming.setEncoding("utf8")) text += chunk;
      resolve({ headers: incoming.headers, body: text });
    });
    outgoing.once("error", reject);
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
